// What a participant's page knows of its session, as one value: a storm of events renders once. The shell around core/.
// Owns no connection: the session comes from outside and is left to whoever made it.
import { useEffect, useState } from "preact/hooks";
import type {
  ConnectionQuality,
  EventSession,
  KeptSeat,
  RosterEntry,
  SessionState,
} from "../../client/index.ts";
import type { Announcement } from "../../protocol/messages.ts";
import { othersSentence } from "../core/others.ts";
import { afterOutage, afterReload, afterRemoval, type Comeback } from "../core/participant/own-facts.ts";
import { isReturning, type OwnSaying, ownSaying } from "../core/participant/own-status.ts";
import { type Name, namesOf, wholeName } from "../core/person.ts";
import { AskingAgain } from "./asking-again.ts";

/** Everything to show. */
export interface Seen {
  readonly saying: OwnSaying;
  readonly quality: ConnectionQuality;
  /** How the last absence ended. */
  readonly comeback: Comeback | undefined;
  /** It is the moment of that return. */
  readonly isMoment: boolean;
  readonly roster: ReadonlyMap<string, RosterEntry>;
  readonly names: ReadonlyMap<string, Name>;
  /** Of others, for the announcer. */
  readonly spoken: string;
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
/** What is said changes by time alone: a seat that may be free, a moment that is over. */
const secondMs = 1000;
/** Whose names are kept for what is read out of them a moment after they have gone; of more nobody is named. */
const mostGone = 16;

export class RoomObserver {
  seen: Seen;
  readonly #session: EventSession;
  #show: ((seen: Seen) => void) | undefined;
  readonly #stops: (() => void)[];
  readonly #openedAt: number;
  #comeback: Comeback | undefined;
  #keptBefore: KeptSeat | undefined;
  #hasBeenIn = false;
  readonly #asking: AskingAgain;
  /** A host had removed this device, until it has been away for another reason. */
  #wasRemoved = false;
  #names: ReadonlyMap<string, Name> = new Map();
  #namesFor: ReadonlyMap<string, RosterEntry> = new Map();
  /** What those were called who have gone, the latest last. */
  readonly #gone = new Map<string, string>();
  #toRead: Announcement[] = [];
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #showTimer: ReturnType<typeof setTimeout> | undefined;
  #spoken = "";

  constructor(session: EventSession) {
    this.#session = session;
    this.#openedAt = session.serverNow();
    this.#asking = new AskingAgain(session);
    const second = setInterval(() => this.#tick(), secondMs);
    const now = () => this.#now();
    addEventListener("online", now);
    addEventListener("offline", now);
    this.#stops = [
      ...types.map((type) => session.on(type, (payload) => this.#receive({ type, payload } as Announcement))),
      session.on("roster", () => (this.#showTimer ??= setTimeout(now, showMs))),
      session.on("status", (state) => this.#turn(state)),
      session.on("quality", now),
      session.on("returned", (returned) => {
        const at = session.serverNow();
        this.#comeback = this.#wasRemoved ? afterRemoval(at) : afterOutage(returned, at);
        this.#now();
      }),
      () => clearInterval(second),
      () => this.#asking.stop(),
      () => removeEventListener("online", now),
      () => removeEventListener("offline", now),
    ];
    this.seen = this.#look();
    this.#turn(session.state);
  }

  /** Shows what there is to see from now on; returns what ends it for good. */
  listen(show: (seen: Seen) => void): () => void {
    this.#show = show;
    show(this.seen);
    return () => this.#stop();
  }

  #stop(): void {
    this.#show = undefined;
    for (const stop of this.#stops) stop();
    for (const timer of [this.#readTimer, this.#showTimer]) clearTimeout(timer);
  }

  #turn(state: SessionState): void {
    if (state.status === "connecting") this.#keptBefore = state.keptSeat ?? this.#keptBefore;
    if (state.status === "connected" && !this.#hasBeenIn) {
      this.#hasBeenIn = true;
      const { roster, deviceId } = this.#session;
      this.#comeback = afterReload(this.#keptBefore, roster.get(deviceId), this.#session.serverNow());
    }
    this.#asking.turned(state);
    if (this.#asking.reason === "kicked") this.#wasRemoved = true;
    else if (state.status === "reconnecting") this.#wasRemoved = false;
    else if (state.status === "connected" && this.#wasRemoved)
      this.#comeback = afterRemoval(this.#session.serverNow());
    this.#now();
  }

  #receive(event: Announcement): void {
    this.#toRead.push(event);
    this.#readTimer ??= setTimeout(() => {
      this.#readTimer = undefined;
      this.#spoken = othersSentence(this.#toRead.splice(0), (deviceId) => this.#nameOf(deviceId));
      this.#now();
    }, gatherMs);
  }

  #tick(): void {
    const { saying, isMoment, quality } = this.#look();
    const { seen } = this;
    if (isMoment !== seen.isMoment || quality !== seen.quality || !isSame(saying, seen.saying)) this.#now();
  }

  #now(): void {
    clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    this.seen = this.#look();
    this.#show?.(this.seen);
  }

  #look(): Seen {
    const session = this.#session;
    const now = session.serverNow();
    const comeback = this.#comeback;
    const { quality } = session;
    const facts = {
      state: session.state,
      isAnswering: quality !== "no_answer",
      lastReceivedAt: session.lastReceivedAt,
      isOnline: navigator.onLine,
      openedAt: this.#openedAt,
      comeback,
      askingAgain: this.#asking.reason,
    };
    const { roster } = session;
    this.#learn(roster);
    return {
      saying: ownSaying(facts, now),
      quality,
      comeback,
      isMoment: session.status === "connected" && isReturning(comeback, now),
      roster,
      names: this.#names,
      spoken: this.#spoken,
    };
  }

  /** Names are told apart anew only when somebody has come or gone, or is called otherwise. */
  #learn(roster: ReadonlyMap<string, RosterEntry>): void {
    const before = this.#namesFor;
    if (roster === before) return;
    this.#namesFor = roster;
    if (roster.size === before.size && [...roster.values()].every((entry) => isCalledAlike(entry, before)))
      return;
    this.#keepNamesOfGone(roster);
    this.#names = namesOf(roster.values());
  }

  #keepNamesOfGone(roster: ReadonlyMap<string, RosterEntry>): void {
    for (const [deviceId, name] of this.#names)
      if (!roster.has(deviceId)) this.#gone.set(deviceId, wholeName(name));
    for (const deviceId of this.#gone.keys()) {
      if (this.#gone.size <= mostGone) return;
      this.#gone.delete(deviceId);
    }
  }

  /** Undefined for one who came and went before there was a name to show. */
  #nameOf(deviceId: string): string | undefined {
    const name = this.#names.get(deviceId);
    return name === undefined ? this.#gone.get(deviceId) : wholeName(name);
  }
}

function isCalledAlike(entry: RosterEntry, before: ReadonlyMap<string, RosterEntry>): boolean {
  return before.get(entry.deviceId)?.displayName === entry.displayName;
}

const isSame = (a: OwnSaying, b: OwnSaying) => JSON.stringify(a) === JSON.stringify(b);

/** What is seen of a session, now and from now on. */
export function useRoom(session: EventSession): Seen {
  const [observer] = useState(() => new RoomObserver(session));
  const [seen, setSeen] = useState(observer.seen);
  useEffect(() => observer.listen(setSeen), [observer]);
  return seen;
}
