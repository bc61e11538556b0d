// Writes a Brotli and a gzip copy beside each file of text, once at build, as small as they get: the server only chooses.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** What is not compressed already (as fonts and pictures are). */
const texts = /\.(?:html|js|css|svg|txt)$/;

/** @returns how many files were given copies; a copy that would be no smaller is left out */
export function precompress(folder: string): number {
  const names = globSync(`${folder}/**/*.*`).filter((name) => texts.test(name));
  for (const name of names) {
    const bytes = readFileSync(name);
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    const copies = { br: brotliCompressSync(bytes, { params }), gz: gzipSync(bytes, { level: 9 }) };
    for (const [ending, copy] of Object.entries(copies))
      if (copy.length < bytes.length) writeFileSync(`${name}.${ending}`, copy);
  }
  return names.length;
}
