// Where the links of a Markdown page lead, inside the package that it is in.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const link = /\]\(\s*([^)\s]+)(?:\s+"[^"]*")?\s*\)|\b(?:src|href)="([^"]+)"|^\[[^\]]+\]:\s*(\S+)/gm;
const code = /```[\s\S]*?^```|`[^`\n]*`/gm;

/**
 * Relative links of a page to files that are not there, as `page: link`.
 * @param root the package's folder
 * @param page relative to it
 * @param text what the page says, where it is not to be read
 */
export function deadLinks(
  root: string,
  page: string,
  text = readFileSync(join(root, page), "utf8"),
): string[] {
  return [...text.replaceAll(code, "").matchAll(link)].flatMap(([, inline, html, reference]) => {
    const target = (inline ?? html ?? reference) as string;
    if (/^(?:[a-z][\w+.-]*:|#|\/\/)/i.test(target)) return [];
    const path = decodeURI(target.replace(/[?#].*$/, ""));
    return existsSync(join(root, dirname(page), path)) ? [] : [`${page}: ${target}`];
  });
}
