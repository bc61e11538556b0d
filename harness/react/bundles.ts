// The React page of tests as a browser loads it: React itself, of any version, in one file, and everything of ours in another that
// can be loaded more than once. And what the hooks weigh on top of the client.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type BuildOptions, type Plugin } from "esbuild";

const src = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const usual: BuildOptions = {
  bundle: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  write: false,
  legalComments: "none",
  logLevel: "silent",
  outfile: "bundle.js",
};

const ours = { react: "react", "react-dom/client": "dom", "react-dom/server": "server" } as const;

/** Every copy of ours works with the one React of the page. */
const reactOfThePage: Plugin = {
  name: "react-of-the-page",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^react(?:-dom\/(?:client|server))?$/ }, ({ path }) => ({ path, namespace: "page" }));
    onLoad({ filter: /.*/, namespace: "page" }, ({ path }) => ({
      contents: `module.exports = globalThis.reacts.${ours[path as keyof typeof ours]};`,
    }));
  },
};

async function textOf(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...usual, ...options });
  return outputFiles?.[0]?.text ?? "";
}

export interface Bundles {
  /** Puts React on the global object. */
  readonly react: string;
  /** harness/react/lab, as a module. */
  readonly lab: string;
}

/** @param folder whose node_modules hold the React to be used. @param mode `development` is what StrictMode needs */
export async function bundles(folder: string, mode: "development" | "production"): Promise<Bundles> {
  const define = { "process.env.NODE_ENV": JSON.stringify(mode) };
  const contents =
    'globalThis.reacts = { react: require("react"), dom: require("react-dom/client"), server: require("react-dom/server") };';
  const react = await textOf({ stdin: { contents, resolveDir: folder }, format: "iife", define });
  const lab = await textOf({ entryPoints: [src("harness/react/lab.ts")], define, plugins: [reactOfThePage] });
  return { react, lab };
}

/** What a page with the hooks weighs more than one with the client alone, in bytes of gzip; React is not counted. */
export async function hooksSize(): Promise<number> {
  const sizeOf = async (contents: string) => {
    const stdin = { contents, resolveDir: src("src") };
    const code = await textOf({ stdin, minify: true, external: ["react"] });
    return gzipSync(code, { level: 9 }).byteLength;
  };
  const client = 'export * from "./client/index.ts";';
  return (await sizeOf(`${client} export * from "./react/index.ts";`)) - (await sizeOf(client));
}

if (import.meta.main) console.log(`holdfast/react: ${await hooksSize()} bytes of gzip on top of the client`);
