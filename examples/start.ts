// Builds the pages of one example with Vite, and runs its server: `node start.ts quiz`, and then http://localhost:2567.
import { existsSync, globSync } from "node:fs";
import { resolve } from "node:path";
import { build, type AliasOptions } from "vite";

/**
 * @param name an example's folder
 * @param alias where Vite finds packages that are not in node_modules
 */
export async function start(name: string, alias: AliasOptions = []): Promise<void> {
  const folder = resolve(import.meta.dirname, name);
  if (!existsSync(`${folder}/main.ts`)) throw new Error(`There is no example ${JSON.stringify(name)}`);
  const { NODE_ENV } = process.env;
  await build({
    root: `${folder}/page`,
    configFile: false,
    logLevel: "warn",
    resolve: { alias },
    esbuild: { jsx: "automatic", jsxImportSource: "react" },
    build: {
      outDir: `${folder}/dist`,
      emptyOutDir: true,
      chunkSizeWarningLimit: 1000,
      rollupOptions: { input: globSync(`${folder}/page/*.html`) },
    },
  });
  if (NODE_ENV === undefined) delete process.env.NODE_ENV; // Vite has set it, and the server is in no production here
  process.chdir(folder); // the server keeps its events in data/ there
  await import(`./${name}/main.ts`);
}

if (process.argv[1] === import.meta.filename) await start(process.argv[2] ?? "");
