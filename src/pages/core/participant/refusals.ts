// What a refused join means for a person, and what helps; by the wire's reasons, of which a newer server may have others.
// Keys of words only.
import type { SessionState } from "../../../client/index.ts";
import type { Words } from "../../languages/words.ts";

/**
 * What helps:
 * - `retry`: ask again now
 * - `take-back`: take the seat back from the tab that has it
 * - `change-code`, `change-name`: the form, filled in as it was
 * - `another`: the form, empty: the same event is not offered again
 */
export type Remedy = "retry" | "take-back" | "change-code" | "change-name" | "another";

interface RefusalWords {
  readonly status: "full" | "kicked" | "closed" | "refused";
  readonly title: Words;
  /** Undefined: the server's own sentence. */
  readonly detail: Words | undefined;
  readonly actions: readonly { readonly kind: Remedy; readonly text: Words; readonly isMain?: boolean }[];
}

const another = { kind: "another", text: "own.another" } as const;
const askAgain = { kind: "retry", text: "own.try-again" } as const;

const link: RefusalWords = {
  status: "refused",
  title: "own.link",
  detail: "own.link-detail",
  actions: [askAgain],
};

const refusals: Readonly<Record<string, RefusalWords>> = {
  full: { status: "full", title: "own.full", detail: "own.full-detail", actions: [another] },
  locked: {
    status: "refused",
    title: "own.locked",
    detail: "own.locked-detail",
    actions: [{ kind: "retry", text: "own.ask-now" }, another],
  },
  not_listed: {
    status: "refused",
    title: "own.not-listed",
    detail: "own.not-listed-detail",
    actions: [{ kind: "change-name", text: "own.change-name", isMain: true }, another],
  },
  no_such_event: {
    status: "refused",
    title: "own.no-such-event",
    detail: "own.no-such-event-detail",
    actions: [{ kind: "change-code", text: "own.change-code", isMain: true }],
  },
  kicked: {
    status: "kicked",
    title: "own.kicked",
    detail: "own.kicked-detail",
    actions: [{ kind: "retry", text: "own.ask-now" }, another],
  },
  closed: { status: "closed", title: "own.closed", detail: "own.closed-detail", actions: [another] },
  bad_token: link,
  wrong_event: link,
  wrong_device: link,
  wrong_user: link,
};

const other: RefusalWords = {
  status: "refused",
  title: "own.refused",
  detail: undefined,
  actions: [askAgain, another],
};

/** What to say of a refusal with this reason. */
export function refusalWords(reason: string): RefusalWords {
  return (Object.hasOwn(refusals, reason) ? refusals[reason] : undefined) ?? other;
}

/** What a session that is over was refused for, in the wire's word; undefined when it was not. A removal is one. */
export function refusalIn({ status, endReason, reason }: SessionState): string | undefined {
  if (endReason === "kicked") return "kicked";
  return status === "failed" && endReason === "refused" ? reason : undefined;
}

/** A lock, or a full event, is over within minutes. */
const mayPassMs = 10_000;
/** The undo of a removal is offered for 10 s; later it is rare, and costs a request less and less often. */
const [firstAfterRemovalMs, longestAfterRemovalMs] = [12_000, 5 * 60_000];

/**
 * When to ask again after a refusal that may pass by itself, in ms; undefined for one that does not.
 * @param times how often that has been asked already
 */
export function askAgainAfterMs(reason: string | undefined, times: number): number | undefined {
  if (reason === "kicked")
    return Math.min(firstAfterRemovalMs * 2 ** Math.min(times, 10), longestAfterRemovalMs);
  return reason === "full" || reason === "locked" ? mayPassMs : undefined;
}
