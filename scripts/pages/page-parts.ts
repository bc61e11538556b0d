// What the pages' HTML has in common, written once: where a template has `<!--part NAME-->`, src/pages/parts/NAME.html is put.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";

const folder = resolve(import.meta.dirname, "../../src/pages/parts");
const part = /<!--part ([a-z-]+)-->/g;

/** @throws Error of the file system's for a part that there is not */
export function withParts(template: string): string {
  return template.replaceAll(part, (_, name: string) => readFileSync(`${folder}/${name}.html`, "utf8"));
}

/** Before anything else reads a template: what a part names is found, built and hashed as what a page names itself. */
export function partsPlugin(): Plugin {
  return { name: "page-parts", transformIndexHtml: { order: "pre", handler: withParts } };
}
