// The last step of a build. The client, the definition of states, the React hooks and a host's HTTP are published as a package of their own
// (packages/client), and `holdfast` has no second copy of them: in its dist, each file of them that anything else imports is
// a line that re-exports the other package's file, and the rest is removed. So a class is the same by either name.
//
//   node scripts/one-copy.ts           dist: re-exports
//   node scripts/one-copy.ts --client  packages/client/dist: the declarations' import paths; those that nobody can import go
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** The folders that packages/client has. */
const shared = ["client", "schema", "react", "host"];
const packageName = "holdfast-client";

const specifier = /((?:\bfrom|\bimport)\s*\(?\s*")(\.{1,2}\/[^"]+)(")/g;

/** TypeScript leaves `.ts` in the import paths of declarations, which stand beside no `.ts` file. */
export function mendDeclarations(dist: string): void {
  for (const name of globSync("**/*.d.ts", { cwd: dist })) {
    const file = join(dist, name);
    const text = readFileSync(file, "utf8");
    const mended = text.replaceAll(
      specifier,
      (_, before: string, path: string, after: string) =>
        `${before}${path.replace(/\.tsx?$/, ".js")}${after}`,
    );
    if (mended !== text) writeFileSync(file, mended);
  }
}

/**
 * Removes declarations that no entry leads to: half of them describe what only our own files see.
 * @param entries modules, such as `client/index`
 */
export function pruneDeclarations(dist: string, entries: readonly string[]): void {
  const kept = new Set(entries);
  for (const module of kept) {
    const text = readFileSync(join(dist, `${module}.d.ts`), "utf8");
    for (const [, , path = ""] of text.matchAll(specifier)) {
      const next = moduleAt(module, path); // what an example in a comment imports is not there
      if (existsSync(join(dist, `${next}.d.ts`))) kept.add(next);
    }
  }
  for (const name of globSync("**/*.d.ts", { cwd: dist }))
    if (!kept.has(name.replaceAll("\\", "/").replace(/\.d\.ts$/, ""))) rmSync(join(dist, name));
}

/** The module that a file imports by a relative path. */
const moduleAt = (from: string, path: string): string =>
  join(dirname(from), path).replaceAll("\\", "/").replace(/\.js$/, "");

const isShared = (name: string) => shared.some((folder) => name.startsWith(`${folder}/`));

/** The entries of the package are public; its other files are for `holdfast` of the same version. */
function exportOf(module: string): string {
  if (module === "client/index") return packageName;
  const [, entry] = /^(\w+)\/index$/.exec(module) ?? [];
  return entry === undefined ? `${packageName}/internal/${module}` : `${packageName}/${entry}`;
}

/** Modules of the shared folders, such as `schema/internals`, that files outside of them import. */
function importedFrom(dist: string, others: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const name of others) {
    const text = readFileSync(join(dist, name), "utf8");
    for (const [, , path = ""] of text.matchAll(specifier)) {
      const module = moduleAt(name, path);
      if (isShared(module)) found.add(module);
    }
  }
  return found;
}

/**
 * Leaves of the shared folders in `dist` what others import, as re-exports.
 * @throws Error when packages/client does not have a file that is needed.
 */
export function reexport(dist: string, clientDist: string): void {
  const all = globSync("**/*.{js,d.ts}", {
    cwd: dist,
    exclude: (name) => name === "pages" || name === "api",
  });
  const names = all.map((name) => name.replaceAll("\\", "/"));
  const entries = names.flatMap((name) => (/^\w+\/index\.js$/.test(name) ? [name.slice(0, -3)] : []));
  const modules = importedFrom(
    dist,
    names.filter((name) => !isShared(name)),
  );
  for (const entry of entries) if (isShared(entry)) modules.add(entry);
  for (const folder of shared) rmSync(join(dist, folder), { recursive: true, force: true });
  for (const module of [...modules].toSorted()) {
    for (const extension of [".js", ".d.ts"])
      if (!existsSync(join(clientDist, `${module}${extension}`)))
        throw new Error(`packages/client has no ${module}${extension}: none of its entries leads to it`);
    for (const extension of [".js", ".d.ts"])
      write(join(dist, `${module}${extension}`), `export * from "${exportOf(module)}";\n`);
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, "..");
  const clientDist = join(root, "packages/client/dist");
  if (process.argv.includes("--client")) {
    mendDeclarations(clientDist);
    const schemas = globSync("schema/*.js", { cwd: clientDist }).map((name) =>
      join("schema", basename(name, ".js")),
    );
    // What holdfast/testing makes a session of, beside the entries.
    const parts = [
      "session/session",
      "platform/environment",
      "connection/sdk/dialer",
      "connection/sdk/sockets",
    ];
    const inside = parts.map((part) => `client/${part}`);
    pruneDeclarations(clientDist, ["client/index", "react/index", "host/index", ...schemas, ...inside]);
  } else {
    mendDeclarations(join(root, "dist"));
    reexport(join(root, "dist"), clientDist);
  }
}
