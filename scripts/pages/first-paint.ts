// What the first paint of a page needs, for its HTML: styles and the script that runs before all others, minified.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { transform } from "esbuild";

const pages = resolve(import.meta.dirname, "../../src/pages");
const styles = ["base", "form", "way-in"].map((name) => join(pages, `styles/${name}.css`));
export const earlyScript = join(pages, "shell/early.ts");

/** Every file that goes into it. */
export const firstPaintFiles: readonly string[] = [...styles, earlyScript];

export interface FirstPaint {
  readonly style: string;
  readonly script: string;
}

export async function firstPaint(): Promise<FirstPaint> {
  const css = await Promise.all(styles.map((file) => readFile(file, "utf8")));
  const { code: style } = await transform(css.join("\n"), { loader: "css", minify: true, target: "es2022" });
  const early = await readFile(earlyScript, "utf8");
  const { code: script } = await transform(early, {
    loader: "ts",
    minify: true,
    format: "iife",
    target: "es2022",
  });
  return { style: style.trim(), script: script.trim() };
}
