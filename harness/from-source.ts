// The package's own names in this repository: what imports `holdfast`, `holdfast/client` and the rest, as an author's code
// does, gets the files of `src`, without a build. The names stand once, in the `paths` of tsconfig.json: the compiler reads
// them there, and so do the examples, the tests and Vite, through this file. Importing it is enough for Node.
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const root = resolve(import.meta.dirname, "..");
const { compilerOptions } = JSON.parse(readFileSync(resolve(root, "tsconfig.json"), "utf8")) as {
  compilerOptions: { paths: Record<string, [string]> };
};

/** Each name that the package exports, and the file of `src` behind it. */
export const ownNames: ReadonlyMap<string, string> = new Map(
  Object.entries(compilerOptions.paths).map(([name, [path]]) => [name, resolve(root, path)]),
);

/** The same as aliases of Vite's: a name is meant as a whole. */
export const aliases = [...ownNames].map(([name, replacement]) => ({
  find: new RegExp(`^${name}$`),
  replacement,
}));

registerHooks({
  resolve(specifier, context, next) {
    const file = ownNames.get(specifier);
    return file === undefined ? next(specifier, context) : next(pathToFileURL(file).href, context);
  },
});
