// What is written from the code: the parts of documents between `<!-- generated: NAME -->` and `<!-- /generated -->`, and the
// JSON Schemas of the wire and of the HTTP of hosts. `npm run docs:update` writes them; `npm run check:generated` fails when one is not what the code says.
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { readReport } from "../loadtest/bench/report/read.ts";
import { figuresInMarkdown, goalsInMarkdown } from "../loadtest/bench/report/markdown.ts";
import { merged } from "../loadtest/bench/report/merge.ts";
import type { Report } from "../loadtest/bench/results.ts";
import { type Internal, internals } from "../src/rooms/internals/check.ts";
import { apiTables, openApi } from "./wire/openapi.ts";
import { wireSchema } from "./wire/json-schema.ts";
import { wireTables } from "./wire/tables.ts";

const isUpdate = process.argv.includes("--update");

const cell = (text: string) => text.replaceAll("|", "\\|");
const row = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function tableOf(name: string, rows: readonly Internal[]): string {
  const [first] = rows;
  return [
    `### \`${name}\`, read in ${first?.readIn}`,
    "",
    "| part | so that | used by | pinned by | what upstream would have to offer |",
    "|---|---|---|---|---|",
    ...rows.map((each) =>
      row([each.name, each.purpose, code(each.usedBy), code(each.pinnedBy), sentence(each.wanted)]),
    ),
  ].join("\n");
}

const recorded = globSync("loadtest/bench/recorded/*.json").toSorted();

/** A part of the recorded report; what stands there where none is recorded. */
const ofBenchmark = (part: (report: Report) => string) => (now: string) =>
  recorded.length === 0 ? now : part(merged(recorded.map(readReport)));

/** Every part, by its name; each is given what stands there now. */
const parts: Readonly<Record<string, (now: string) => string>> = {
  benchmark: ofBenchmark(figuresInMarkdown),
  goals: ofBenchmark(goalsInMarkdown),
  ...wireTables,
  ...Object.fromEntries(Object.entries(apiTables).map(([name, part]) => [name, () => part()])),
  internals: () =>
    Object.entries(Object.groupBy(internals, (each) => each.package))
      .map(([name, rows = []]) => tableOf(name, rows))
      .join("\n\n"),
};

/** Files that are nothing else. */
const files: Readonly<Record<string, () => string>> = {
  "docs/http-api.json": () => `${JSON.stringify(openApi(), null, 2)}\n`,
  "docs/wire.schema.json": () => `${JSON.stringify(wireSchema(), null, 2)}\n`,
};

function settle(file: string, text: string | undefined, written: string): void {
  if (written === text) return;
  if (isUpdate) writeFileSync(file, written);
  else {
    console.error(`${file} is not what the code says: npm run docs:update`);
    process.exitCode = 1;
  }
}

const marked = /(<!-- generated: (\w+) -->\n)([\s\S]*?)(<!-- \/generated -->)/g;

for (const file of globSync(["*.md", "docs/*.md"])) {
  const text = readFileSync(file, "utf8");
  const written = text.replaceAll(marked, (...[, begin, name, now, end]: string[]) => {
    const part = parts[name ?? ""];
    if (part === undefined) throw new Error(`${file}: there is no generated part ${name}`);
    return `${begin}${part((now ?? "").trimEnd())}\n${end}`;
  });
  settle(file, text, written);
}
for (const [file, write] of Object.entries(files))
  settle(file, existsSync(file) ? readFileSync(file, "utf8") : undefined, write());
