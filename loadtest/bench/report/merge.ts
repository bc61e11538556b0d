// Several reports as one: those of runs that were cut off, or that had other servers. Pure.
import type { Report } from "../results.ts";

const lastRound = ({ runs }: Report) => Math.max(0, ...runs.map(({ round }) => round));
const each = (texts: readonly string[]) => [...new Set(texts.flatMap((text) => text.split("; ")))].join("; ");

/** Rounds of a later report count on from those of the earlier ones: figures are compared within one run only. */
function followed(first: Report, next: Report): Report {
  const offset = lastRound(first);
  const held = next.held ?? first.held;
  const heldFailure = held === undefined ? (next.heldFailure ?? first.heldFailure) : undefined;
  return {
    version: 2,
    at: next.at,
    machine: each([first.machine, next.machine]),
    node: each([first.node, next.node]),
    options: first.options,
    tookSeconds: first.tookSeconds + next.tookSeconds,
    runs: [...first.runs, ...next.runs.map((run) => ({ ...run, round: run.round + offset }))],
    ...(held === undefined ? {} : { held }),
    ...(heldFailure === undefined ? {} : { heldFailure }),
  };
}

/** @throws RangeError when there is none */
export function merged(reports: readonly Report[]): Report {
  const [first, ...others] = reports;
  if (first === undefined) throw new RangeError("there is no report to show");
  return others.reduce(followed, first);
}
