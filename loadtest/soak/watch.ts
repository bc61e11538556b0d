// Samples the server while the churn goes on: one for each interval, by the benchmark's probe. Judges nothing.
import { machineBusyMs } from "../bench/running/measure.ts";
import type { ServerChild } from "../bench/servers/server-child.ts";
import type { Churn } from "./churn.ts";
import { lineOf } from "./lines.ts";
import type { Sample } from "./verdict.ts";
import { sleep } from "./within.ts";

interface Interval {
  readonly startedAt: number;
  readonly beganAt: number;
  readonly ownBefore: NodeJS.CpuUsage;
  readonly machineMsBefore: number;
  readonly doneBefore: number;
  readonly cpuUsBefore: number;
}

async function sampled(child: ServerChild, churn: Churn, run: Interval): Promise<Sample> {
  const { cpuUs, loopP50Ms, loopP99Ms, loopMaxMs } = await child.sample();
  const operations = churn.done - run.doneBefore;
  const { user, system } = process.cpuUsage(run.ownBefore);
  const otherMs = machineBusyMs() - run.machineMsBefore - (cpuUs - run.cpuUsBefore + user + system) / 1000;
  const tookMs = performance.now() - run.beganAt;
  const { heapUsed, external, rss, handles } = await child.memory();
  const { sockets, held } = churn;
  return {
    atMinutes: (performance.now() - run.startedAt) / 60_000,
    heapBytes: heapUsed,
    bufferBytes: external,
    rssBytes: rss,
    handles: handles - sockets,
    sockets,
    held,
    operations,
    cpuUsPerOperation: (cpuUs - run.cpuUsBefore) / Math.max(1, operations),
    loopP50Ms,
    loopP99Ms,
    loopMaxMs,
    otherBusy: Math.max(0, otherMs) / tookMs,
  };
}

/** A sample, and a line, for each `everyMs` until the churn is over. What a collection costs the server is in no interval. */
export async function watch(
  child: ServerChild,
  churn: Churn,
  everyMs: number,
  isOver: () => boolean,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const startedAt = performance.now();
  while (!isOver()) {
    const { cpuUs: cpuUsBefore } = await child.mark();
    const interval = {
      startedAt,
      beganAt: performance.now(),
      ownBefore: process.cpuUsage(),
      machineMsBefore: machineBusyMs(),
      doneBefore: churn.done,
      cpuUsBefore,
    };
    const until = startedAt + (samples.length + 1) * everyMs;
    while (performance.now() < until && !isOver()) await sleep(100);
    if (until - performance.now() > everyMs / 10) break; // a part of an interval compares with nothing
    const sample = await sampled(child, churn, interval);
    samples.push(sample);
    console.log(lineOf(sample));
  }
  return samples;
}
