// Rule S18 for one participant: reads what the witness heard about it, in order, and says what departs
// from the truth. Pure: it knows the witness's log and the phone's journal, no clock and no server.
import type { Attempt, Evidence, Heard, Journal, ReturnPath } from "./evidence.ts";

/** What a participant looks like to everyone else. */
type View = "gone" | "here" | "away";

/** An expiry is told within this after its deadline (invariant I1), and waits this long for a return in flight. */
const expirySlackMs = 1000;
const attemptWindowMs = 5000;
/** From a cause to the announcement of its effect, with room for a machine that is busy with 24 phones. */
const noticeSlackMs = 2000;
/** A connection that lasts this long was a real one. */
const settledMs = 1500;
/** A return is announced after the phone knows of it, but their instants are taken in turn. */
const orderSlackMs = 200;

/** Which announcement may follow which view, and the view that it leads to. */
const steps: Record<string, Partial<Record<View, View>>> = {
  participant_joined: { gone: "here" },
  participant_temporarily_disconnected: { here: "away" },
  participant_reconnected: { away: "here" },
  participant_left: { here: "gone", away: "gone" },
};

export class Story {
  readonly departures: string[] = [];
  readonly returns: ReturnPath[] = [];
  readonly left: string[] = [];
  /** How long after its deadline each expiry was heard. */
  readonly expiryDelaysMs: number[] = [];
  disconnects = 0;
  readonly #journal: Journal;
  readonly #graceMs: number;
  readonly #startedAt: number;
  readonly #matched = new Set<Attempt>();
  readonly #awayTimes: { from: number; to: number }[] = [];
  readonly #joinedAt: number[] = [];
  #view: View = "gone";
  #deadlineAt = 0;

  constructor(journal: Journal, { graceMs, startedAt }: Pick<Evidence, "graceMs" | "startedAt">) {
    this.#journal = journal;
    this.#graceMs = graceMs;
    this.#startedAt = startedAt;
  }

  /** The next announcement about this participant. */
  read(event: Heard): void {
    const next = steps[event.type]?.[this.#view];
    const isExpiry = event.reason === "grace_expired";
    if (next === undefined || (isExpiry && this.#view === "here")) {
      this.#depart(event.at, `${event.type} is out of order: it was ${this.#view}`);
      this.#view = Object.values(steps[event.type] ?? {})[0] ?? this.#view;
      return;
    }
    const previous = this.#view;
    this.#view = next;
    if (next === "away") this.#goesAway(event);
    else if (previous === "away") (this.#awayTimes.at(-1) as { to: number }).to = event.at;
    if (event.type === "participant_joined") this.#joinedAt.push(event.at);
    if (event.type === "participant_reconnected") this.#returns(event);
    if (event.type === "participant_left") this.#leaves(event);
  }

  /** No more will be heard. */
  end(endedAt: number): void {
    const latestAt = this.#deadlineAt + attemptWindowMs + expirySlackMs;
    if (this.#view === "away" && endedAt > latestAt)
      this.#depart(endedAt, "its grace is over and it never left");
    else if (this.#view !== "gone") this.#depart(endedAt, "it is still in the event after its goodbye");
    for (const { from, to } of this.#journal.mustBeAway) {
      if (!this.#awayTimes.some((span) => span.from <= to && span.to >= from))
        this.#depart(
          from,
          `its link was cut, and it was not seen as away within ${Math.round(to - from)} ms`,
        );
    }
    for (const attempt of this.#journal.attempts) this.#checkTold(attempt, endedAt);
  }

  /** Returns that nobody but the returner heard of. */
  get takeovers(): number {
    return this.#journal.attempts.filter(
      (attempt) => attempt.confirmedAt !== null && !this.#matched.has(attempt),
    ).length;
  }

  #goesAway(event: Heard): void {
    this.disconnects += 1;
    this.#deadlineAt = event.graceExpiresAt ?? Number.NaN;
    this.#awayTimes.push({ from: event.at, to: Number.POSITIVE_INFINITY });
    // [S8] a takeover that failed is dated from its beginning, at most the window ago
    const latest = event.at + this.#graceMs + 1;
    const isDated = this.#deadlineAt <= latest && this.#deadlineAt > latest - attemptWindowMs - expirySlackMs;
    if (!isDated)
      this.#depart(
        event.at,
        `the deadline ${Math.round(this.#deadlineAt - event.at)} ms ahead is not the grace`,
      );
    const { outages, closes } = this.#journal;
    const hasCause =
      outages.some(({ from, to }) => event.at >= from && event.at <= to + noticeSlackMs) ||
      closes.some((closedAt) => event.at >= closedAt && event.at <= closedAt + noticeSlackMs);
    if (!hasCause) this.#depart(event.at, "it was dropped without a cause");
  }

  #returns(event: Heard): void {
    const since = (this.#awayTimes.at(-1)?.from ?? 0) - orderSlackMs;
    const attempt = this.#journal.attempts.findLast(
      ({ isIn, endedAt }) =>
        isIn && endedAt !== null && endedAt >= since && endedAt <= event.at + orderSlackMs,
    );
    if (attempt === undefined || this.#matched.has(attempt)) {
      this.#depart(event.at, "a return was announced that no phone made");
      return;
    }
    this.#matched.add(attempt);
    this.returns.push(attempt.path);
    if (event.at > this.#deadlineAt + attemptWindowMs + expirySlackMs)
      this.#depart(event.at, "a return was announced long after the deadline");
  }

  #leaves(event: Heard): void {
    this.left.push(event.reason ?? "without a reason");
    if (event.reason !== "grace_expired") return;
    const lateByMs = event.at - this.#deadlineAt;
    this.expiryDelaysMs.push(lateByMs);
    if (lateByMs < 0) this.#depart(event.at, `it left ${Math.ceil(-lateByMs)} ms before its deadline`);
    const allowedMs = expirySlackMs + (this.#isTryingAt(this.#deadlineAt) ? attemptWindowMs : 0);
    if (lateByMs > allowedMs) this.#depart(event.at, `it left ${Math.round(lateByMs)} ms after its deadline`);
    const since = this.#awayTimes.at(-1)?.from ?? 0;
    const isBack = this.#journal.attempts.some(
      ({ confirmedAt }) => confirmedAt !== null && confirmedAt >= since && confirmedAt <= this.#deadlineAt,
    );
    if (isBack) this.#depart(event.at, "it left although it was back before its deadline");
  }

  #isTryingAt(instant: number): boolean {
    return this.#journal.attempts.some(
      ({ startedAt, endedAt }) => startedAt <= instant && (endedAt ?? Number.POSITIVE_INFINITY) >= instant,
    );
  }

  /** One who is in for good, and not as a newcomer, was told so. */
  #checkTold({ isIn, startedAt, endedAt, confirmedAt, lostAt }: Attempt, runEndedAt: number): void {
    if (!isIn || endedAt === null || confirmedAt !== null) return;
    const until = endedAt + settledMs;
    const isSettled = until < runEndedAt && (lostAt === null || lostAt > until);
    const isCalm = !this.#journal.outages.some(({ from, to }) => from <= until && to >= endedAt);
    const isNew = this.#joinedAt.some((at) => at >= startedAt - orderSlackMs && at <= until);
    if (isSettled && isCalm && !isNew) this.#depart(endedAt, "it came back and was not told");
  }

  #depart(at: number, why: string): void {
    const seconds = ((at - this.#startedAt) / 1000).toFixed(2);
    this.departures.push(`${this.#journal.device} at ${seconds} s: ${why}`);
  }
}
