// What our client weighs in a browser, as a bundler ships it: with the SDK, and the SDK alone. Run it to see the figures.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export interface BundleSize {
  readonly gzipBytes: number;
  /** The part of it that anybody carries who uses the SDK's client and room. */
  readonly sdkGzipBytes: number;
  /** Packages, and ours, with their minified bytes; the heaviest first. */
  readonly parts: readonly (readonly [name: string, bytes: number])[];
}

const entry = fileURLToPath(new URL("../src/client/index.ts", import.meta.url));
const sdkAlone = 'import { ColyseusSDK, Room } from "@colyseus/sdk"; console.log(ColyseusSDK, Room);';

async function bundle(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: dirname(entry) },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    write: false,
    metafile: true,
    outfile: "client.js",
    logLevel: "silent",
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  const inputs = Object.values(metafile.outputs)[0]?.inputs ?? {};
  return { gzipBytes: gzipSync(code, { level: 9 }).byteLength, inputs };
}

/** Bundles for a browser, minified; writes nothing. */
export async function clientBundleSize(): Promise<BundleSize> {
  const whole = await bundle(`export * from ${JSON.stringify(entry)};`);
  const parts = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(whole.inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "holdfast";
    parts.set(name, (parts.get(name) ?? 0) + bytesInOutput);
  }
  return {
    gzipBytes: whole.gzipBytes,
    sdkGzipBytes: (await bundle(sdkAlone)).gzipBytes,
    parts: [...parts].toSorted((a, b) => b[1] - a[1]),
  };
}

if (import.meta.main) {
  const { gzipBytes, sdkGzipBytes, parts } = await clientBundleSize();
  console.log(`client bundle: ${gzipBytes} bytes gzip, of which the SDK alone is ${sdkGzipBytes}`);
  for (const [name, bytes] of parts) console.log(`${String(bytes).padStart(9)} minified  ${name}`);
}
