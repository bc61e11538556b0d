// Writes a Brotli and a gzip copy beside each file of text, once at build, as small as they get: the server only chooses.
import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** What is not compressed already (as fonts and pictures are). */
const texts = /\.(?:html|js|css|svg|txt)$/;

const [toBrotli, toGzip] = [promisify(brotliCompress), promisify(gzip)];

/** @returns how many files were given copies; a copy that would be no smaller is left out */
export async function precompress(folder: string): Promise<number> {
  const names = globSync(`${folder}/**/*.*`).filter((name) => texts.test(name));
  await Promise.all(names.map(addCopies)); // on all cores
  return names.length;
}

async function addCopies(name: string): Promise<void> {
  const bytes = await readFile(name);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const copies = { br: toBrotli(bytes, { params }), gz: toGzip(bytes, { level: 9 }) };
  for (const [ending, made] of Object.entries(copies)) {
    const copy = await made;
    if (copy.length < bytes.length) await writeFile(`${name}.${ending}`, copy);
  }
}
