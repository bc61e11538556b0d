// Where the links of a Markdown page lead, inside the package that it is in, and to which heading.
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

/** The names by which the headings of a page are linked to, as GitHub and npm make them. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.replaceAll(/```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} (.+)$/gm)].map(
    ([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
  );
  const before = new Map<string, number>();
  return new Set(
    headings.map((heading) => {
      const count = before.get(heading) ?? 0;
      before.set(heading, count + 1);
      return count === 0 ? heading : `${heading}-${count}`;
    }),
  );
}

/** Links of a page to headings that are not there, as `page: link`; those to files that are not there are `deadLinks`. */
export function deadAnchors(
  root: string,
  page: string,
  text = readFileSync(join(root, page), "utf8"),
): string[] {
  return [...text.replaceAll(code, "").matchAll(link)].flatMap(([, inline, html, reference]) => {
    const target = (inline ?? html ?? reference) as string;
    const [path = "", anchor] = decodeURI(target).split("#");
    if (anchor === undefined || /^(?:[a-z][\w+.-]*:|\/\/)/i.test(target)) return [];
    const file = path === "" ? join(root, page) : join(root, dirname(page), path);
    if (!file.endsWith(".md") || !existsSync(file)) return [];
    return anchorsOf(readFileSync(file, "utf8")).has(anchor) ? [] : [`${page}: ${target}`];
  });
}
