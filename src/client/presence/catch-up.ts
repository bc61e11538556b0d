// Asks the room, after every connection, what was missed, waits for the answer, and announces presence events and a room
// author's announcements in their one order. A room that never answers (it may be older than the question) holds nobody up for long, and the next time not
// at all. Never decides whether a connection is good.
import type { HistoryEntry } from "../../protocol/messages.ts";
import {
  type PresenceResume,
  type PresenceResumed,
  presenceResumeType,
  type ToldPosition,
} from "../../protocol/session.ts";
import type { Environment, Timer } from "../platform/environment.ts";
import type { SessionEvents } from "../types/index.ts";
import type { PresenceFeed } from "./presence-feed.ts";

/** The connection that is there. Implemented by client/connection/sdk/sdk-connection. */
export interface PresenceSender {
  send(type: string, payload: unknown): boolean;
}

/** The server's time, as connection's ServerClock knows it. */
export interface ServerTime {
  at(now: number): number;
  sample(serverTime: number, sentAt: number, now: number): void;
}

/** Who announces to the application. Implemented by client/session/emitter. */
export interface PresenceEvents {
  emit<Type extends HistoryEntry["type"] | "presence_gap">(type: Type, event: SessionEvents[Type]): void;
}

/** How far this participant has handled what it was told. Implemented by client/inbox/inbox. */
export interface ToldProgress {
  readonly position: ToldPosition;
  /** What has this id has been announced: it is not told any more. */
  announced(id: string): void;
}

/** Implemented by client/session/session-controller. */
export interface CatchUpListener {
  /** What was missed has been announced; `answer` undefined when the room did not say. */
  caughtUp(resumed: boolean, answer: PresenceResumed | undefined): void;
}

const answerMs = 3000;
/** A room answers one connection once a second. */
const askAgainMs = 1100;

export class CatchUp {
  readonly #environment: Environment;
  readonly #clock: ServerTime;
  readonly #feed: PresenceFeed;
  readonly #told: ToldProgress;
  readonly #events: PresenceEvents;
  readonly #listener: CatchUpListener;
  #sender: PresenceSender | undefined;
  /** Undefined: nothing is asked. NaN: more than once, so that an answer does not say which. */
  #askedAt: number | undefined;
  #isUnderWay = false;
  #isMute = false;
  #timer: Timer | undefined;

  constructor(
    environment: Environment,
    clock: ServerTime,
    feed: PresenceFeed,
    told: ToldProgress,
    events: PresenceEvents,
    listener: CatchUpListener,
  ) {
    this.#environment = environment;
    this.#clock = clock;
    this.#feed = feed;
    this.#told = told;
    this.#events = events;
    this.#listener = listener;
  }

  connected(sender: PresenceSender): void {
    this.#sender = sender;
    this.#isUnderWay = true;
    this.#askedAt = undefined;
    this.#ask(this.#feed.connected());
    this.#after(this.#isMute ? 0 : answerMs, () => this.#unanswered());
  }

  disconnected(): void {
    this.#sender = undefined;
    this.#timer?.cancel();
  }

  /** The room's answer. */
  resumed(answer: PresenceResumed): void {
    const isCatchingUp = this.#isUnderWay;
    const isLate = this.#isMute && !isCatchingUp;
    this.#isMute = false;
    this.#timer?.cancel();
    this.#clock.sample(answer.server_time, this.#askedAt ?? Number.NaN, this.#environment.now());
    this.#askedAt = undefined;
    const { events, ask, resumed, isGap } = this.#feed.resumed(answer);
    if (isGap && !isCatchingUp)
      this.#events.emit("presence_gap", { at: this.#clock.at(this.#environment.now()) });
    this.#announce(events, ask);
    this.#isUnderWay = false;
    this.#listener.caughtUp(resumed && !isLate, answer);
  }

  live(event: HistoryEntry): void {
    const { events, ask } = this.#feed.live(event);
    this.#announce(events, ask);
  }

  /** The answer could not say what it should have: ask once more, soon. */
  askAgain(): void {
    this.#after(askAgainMs, () => this.#ask(this.#feed.question()));
  }

  #ask(question: PresenceResume): void {
    this.#askedAt = this.#askedAt === undefined ? this.#environment.now() : Number.NaN;
    this.#sender?.send(presenceResumeType, {
      ...question,
      signs_of_life: true,
      event_details: true,
      told: this.#told.position,
    });
  }

  #unanswered(): void {
    this.#isMute = true;
    this.#isUnderWay = false;
    this.#announce(this.#feed.unanswered().events, false);
    this.#listener.caughtUp(false, undefined);
  }

  #announce(events: readonly HistoryEntry[], ask: boolean): void {
    for (const { type, payload } of events) {
      if (type === "announcement" && payload.id !== undefined) this.#told.announced(payload.id);
      this.#events.emit(type, payload);
    }
    if (ask) this.askAgain();
  }

  #after(delayMs: number, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#environment.after(delayMs, run);
  }
}
