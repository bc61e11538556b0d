// Outages of real mobile networks, and how they are played: on a FaultProxy in real time, or on whatever else can be cut.
// What is played when is pure; only `playOutages` waits.
import { recordings } from "./recordings.ts";

/** A time in which nothing passes, from the beginning of the play. */
export interface Outage {
  readonly startMs: number;
  readonly lengthMs: number;
}

/** The outages of one moving phone's link, as they were recorded. */
export interface RecordedOutages {
  /** Which network, and whether the recording is of what came `down` to the phone or went `up`. */
  readonly name: string;
  /** How long the recording is, in milliseconds. */
  readonly durationMs: number;
  /** In their order; those less than a second apart are one, since nothing that matters happens in between. */
  readonly outages: readonly Outage[];
}

/** Outages less than this apart are one. */
const mergeWithinMs = 1000;

/**
 * Outages less than a second apart, as one.
 * @param outages `[start, length]` in milliseconds, in their order
 */
export function mergeOutages(outages: readonly (readonly [number, number])[]): Outage[] {
  const merged: { startMs: number; lengthMs: number }[] = [];
  for (const [startMs, lengthMs] of outages) {
    const last = merged.at(-1);
    if (last !== undefined && startMs - (last.startMs + last.lengthMs) < mergeWithinMs)
      last.lengthMs = startMs + lengthMs - last.startMs;
    else merged.push({ startMs, lengthMs });
  }
  return merged;
}

/**
 * Five recordings of phones that were driven around, from 2 to 16 minutes long, with outages of 1 to 17 s. They were read off
 * the traces of the Mahimahi project (Winstein, Sivaraman, Balakrishnan: NSDI 2013).
 */
export const recordedOutages: readonly RecordedOutages[] = recordings.map(
  ({ name, direction, durationMs, outages }) => ({
    name: `${name}.${direction}`,
    durationMs,
    outages: mergeOutages(outages),
  }),
);

/** What can be cut: a FaultProxy, or a phone of the test kit by `networkOf(phone)`. */
export interface Cuttable {
  /** A black hole: nothing passes, and nobody is told. */
  strand(): void | Promise<void>;
  /** Everything is cut, and nothing new let in. */
  reset(how: { refuse: true }): void | Promise<void>;
  /** The outage is over. */
  heal(): void | Promise<void>;
}

/** How outages are played. */
export interface PlayOptions {
  /** `hole` (the default): nobody is told that the link is dead. `reset`: connections are cut, and new ones refused. */
  readonly as?: "hole" | "reset";
  /** Ends the play: what is cut is healed, and nothing more is cut. */
  readonly signal?: AbortSignal;
  /** Called when an outage begins. */
  readonly onOutage?: (outage: Outage) => void;
  /** Called when it is over. */
  readonly onHealed?: (outage: Outage) => void;
  /** Lets time pass, in milliseconds; real time when left out. The kit's: `(ms) => event.advance(ms)`. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/**
 * Plays outages on one network, one after the other, and resolves when the last is over. In real time each begins and ends
 * when it should, counted from the call, however late the one before was.
 * @throws RangeError for outages that overlap or are not in their order
 * @example
 * const [driving] = recordedOutages;
 * const network = await FaultProxy.start(port);
 * await playOutages(network, driving.outages, { as: "hole" });
 */
export async function playOutages(
  network: Cuttable,
  outages: readonly Outage[],
  options: PlayOptions = {},
): Promise<void> {
  const { as = "hole", signal, onOutage, onHealed } = options;
  checkOrder(outages);
  const time = options.wait === undefined ? new RealTime(signal) : new GivenTime(options.wait);
  for (const outage of outages) {
    await time.reach(outage.startMs);
    if (signal?.aborted === true) return;
    onOutage?.(outage);
    if (as === "hole") await network.strand();
    else await network.reset({ refuse: true });
    await time.reach(outage.startMs + outage.lengthMs);
    await network.heal();
    onHealed?.(outage);
  }
}

function checkOrder(outages: readonly Outage[]): void {
  let end = 0;
  for (const { startMs, lengthMs } of outages) {
    if (!(startMs >= end && lengthMs > 0))
      throw new RangeError(
        `playOutages: an outage at ${startMs} ms for ${lengthMs} ms overlaps the one before`,
      );
    end = startMs + lengthMs;
  }
}

/** Counts from its making. */
class RealTime {
  readonly #startedAt = performance.now();
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  async reach(atMs: number): Promise<void> {
    const waitMs = this.#startedAt + atMs - performance.now();
    if (waitMs <= 0 || this.#signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Moves as it is told to. */
class GivenTime {
  readonly #wait: (ms: number) => Promise<unknown>;
  #now = 0;

  constructor(wait: (ms: number) => Promise<unknown>) {
    this.#wait = wait;
  }

  async reach(atMs: number): Promise<void> {
    if (atMs > this.#now) await this.#wait(atMs - this.#now);
    this.#now = Math.max(this.#now, atMs);
  }
}
