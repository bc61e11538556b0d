// How smooth the host's page is with a thousand people: long tasks, frames and processor time while hundreds drop and return at
// once, while countdowns run, while it is scrolled, searched and filtered; beside another version of the page, if one is given.
//   npm run bench:seats [-- --people 1000] [-- --drops 300] [-- --beside FOLDER]
// FOLDER is a checkout of the other version with its node_modules and its pages built (`npx vite build`).
import { loadavg } from "node:os";
import { resolve } from "node:path";
import type { Browser } from "playwright-core";
import { buildPages, launch } from "../../harness/browsers/browser.ts";
import { readCommandLine, text, whole } from "../../src/command-line.ts";
import { measurements, type Measured, SeatsRun } from "./seats-run.ts";

const { values } = readCommandLine(
  {
    name: "npm run bench:seats --",
    summary: "How smooth the host's page is with a thousand people, hundreds of whom drop at once.",
    options: {
      people: whole("People in the event", 1000, 10, 5000),
      drops: whole("How many of them drop and return at once", 300, 1, 5000),
      beside: text("The checkout of another version, to be measured beside this one", ""),
    },
  },
  process,
);

async function measure(browser: Browser, folder: string): Promise<ReadonlyMap<string, Measured>> {
  const run = await SeatsRun.open(browser, folder, values.people);
  try {
    return await run.measure(values.drops);
  } finally {
    await run.close();
  }
}

await buildPages();
const browser = await launch();
try {
  const here = await measure(browser, ".");
  const other = values.beside === "" ? undefined : await measure(browser, resolve(values.beside));
  console.log(
    `${values.people} people, ${values.drops} drop and return; load average ${loadavg()[0]?.toFixed(1)}`,
  );
  for (const name of measurements) {
    console.log(`${name}: ${here.get(name)?.words ?? "not measured"}`);
    if (other !== undefined) console.log(`  beside it: ${other.get(name)?.words ?? "that page has none"}`);
  }
} finally {
  await browser.close();
}
