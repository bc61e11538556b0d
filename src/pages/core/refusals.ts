// What a refused join means for a person, and what helps; by the wire's reasons, of which a newer server may have others.
// Keys of words only.
import type { Words } from "../languages/words.ts";

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
  kicked: { status: "kicked", title: "own.kicked", detail: "own.kicked-detail", actions: [another] },
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

/** May it pass by itself, so that asking again makes sense? */
export function mayPass(reason: string | undefined): boolean {
  return reason === "full" || reason === "locked";
}
