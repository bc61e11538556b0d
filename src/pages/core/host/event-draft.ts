// What a host fills in about an event, as text that may be wrong, and what it means for the server. Pure.
import {
  type EventChange,
  type HostEventDetails,
  highestCapacity,
  longestExpectedName,
  longestTitle,
  mostExpectedNames,
  type WhoMayJoin,
} from "../../../protocol/event-details.ts";
import { namesIn } from "../seats/expected.ts";

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

const length = (text: string): number => [...text].length;

/** A number as people type it, in the digits of their language; NaN for anything else. */
function numberIn(text: string): number {
  const digits = text
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[\u0966-\u096f]/g, (digit) => String(digit.charCodeAt(0) - 0x966))
    .replace(/[\s.,'\u2019]/gu, "");
  return /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;
}

function problemOfNames(names: readonly string[]): DraftProblem | undefined {
  if (names.length > mostExpectedNames) return "names-many";
  return names.some((name) => length(name) > longestExpectedName) ? "name-long" : undefined;
}

/**
 * What to ask of the server, or what is wrong.
 * @param before as the draft was when it was opened: what nobody has touched since is not asked for, so that it stays as it
 * is, also when another host has changed it meanwhile
 */
export function changeOf(
  draft: EventDraft,
  before?: EventDraft,
): { change: EventChange } | { problem: DraftProblem } {
  const isTouched = (field: keyof EventDraft) => before?.[field] !== draft[field];
  const names = namesIn(draft.names);
  const capacity = draft.capacity.trim() === "" ? undefined : numberIn(draft.capacity);
  if (length(draft.title.trim()) > longestTitle) return { problem: "title" };
  if (capacity !== undefined && !(capacity >= 1 && capacity <= highestCapacity))
    return { problem: "capacity" };
  const wrong = isTouched("names") ? problemOfNames(names) : undefined;
  if (wrong !== undefined) return { problem: wrong };
  const hasNames = isTouched("names") ? names.length > 0 : draft.names !== "";
  if (draft.whoMayJoin === "listed" && !hasNames) return { problem: "names-missing" };
  return {
    change: {
      ...(isTouched("title") ? { title: draft.title.trim() } : {}),
      ...(isTouched("capacity") && capacity !== undefined ? { capacity } : {}),
      ...(isTouched("graceMs") ? { grace_period_ms: draft.graceMs } : {}),
      ...(isTouched("whoMayJoin") ? { who_may_join: draft.whoMayJoin } : {}),
      ...(isTouched("names") ? { expected_names: names } : {}),
    },
  };
}
