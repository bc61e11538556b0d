// Presence events and what a room author announces, each once and in order, over any number of connections. Pure. After a return what comes live waits
// until the room has sent what was missed; then the missed, then the live. Never a part: all of it, or `resumed: false`
// and the state as it is. Knows no connection and no timer.
import type { HistoryEntry } from "../../protocol/messages.ts";
import type { PresenceResume, PresenceResumed } from "../../protocol/session.ts";

export interface Position {
  readonly epoch: number;
  readonly seq: number;
}

export interface Received {
  /** What is announced to the application now. */
  readonly events: readonly HistoryEntry[];
  /** Something between is missing: ask the room again. */
  readonly ask: boolean;
}

export interface Resumed extends Received {
  readonly resumed: boolean;
  /** Something was missed, and will never be announced. */
  readonly isGap: boolean;
}

const nothing: Received = { events: [], ask: false };

export class PresenceFeed {
  readonly #deviceId: string;
  #position: Position | undefined;
  #waiting: HistoryEntry[] | undefined;

  constructor(deviceId: string) {
    this.#deviceId = deviceId;
  }

  /** A new connection: what to ask the room. Without a position nothing was missed: the first state is the past. */
  connected(): PresenceResume {
    this.#waiting = this.#position === undefined ? undefined : [];
    return this.question();
  }

  /** What to ask the room after `ask`. */
  question(): PresenceResume {
    return { ...this.#position };
  }

  live(event: HistoryEntry): Received {
    if (this.#waiting !== undefined) {
      this.#waiting.push(event);
      return nothing;
    }
    return this.#take([event]);
  }

  /** The room's answer. */
  resumed(answer: PresenceResumed): Resumed {
    const before = this.#position;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    const here = { epoch: answer.epoch, seq: answer.seq };
    if (before === undefined || (before.epoch === here.epoch && before.seq > here.seq)) {
      if (before === undefined) this.#position = here;
      return { ...this.#take(waiting), resumed: false, isGap: false };
    }
    const missed = answer.resumed ? missedIn(answer, before) : undefined;
    this.#position = here;
    const live = this.#take(waiting);
    return {
      events: [...(missed ?? []), ...live.events],
      ask: live.ask,
      resumed: missed !== undefined,
      isGap: missed === undefined && orderOf(here, before) > 0,
    };
  }

  /** The room does not answer (it may be older than the question): what came live is all there is. */
  unanswered(): Received {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#position = undefined;
    return this.#take(waiting);
  }

  #take(events: readonly HistoryEntry[]): Received {
    const announced: HistoryEntry[] = [];
    for (const [index, event] of events.entries()) {
      const at = positionOf(event);
      if (at === undefined) {
        if (!this.#isOwnReturn(event)) announced.push(event);
        continue;
      }
      const order = this.#position === undefined ? 1 : orderOf(at, this.#position);
      if (order <= 0) continue;
      if (order > 1) {
        this.#waiting = events.slice(index);
        return { events: announced, ask: true };
      }
      this.#position = at;
      announced.push(event);
    }
    return { events: announced, ask: false };
  }

  /** Announced to the returner alone: the application learns of its own return by `returned`. */
  #isOwnReturn({ type, payload }: HistoryEntry): boolean {
    return type === "participant_reconnected" && payload.device_id === this.#deviceId;
  }
}

function positionOf({ payload }: HistoryEntry): Position | undefined {
  const { epoch, seq } = payload;
  return epoch === undefined || seq === undefined ? undefined : { epoch, seq };
}

/** How far `at` is ahead: 1 is the very next, 0 and less is old, anything more has a gap before it. */
function orderOf(at: Position, from: Position): number {
  if (at.epoch === from.epoch) return at.seq - from.seq;
  return at.epoch < from.epoch ? 0 : Number.POSITIVE_INFINITY;
}

/** What was missed after `from`, if it is all there. */
function missedIn({ events, epoch, seq }: PresenceResumed, from: Position): HistoryEntry[] | undefined {
  if (epoch !== from.epoch) return undefined;
  const missed = events.filter(({ payload }) => (payload.seq ?? 0) > from.seq);
  const isWhole =
    missed.length === seq - from.seq &&
    missed.every(({ payload }, index) => payload.epoch === epoch && payload.seq === from.seq + index + 1);
  return isWhole ? missed : undefined;
}
