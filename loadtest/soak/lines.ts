// What a person reads of a soak: a line for each interval, and in the end the trends and the counts. Pure.
import { spelled, type Table } from "../bench/report/tables.ts";
import type { Count, Sample, Trend } from "./verdict.ts";

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** One interval. */
export function lineOf(sample: Sample): string {
  const { loopP50Ms, loopP99Ms, loopMaxMs } = sample;
  const delays = [loopP50Ms, loopP99Ms, loopMaxMs].map((ms) => ms.toFixed(1)).join(" / ");
  return [
    `${sample.atMinutes.toFixed(1).padStart(5)} min`,
    `heap ${megabytes(sample.heapBytes)}`,
    `buffers ${megabytes(sample.bufferBytes)}`,
    `RSS ${megabytes(sample.rssBytes)}`,
    `loop p50 / p99 / max ${delays} ms`,
    `CPU ${spelled(sample.cpuUsPerOperation)} us/op`,
    `${sample.sockets} sockets, ${sample.handles} handles more`,
    `${sample.held} held`,
    `${sample.operations} operations`,
    `others ${sample.otherBusy.toFixed(1)} cores`,
  ].join("  ");
}

export const trendTable = (trends: readonly Trend[]): Table => [
  ["", "first third", "last third", "at most", "an hour", ""],
  ...trends.map(({ title, first, last, most, perHour, isFlat }) => [
    title,
    spelled(first),
    spelled(last),
    spelled(most),
    `${perHour < 0 ? "" : "+"}${spelled(perHour)}`,
    isFlat ? "flat" : "GREW",
  ]),
];

export const countTable = (counts: readonly Count[]): Table => [
  ["", "made", "counted by the server"],
  ...counts.map(({ title, made, seen }) => [title, spelled(made), spelled(seen)]),
];
