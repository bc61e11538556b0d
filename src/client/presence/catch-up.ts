// Asks the room, after every connection, what was missed, and waits for the answer; a room that never answers (it may
// be older than the question) holds nobody up for long, and the next time not at all.
import type { Announcement } from "../../protocol/messages.ts";
import { type PresenceResume, type PresenceResumed, presenceResumeType } from "../../protocol/session.ts";
import type { Environment, Timer } from "../platform/environment.ts";
import type { Link } from "../connection/connection.ts";
import type { PresenceFeed } from "./presence-feed.ts";
import type { ServerClock } from "../connection/server-clock.ts";

export interface CatchUpEvents {
  event(event: Announcement): void;
  /** In the middle of a connection something was missed that will not be told: the roster is what it is. */
  gap(): void;
  /** What was missed has been told; `answer` undefined when the room did not say. */
  caughtUp(resumed: boolean, answer: PresenceResumed | undefined): void;
}

const answerMs = 3000;
/** A room says what was missed once a second to one connection. */
const askAgainMs = 1100;

export class CatchUp {
  readonly #environment: Environment;
  readonly #clock: ServerClock;
  readonly #feed: PresenceFeed;
  readonly #events: CatchUpEvents;
  #link: Link | undefined;
  /** Undefined: nothing is asked. NaN: more than once, so that an answer does not say which. */
  #askedAt: number | undefined;
  #isUnderWay = false;
  #isMute = false;
  #timer: Timer | undefined;

  constructor(environment: Environment, clock: ServerClock, feed: PresenceFeed, events: CatchUpEvents) {
    this.#environment = environment;
    this.#clock = clock;
    this.#feed = feed;
    this.#events = events;
  }

  linked(link: Link): void {
    this.#link = link;
    this.#isUnderWay = true;
    this.#askedAt = undefined;
    this.#ask(this.#feed.connected());
    this.#after(this.#isMute ? 0 : answerMs, () => this.#unanswered());
  }

  unlinked(): void {
    this.#link = undefined;
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
    if (isGap && !isCatchingUp) this.#events.gap();
    this.#tell(events, ask);
    this.#isUnderWay = false;
    this.#events.caughtUp(resumed && !isLate, answer);
  }

  live(event: Announcement): void {
    const { events, ask } = this.#feed.live(event);
    this.#tell(events, ask);
  }

  /** The answer could not say what it should have: ask once more, soon. */
  askAgain(): void {
    this.#after(askAgainMs, () => this.#ask(this.#feed.question()));
  }

  #ask(question: PresenceResume): void {
    this.#askedAt = this.#askedAt === undefined ? this.#environment.now() : Number.NaN;
    this.#link?.send(presenceResumeType, question);
  }

  #unanswered(): void {
    this.#isMute = true;
    this.#isUnderWay = false;
    this.#tell(this.#feed.unanswered().events, false);
    this.#events.caughtUp(false, undefined);
  }

  #tell(events: readonly Announcement[], ask: boolean): void {
    for (const event of events) this.#events.event(event);
    if (ask) this.askAgain();
  }

  #after(delayMs: number, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#environment.after(delayMs, run);
  }
}
