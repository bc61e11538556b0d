// What a page has to load for ours, as a bundler ships it: for each thing that a page may import, and the SDK alone beside
// it. `npm run size` prints the figures.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const src = fileURLToPath(new URL("../src/", import.meta.url));

/** What pages import, by what it is for; files of src. */
export const uses = {
  client: 'export { joinEvent, PublishError, SessionEndedError } from "./client/index.ts";',
  "client with everything": 'export * from "./client/index.ts";',
  "an event's state": 'export * from "./schema/index.ts";',
  "client and state":
    'export { joinEvent, PublishError, SessionEndedError } from "./client/index.ts"; export * from "./schema/index.ts";',
  "client and React's hooks":
    'export { joinEvent, PublishError, SessionEndedError } from "./client/index.ts"; export * from "./react/index.ts";',
  "client, state and React's hooks":
    'export { joinEvent, PublishError, SessionEndedError } from "./client/index.ts"; export * from "./schema/index.ts"; export * from "./react/index.ts";',
  "a host's HTTP": 'export * from "./host/index.ts";',
  "the errors of the client": 'export { PublishError, SessionEndedError } from "./client/index.ts";',
  "the SDK's room and its state": 'export { Room, SchemaSerializer } from "@colyseus/sdk";',
  "the SDK's client and room": 'export { ColyseusSDK, Room } from "@colyseus/sdk";',
} as const;

export interface BundleSize {
  readonly gzipBytes: number;
  /** Packages, and ours as `holdfast`, with their minified bytes; the heaviest first. */
  readonly parts: readonly (readonly [name: string, bytes: number])[];
  /** Every file of which something is in it. */
  readonly files: readonly string[];
}

/**
 * Bundles for a browser, minified; writes nothing. React is left out: a page has it.
 * @param contents what a page imports
 * @param folder whose packages and files it means; `src`, where none is named
 */
export async function bundleOf(contents: string, folder = src): Promise<BundleSize> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: dirname(`${folder}/x`) },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    external: ["react"],
    write: false,
    metafile: true,
    outfile: "page.js",
    logLevel: "silent",
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  const inputs = Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {}).filter(
    ([, { bytesInOutput }]) => bytesInOutput > 0,
  );
  const parts = new Map<string, number>();
  for (const [path, { bytesInOutput }] of inputs) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "holdfast";
    parts.set(name, (parts.get(name) ?? 0) + bytesInOutput);
  }
  return {
    gzipBytes: gzipSync(code, { level: 9 }).byteLength,
    parts: [...parts].toSorted((a, b) => b[1] - a[1]),
    files: inputs.map(([path]) => path),
  };
}

if (import.meta.main) {
  const inKb = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  for (const [name, contents] of Object.entries(uses)) {
    const { gzipBytes, parts } = await bundleOf(contents);
    const heaviest = parts.map(([part, bytes]) => `${part} ${inKb(bytes)}`).join(", ");
    console.log(`${inKb(gzipBytes).padStart(8)} gzip  ${name}\n               (minified: ${heaviest})`);
  }
}
