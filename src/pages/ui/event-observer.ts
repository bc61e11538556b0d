// What a page knows of one event, gathered from its session: a storm of events renders once. The shell around core/.
// Owns no connection: the session comes from outside and is left to whoever made it.
import { useEffect, useState } from "preact/hooks";
import type { EventSession, Returned, RosterEntry, SessionState } from "../../client/index.ts";
import type { Announcement } from "../../protocol/messages.ts";
import { nameOf } from "../core/person.ts";
import { othersSentence } from "../core/others.ts";
import { begin, prune, reconcile, type TimeLines, withEvents } from "../core/time-lines.ts";
import type { FeedEntry } from "./feed.tsx";

/** Everything to show, as one value. */
export interface Seen {
  readonly state: SessionState;
  readonly roster: ReadonlyMap<string, RosterEntry>;
  /** Undefined until the first roster. */
  readonly timeLines: TimeLines | undefined;
  /** Newest first. */
  readonly feed: readonly FeedEntry[];
  /** For the announcer. */
  readonly spoken: string;
  readonly returned: Returned | undefined;
}

const types = [
  "participant_joined",
  "participant_temporarily_disconnected",
  "participant_reconnected",
  "participant_left",
] as const;
/** How long events are gathered into one sentence for a screen reader. */
const gatherMs = 2000;
/** At most this often something new is shown. */
const showMs = 80;
/** How far back time lines are kept, and how many lines of the feed and names of those who are gone. */
export const keptMs = 30 * 60_000;
const maxFeed = 200;
const maxNames = 5000;

export class EventObserver {
  seen: Seen;
  readonly #session: EventSession;
  readonly #show: (seen: Seen) => void;
  readonly #stops: (() => void)[];
  readonly #names = new Map<string, string>();
  #received: Announcement[] = [];
  #toRead: Announcement[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #feedKey = 0;
  #isToReconcile = false;

  constructor(session: EventSession, show: (seen: Seen) => void) {
    this.#session = session;
    this.#show = show;
    this.seen = {
      state: session.state,
      roster: session.roster,
      timeLines: undefined,
      feed: [],
      spoken: "",
      returned: undefined,
    };
    const soon = () => this.#soon();
    this.#stops = [
      ...types.map((type) => session.on(type, (payload) => this.#receive({ type, payload } as Announcement))),
      session.on("roster", soon),
      session.on("outage", soon),
      session.on("status", () => this.#now()),
      session.on("returned", (returned) => {
        this.#isToReconcile ||= !returned.resumed;
        this.seen = { ...this.seen, returned };
        soon();
      }),
    ];
    this.#now();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#timer);
    clearTimeout(this.#readTimer);
  }

  #receive(event: Announcement): void {
    this.#received.push(event);
    this.#toRead.push(event);
    this.#readTimer ??= setTimeout(() => this.#read(), gatherMs);
    this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#now(), showMs);
  }

  #read(): void {
    this.#readTimer = undefined;
    const spoken = othersSentence(this.#toRead.splice(0), (deviceId) => this.#nameOf(deviceId));
    this.seen = { ...this.seen, spoken };
    this.#show(this.seen);
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { roster, state } = this.#session;
    const now = this.#session.serverNow();
    this.#learn(roster);
    const received = this.#received.splice(0);
    this.seen = {
      ...this.seen,
      state,
      roster,
      timeLines: this.#lines(received, now),
      feed: this.#feed(received, now),
    };
    this.#show(this.seen);
  }

  #lines(received: readonly Announcement[], now: number): TimeLines | undefined {
    const { timeLines } = this.seen;
    const { roster, status } = this.#session;
    if (timeLines === undefined) return status === "connected" ? begin(roster, now) : undefined;
    const next = withEvents(timeLines, received, roster, now);
    const isDue = this.#isToReconcile && status === "connected";
    if (isDue) this.#isToReconcile = false;
    return prune(isDue ? reconcile(next, roster, now) : next, now - keptMs);
  }

  #feed(received: readonly Announcement[], now: number): readonly FeedEntry[] {
    if (received.length === 0) return this.seen.feed;
    const entries = received.map((event) => ({
      key: (this.#feedKey += 1),
      at: event.payload.at ?? now,
      name: this.#nameOf(event.payload.device_id),
      event,
    }));
    return [...entries.toReversed(), ...this.seen.feed].slice(0, maxFeed);
  }

  #nameOf(deviceId: string): string {
    return this.#names.get(deviceId) ?? deviceId;
  }

  #learn(roster: ReadonlyMap<string, RosterEntry>): void {
    for (const entry of roster.values()) this.#names.set(entry.deviceId, nameOf(entry));
    for (const deviceId of this.#names.keys()) {
      if (this.#names.size <= maxNames) break;
      if (!roster.has(deviceId)) this.#names.delete(deviceId);
    }
  }
}

/** What is seen of a session's event, now and from now on. */
export function useEventOf(session: EventSession): Seen {
  const [seen, setSeen] = useState<Seen | undefined>(undefined);
  useEffect(() => {
    const observer = new EventObserver(session, setSeen);
    return () => observer.stop();
  }, [session]);
  return (
    seen ?? {
      state: session.state,
      roster: session.roster,
      timeLines: undefined,
      feed: [],
      spoken: "",
      returned: undefined,
    }
  );
}
