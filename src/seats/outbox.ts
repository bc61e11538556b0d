// The rule that makes a published message take effect once and in order: a seat remembers how far it has taken which
// outbox. Pure data and decisions; that the memory and the effect are stored together is the room's business.

/** How far a seat has taken an outbox. Kept with the seat, and gone with it. */
export interface OutboxTaken {
  /** Which outbox: a device that has lost its storage begins a new one. */
  readonly stream: string;
  /** Messages 1 to `last` have taken effect, or were refused. */
  readonly last: number;
  /** Those of the last `outboxWindow` that were refused, and why: a repeated question gets the same answer. */
  readonly refused: readonly { readonly n: number; readonly error: string }[];
}

/** `apply`: it is next. `again`: it was taken before. `gap`: something before it is missing, so it must wait. */
export type OutboxVerdict = "apply" | "again" | "gap";

/** What to do with message `n` of `stream`. Numbers begin at 1; a new outbox begins with its first message. */
export function judge(taken: OutboxTaken | null, stream: string, n: number): OutboxVerdict {
  const last = taken?.stream === stream ? taken.last : 0;
  if (n === last + 1) return "apply";
  return n <= last ? "again" : "gap";
}

/** The memory after message `n` was applied (`error` undefined) or refused; `window` bounds what is remembered. */
export function taking(
  taken: OutboxTaken | null,
  stream: string,
  n: number,
  error: string | undefined,
  window: number,
): OutboxTaken {
  const before = taken?.stream === stream ? taken.refused : [];
  const kept = before.filter((refusal) => refusal.n > n - window);
  return { stream, last: n, refused: error === undefined ? kept : [...kept, { n, error }] };
}
