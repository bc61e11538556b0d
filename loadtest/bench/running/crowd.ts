// The participants as the load generator sees them: what each has heard, and who has been told enough. Knows no
// protocol: a dialect recognises a message by its bytes and says only of which kind it is.
import type { Link, Traffic } from "../wire/link.ts";

/** What a participant can hear. The numbers are the bare server's wire, and indexes. */
export const kinds = { joined: 1, away: 2, back: 3, left: 4, news: 5, ack: 6 } as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

export class Participant {
  readonly eventId: string;
  readonly deviceId: string;
  readonly #crowd: Crowd;
  readonly heard = new Uint32Array(8);
  /** How many of the watched kind it has yet to hear; 0 when it is not waited for. */
  goal = 0;
  link: Link | undefined;
  /** What its dialect needs to come back: a path, a token, a session. */
  path = "";
  token = "";
  offset = "";
  /** Where our own client stands: the room's life, the last announcement, the last patch; -1 when it does not know. */
  epoch = -1;
  seq = -1;
  patch = -1;
  /** Let in, and without its first state. */
  isEntering = false;
  /** The one thing that it waits for, if any: its entry, an ack, its close. */
  settle: ((error?: Error) => void) | undefined;

  constructor(crowd: Crowd, eventId: string, deviceId: string) {
    this.#crowd = crowd;
    this.eventId = eventId;
    this.deviceId = deviceId;
  }

  hear(kind: Kind, times = 1): void {
    this.heard[kind] = (this.heard[kind] as number) + times;
    this.#crowd.heard(this, kind);
  }

  /** Starts something and waits for what the dialect settles it with. */
  async until(start: () => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.settle = (error) => {
        this.settle = undefined;
        if (error === undefined) resolve();
        else reject(error);
      };
      start();
    });
  }
}

export interface Told {
  /** How many have heard all they should, of how many. */
  readonly done: number;
  readonly of: number;
  /** When each had, in milliseconds since the expectation began. */
  readonly timesMs: readonly number[];
}

interface Watch {
  readonly kind: Kind;
  readonly of: number;
  readonly startedAt: number;
  readonly timesMs: number[];
  readonly whenDone: () => void;
}

export class Crowd {
  readonly traffic: Traffic = { frames: 0, bytes: 0 };
  #watch: Watch | undefined;

  heard(participant: Participant, kind: Kind): void {
    const watch = this.#watch;
    if (watch?.kind !== kind || participant.goal === 0) return;
    if ((participant.heard[kind] as number) < participant.goal) return;
    participant.goal = 0;
    watch.timesMs.push(performance.now() - watch.startedAt);
    if (watch.timesMs.length === watch.of) watch.whenDone();
  }

  /**
   * From now on, waits for each of `audience` to hear `goal` messages of a kind. Call it before what makes them;
   * resolves when all have, or `until` says that it is over.
   */
  expect(kind: Kind, audience: readonly Participant[], goal: (of: Participant) => number) {
    for (const participant of audience) {
      participant.heard[kind] = 0;
      participant.goal = goal(participant);
    }
    const of = audience.filter((participant) => participant.goal > 0).length;
    let whenDone = () => {};
    const allTold = new Promise<void>((resolve) => (whenDone = resolve));
    const watch: Watch = { kind, of, startedAt: performance.now(), timesMs: [], whenDone };
    this.#watch = watch;
    if (of === 0) whenDone();
    return async (over: Promise<unknown>): Promise<Told> => {
      await Promise.race([allTold, over]);
      for (const participant of audience) participant.goal = 0;
      if (this.#watch === watch) this.#watch = undefined;
      return { done: watch.timesMs.length, of, timesMs: watch.timesMs };
    };
  }
}
