// The directions of ARCHITECTURE's rings, as one table: what each part of src may import, statically or dynamically.
// The linter says the same at the line where it happens; this says it whole, and cannot be half-overridden.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

interface Ring {
  /** Parts of src it may import, beside itself. */
  readonly inner: readonly string[];
  /** Packages it may import; undefined is any but those that nobody may. */
  readonly packages?: readonly string[];
}

const rings: Record<string, Ring> = {
  protocol: { inner: [], packages: ["zod"] },
  seats: { inner: ["protocol"], packages: [] },
  clock: { inner: [], packages: [] },
  "setting-kinds": { inner: [], packages: ["node:net"] },
  settings: { inner: ["setting-kinds", "store/store-url"], packages: [] },
  misspelt: { inner: [], packages: [] },
  config: { inner: ["settings", "setting-kinds", "misspelt"], packages: [] },
  "command-line": { inner: [], packages: ["node:fs", "node:util"] },
  store: { inner: ["seats", "protocol", "clock"] },
  cluster: { inner: ["protocol", "store", "clock"] },
  identity: { inner: ["seats", "protocol", "clock", "command-line", "boot.cjs"] },
  ops: { inner: ["seats", "protocol", "identity", "clock"] },
  rooms: {
    inner: [
      "protocol",
      "seats",
      "store/seat-store",
      "store/commit-queue",
      "identity",
      "ops",
      "clock",
      "config",
    ],
  },
  client: {
    inner: ["protocol/messages", "protocol/session", "protocol/close-codes", "protocol/refusal"],
    packages: ["@colyseus/sdk", "msgpackr"],
  },
  pages: {
    inner: ["client", "protocol/messages", "protocol/session", "protocol/close-codes", "protocol/refusal"],
    packages: ["preact", "preact/hooks", "uqr"],
  },
  "app.config": {
    inner: ["protocol", "seats", "store", "cluster", "identity", "ops", "rooms", "clock", "config"],
  },
  holdfast: { inner: ["protocol", "seats", "store", "ops", "rooms", "clock", "config", "app.config"] },
  main: { inner: ["app.config", "command-line", "config", "setting-kinds", "store", "ops"] },
  index: { inner: ["main", "boot.cjs"] },
};

/** The only file of the client that knows what it runs in. */
const globalsOwner = "client/environment.ts";
/** `colyseus` and tools load a parent folder's .env and swap onAuth; the process belongs to the entry points. */
const forbidden = /^(?:colyseus|@colyseus\/tools|(?:node:)?process)$/;
const imports = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;
const globals = /\bglobalThis\b/;

function ringOf(path: string): string {
  const [first = ""] = path.split("/");
  return first.replace(/\.tsx?$/, "");
}

function problemsOf(file: string): string[] {
  const path = relative("src", file);
  const ring = rings[ringOf(path)];
  if (ring === undefined) return [`${file}: no ring is declared for it`];
  const text = readFileSync(file, "utf8").replace(/^\s*(?:\/\/|\*|\/\*\*).*$/gm, "");
  const problems =
    path !== globalsOwner && globals.test(text) ? [`${file}: globalThis hides what it reads`] : [];
  for (const [, specifier = ""] of text.matchAll(imports)) {
    if (!specifier.startsWith(".")) {
      const isAllowed = !forbidden.test(specifier) && (ring.packages?.includes(specifier) ?? true);
      if (!isAllowed) problems.push(`${file}: may not import ${specifier}`);
      continue;
    }
    const target = join(dirname(path), specifier).replace(/\.tsx?$/, "");
    const isInside = ringOf(target) === ringOf(path);
    const isInner = ring.inner.some((inner) => target === inner || target.startsWith(`${inner}/`));
    if (!isInside && !isInner) problems.push(`${file}: may not import ${target}`);
  }
  return problems;
}

const problems = globSync("src/**/*.{ts,tsx}").flatMap(problemsOf);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
