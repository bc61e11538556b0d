// What a host fills in about an event, as text that may be wrong, and what it means for the server. Pure.
import {
  type EventChange,
  type HostEventDetails,
  highestCapacity,
  longestExpectedName,
  longestTitle,
  mostExpectedNames,
  type WhoMayJoin,
} from "../../protocol/event-details.ts";

export interface EventDraft {
  readonly title: string;
  /** As it was typed; empty leaves it to the server. */
  readonly capacity: string;
  readonly graceMs: number;
  readonly whoMayJoin: WhoMayJoin;
  /** One name a line, as pasted from anywhere. */
  readonly names: string;
}

/** What is wrong with a draft, by the field that it is about. */
export type DraftProblem = "capacity" | "title" | "names-missing" | "names-many" | "name-long";

const [second, minute] = [1000, 60_000];
/** What is offered for how long a seat is kept. */
export const graceChoices: readonly number[] = [30 * second, minute, 2 * minute, 5 * minute, 15 * minute];

export const freshDraft: EventDraft = {
  title: "",
  capacity: "",
  graceMs: minute,
  whoMayJoin: "anyone",
  names: "",
};

export function draftOf(details: HostEventDetails): EventDraft {
  return {
    title: details.title,
    capacity: String(details.capacity),
    graceMs: details.grace_period_ms,
    whoMayJoin: details.who_may_join,
    names: details.expected_names.join("\n"),
  };
}

/** The names of a pasted list: a line each (or a cell of a row), each once, without what lists put around them. */
export function namesIn(text: string): string[] {
  const names = text
    .split(/[\r\n\t;]+/)
    .map((line) => line.replace(/\s+/gu, " ").trim())
    .filter((line) => line !== "");
  return [...new Set(names)];
}

const length = (text: string): number => [...text].length;

/** A number as people type it, in the digits of their language; NaN for anything else. */
function numberIn(text: string): number {
  const digits = text
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[\u0966-\u096f]/g, (digit) => String(digit.charCodeAt(0) - 0x966))
    .replace(/[\s.,'\u2019]/gu, "");
  return /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;
}

/** What to ask of the server, or what is wrong. */
export function changeOf(draft: EventDraft): { change: EventChange } | { problem: DraftProblem } {
  const names = namesIn(draft.names);
  const capacity = draft.capacity.trim() === "" ? undefined : numberIn(draft.capacity);
  if (length(draft.title.trim()) > longestTitle) return { problem: "title" };
  if (capacity !== undefined && !(capacity >= 1 && capacity <= highestCapacity))
    return { problem: "capacity" };
  if (names.length > mostExpectedNames) return { problem: "names-many" };
  if (names.some((name) => length(name) > longestExpectedName)) return { problem: "name-long" };
  if (draft.whoMayJoin === "listed" && names.length === 0) return { problem: "names-missing" };
  return {
    change: {
      title: draft.title.trim(),
      ...(capacity === undefined ? {} : { capacity }),
      grace_period_ms: draft.graceMs,
      who_may_join: draft.whoMayJoin,
      expected_names: names,
    },
  };
}
