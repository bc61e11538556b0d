// Which phone meets which outages, and how it comes back: recorded traces cut into a schedule, the same for each seed.
// Pure. Recorded outages keep their length (or are stretched by four); only the quiet between them may be shortened.
import { type Outage, recordedOutages, type RecordedOutages } from "../../src/testing/index.ts";
import { type ReturnPath, returnPaths } from "./evidence.ts";

/** A black hole tells nobody; a reset cuts every connection and refuses new ones until it is over. */
export type Trouble = "hole" | "reset";

export interface PhonePlan {
  readonly device: string;
  readonly path: ReturnPath;
  readonly trouble: Trouble;
  readonly stretch: number;
  readonly trace: string;
  readonly outages: readonly Outage[];
}

export interface PlayOptions {
  readonly phones: number;
  readonly seed: number;
  readonly playMs: number;
  /** Whole traces, with their quiet as recorded. */
  readonly isFull: boolean;
}

/** In the short play: a phone gets this much peace between two outages, whatever the trace had. */
const shortestQuietMs = 4000;
const longestQuietMs = 12_000;
/** Only such an outage is long enough for a server to notice that a silent socket is dead. */
const longOutageMs = 7500;
/** Such an outage, stretched, outlasts noticing and grace. */
const fatalOutageMs = 9500;
const stretchBy = 4;

/** The recordings that are played: those with the longest outages first. */
export function readTraces(): RecordedOutages[] {
  const names = ["TMobile-UMTS-driving.down", "TMobile-UMTS-driving.up", "ATT-LTE-driving-2016.up"];
  return names.flatMap((wanted) => recordedOutages.filter(({ name }) => name === wanted));
}

/** A small seeded generator (mulberry32): numbers from 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One phone's outages within `playMs`, beginning with the trace's `first` one and going round. */
export function cutOutages(
  { outages: recorded, durationMs }: RecordedOutages,
  first: number,
  leadMs: number,
  stretch: number,
  { playMs, isFull }: Pick<PlayOptions, "playMs" | "isFull">,
): Outage[] {
  const played: Outage[] = [];
  let startMs = leadMs;
  for (let place = first; startMs < playMs; place += 1) {
    const current = recorded[place % recorded.length] as Outage;
    const next = recorded[(place + 1) % recorded.length] as Outage;
    const lengthMs = current.lengthMs * stretch;
    const endMs = startMs + lengthMs;
    if (endMs <= playMs) played.push({ startMs, lengthMs });
    else if (isFull) break;
    const untilNextMs = next.startMs - current.startMs;
    const quietMs = (untilNextMs > 0 ? untilNextMs : untilNextMs + durationMs) - current.lengthMs;
    const isPlayed = endMs <= playMs; // what does not fit any more makes room for a shorter one
    startMs = (isPlayed ? endMs : startMs) + (isFull ? quietMs : clamp(quietMs));
  }
  return played;
}

const clamp = (quietMs: number) => Math.min(longestQuietMs, Math.max(shortestQuietMs, quietMs));

/** A third of the phones in black holes, a third reset, a third stretched; each third returns by all three paths. */
export function planPhones(traces: readonly RecordedOutages[], options: PlayOptions): PhonePlan[] {
  const random = seeded(options.seed);
  return Array.from({ length: options.phones }, (_, number) => {
    const row = Math.floor(number / 3);
    const third = number % 3;
    const trouble: Trouble = third === 0 || (third === 2 && row % 2 === 0) ? "hole" : "reset";
    const stretch = third === 2 ? stretchBy : 1;
    // Only resets are felt in short outages: the others get a trace, and a window of it, with long ones.
    const isShort = third === 1;
    const trace = traces[Math.floor(random() * (isShort ? traces.length : 2))] as RecordedOutages;
    const leastMs = isShort || options.isFull ? 0 : third === 2 ? fatalOutageMs : longOutageMs;
    const windows = trace.outages.flatMap(({ lengthMs }, place) => (lengthMs >= leastMs ? [place] : []));
    const first = windows[Math.floor(random() * windows.length)] ?? 0;
    const leadMs = Math.round(6000 + 8000 * random());
    return {
      device: `phone-${String(number + 1).padStart(2, "0")}`,
      path: returnPaths[row % 3] as ReturnPath,
      trouble,
      stretch,
      trace: trace.name,
      outages: cutOutages(trace, first, leadMs, stretch, options),
    };
  });
}
