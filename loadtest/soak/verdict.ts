// Has the server stayed as it was? Samples of a long run, the first third of them held against the last; and has
// everything been answered? Pure.
import { median } from "../bench/statistics.ts";

/** One interval of the run. Bytes are after full collections, at its end. */
export interface Sample {
  /** Since the run began, in minutes. */
  readonly atMinutes: number;
  readonly heapBytes: number;
  /** Outside of V8's heap: what buffers hold. */
  readonly bufferBytes: number;
  readonly rssBytes: number;
  /** Timers, sockets and the like, less the sockets of those who were connected. */
  readonly handles: number;
  readonly sockets: number;
  readonly held: number;
  /** Answered as expected, in this interval. */
  readonly operations: number;
  readonly cpuUsPerOperation: number;
  readonly loopP50Ms: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** How many cores everything but the server and the generator kept busy. */
  readonly otherBusy: number;
}

interface Bound {
  readonly title: string;
  readonly of: (sample: Sample) => number;
  /** It may grow by this part of what it was, or by `least`, whichever is more. */
  readonly share: number;
  readonly least: number;
  /** A time, which what else the machine does makes longer. */
  readonly isTime?: boolean;
}

const megabyte = 1024 * 1024;

/**
 * After a collection a leak is what grows: between the middles of the thirds of half an hour some 11,000 come and go, so
 * that 2 MB are 190 bytes for each. Times meet the noise of the machine, RSS the allocator's steps; a leak outgrows both.
 */
export const bounds: readonly Bound[] = [
  { title: "heap, MB", of: ({ heapBytes }) => heapBytes / megabyte, share: 0.05, least: 2 },
  { title: "buffers, MB", of: ({ bufferBytes }) => bufferBytes / megabyte, share: 0.05, least: 2 },
  { title: "RSS, MB", of: ({ rssBytes }) => rssBytes / megabyte, share: 0.15, least: 24 },
  { title: "handles beside sockets", of: ({ handles }) => handles, share: 0.05, least: 20 },
  { title: "loop delay p99, ms", of: ({ loopP99Ms }) => loopP99Ms, share: 0.5, least: 5, isTime: true },
  {
    title: "CPU per operation, us",
    of: ({ cpuUsPerOperation }) => cpuUsPerOperation,
    share: 0.25,
    least: 100,
    isTime: true,
  },
];

export interface Trend {
  readonly title: string;
  /** Medians of the first and of the last third. */
  readonly first: number;
  readonly last: number;
  /** Of a line through all samples, the least squares' one. */
  readonly perHour: number;
  /** What `last` may be. */
  readonly most: number;
  readonly isFlat: boolean;
}

/** How much `values` grow with each unit of `at`. */
export function slope(at: readonly number[], values: readonly number[]): number {
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [middle, level] = [mean(at), mean(values)];
  const spread = at.reduce((sum, x) => sum + (x - middle) ** 2, 0);
  const rise = at.reduce((sum, x, k) => sum + (x - middle) * ((values[k] as number) - level), 0);
  return spread === 0 ? 0 : rise / spread;
}

/** Fewer in a third say nothing. */
const fewest = 3;
const warmUpShare = 0.2;

/** What is judged: without the first fifth, in which code is compiled and the first events, all of one age, end. */
export const judged = (samples: readonly Sample[]): readonly Sample[] =>
  samples.slice(Math.ceil(warmUpShare * samples.length));

/** Over this many cores the machine has so much else to do that times say nothing (as in the benchmark's tables). */
const busy = 0.2;

/** Of each bound that can be told by enough samples. */
export function trendsOf(samples: readonly Sample[]): Trend[] {
  return bounds.flatMap(({ title, of, share, least, isTime = false }) => {
    const after = judged(samples).filter(({ otherBusy }) => !isTime || otherBusy <= busy);
    const third = Math.floor(after.length / 3);
    if (third < fewest) return [];
    const values = after.map(of);
    const [first, last] = [median(values.slice(0, third)), median(values.slice(-third))];
    const most = first + Math.max(share * first, least);
    const perHour =
      60 *
      slope(
        after.map(({ atMinutes }) => atMinutes),
        values,
      );
    return [{ title, first, last, perHour, most, isFlat: last <= most }];
  });
}

/** What there are too few samples to judge, or too few of a quiet machine. */
export function notJudged(samples: readonly Sample[]): string[] {
  const titles = trendsOf(samples).map(({ title }) => title);
  return bounds.map(({ title }) => title).filter((title) => !titles.includes(title));
}

/** One number that two sides have counted: the generator what it did, the server what it saw. */
export interface Count {
  readonly title: string;
  readonly made: number;
  readonly seen: number;
}

export interface Evidence {
  readonly samples: readonly Sample[];
  readonly counts: readonly Count[];
  /** What was not answered or told as expected: each sentence with how often. */
  readonly faults: Readonly<Record<string, number>>;
  /** What the server logged at level `error` or worse. */
  readonly errors: readonly string[];
}

/** Why the run has failed, as sentences; none when it has not. */
export function failuresIn({ samples, counts, faults, errors }: Evidence): string[] {
  const grown = trendsOf(samples).filter(({ isFlat }) => !isFlat);
  const digits = (value: number) => Number(value.toPrecision(4));
  return [
    ...Object.entries(faults).map(([fault, times]) => `${fault} (${times} times)`),
    ...counts
      .filter(({ made, seen }) => made !== seen)
      .map(({ title, made, seen }) => `${title}: ${made} made, ${seen} counted by the server`),
    ...errors.map((line) => `the server logged ${line.slice(0, 200)}`),
    ...(counts.every(({ made }) => made === 0) ? ["nothing was done"] : []),
    ...samples
      .filter(({ operations }) => operations === 0)
      .map(({ atMinutes }) => `nothing was done in the interval up to minute ${digits(atMinutes)}`),
    ...grown.map(
      ({ title, first, last, most }) =>
        `${title}: grew from ${digits(first)} to ${digits(last)}, over ${digits(most)}`,
    ),
  ];
}
