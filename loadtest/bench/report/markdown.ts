// The report's tables as GitHub's Markdown, for a README. Pure.
import type { Report } from "../results.ts";
import { elsewhere, failures, figureTables, goalTable, legend, type Table } from "./tables.ts";

const escaped = (cell: string) => cell.replace(/\|/g, "\\|").replace(/<(?=[a-z/!])/gi, "&lt;");
const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;

/** The first column is aligned left, the others right. */
export function markdownTable([head = [], ...lines]: Table): string {
  const rule = `|${head.map((_, k) => (k === 0 ? "---" : "---:")).join("|")}|`;
  return [line(head), rule, ...lines.map(line)].join("\n");
}

/** The figures of every scenario, what failed, and the goals that this report can judge. */
export function markdownOf(report: Report): string {
  const judged = goalTable(report).filter(([, , verdict]) => verdict !== "no figure");
  const made = `${report.machine}, Node ${report.node}, ${report.at.slice(0, 10)}. ${legend}`;
  const failed = failures(report).map((sentence) => `- ${escaped(sentence)}`);
  const parts = [
    ...figureTables(report).map(markdownTable),
    escaped(made),
    failed.join("\n"),
    markdownTable(judged),
    elsewhere.replace(/^/gm, "- "),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}
