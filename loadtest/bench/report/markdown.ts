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

/** The figures of every scenario, how they are read, and what failed. */
export function figuresInMarkdown(report: Report): string {
  const made = `${report.machine}, Node ${report.node}, ${report.at.slice(0, 10)}. ${legend}`;
  const failed = failures(report).map((sentence) => `- ${escaped(sentence)}`);
  const parts = [...figureTables(report).map(markdownTable), escaped(made), failed.join("\n")];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The goals that this report can judge. */
export const goalsInMarkdown = (report: Report): string =>
  markdownTable(goalTable(report).filter(([, , verdict]) => verdict !== "no figure"));

/** Everything of a report. */
export function markdownOf(report: Report): string {
  return [figuresInMarkdown(report), goalsInMarkdown(report), elsewhere.replace(/^/gm, "- ")].join("\n\n");
}
