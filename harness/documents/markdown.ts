// The blocks of code in a page of Markdown: fenced ones with their language, and indented ones.

export interface Block {
  readonly file: string;
  /** Of its first line, beginning with 1. */
  readonly line: number;
  /** What stands behind the fence; "" for none, "indented" for an indented block. */
  readonly language: string;
  readonly text: string;
  /** What `<!-- prelude: ... -->` right before the fence adds: what the page has explained and does not repeat. */
  readonly prelude: string;
}

const fence = /^(`{3,})([\w-]*)\s*$/;
const prelude = /^<!-- prelude: (.*) -->$/;

/** @throws when a fence is not closed */
export function blocksIn(file: string, markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  const take = (from: number, to: number, language: string, before = "") => {
    const text = lines.slice(from, to).join("\n");
    blocks.push({ file, line: from + 1, language, text, prelude: prelude.exec(before)?.[1] ?? "" });
  };
  let index = 0;
  while (index < lines.length) {
    const opening = fence.exec(lines[index] as string);
    if (opening !== null) {
      const [, ticks = "", language = ""] = opening;
      const end = lines.findIndex((line, at) => at > index && line.trimEnd() === ticks);
      if (end < 0) throw new Error(`${file}:${index + 1}: this fence is not closed`);
      take(index + 1, end, language, lines[index - 1]);
      index = end + 1;
    } else if (/^ {4}\S/.test(lines[index] as string) && lines[index - 1] === "") {
      let end = index;
      while (/^(?: {4}|$)/.test(lines[end] ?? "x")) end += 1;
      take(index, end, "indented");
      index = end;
    } else index += 1;
  }
  return blocks;
}
