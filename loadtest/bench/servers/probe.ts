// Preloaded into every server that is measured (`node --import`): answers over IPC how much CPU, memory and event-loop
// delay it has seen. The same for all, so that none is measured by itself. Changes nothing of the server.
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";

export type Question = "mark" | "sample" | "memory" | "exit";

export interface Asked {
  readonly id: number;
  readonly question: Question;
  /** With "mark": profile the CPU from now on; with "sample": until now, and write it to this file. */
  readonly profile?: string | undefined;
}

export interface Sample {
  /** User and system time of the process since it began, in microseconds. */
  readonly cpuUs: number;
  /** Event-loop delay since the last mark, in milliseconds. */
  readonly loopP50Ms: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

/** After full collections, in bytes. */
export interface Memory {
  /** Objects in V8's heap. */
  readonly heapUsed: number;
  /** What they hold outside of it: buffers, above all. */
  readonly external: number;
  readonly rss: number;
  /** How many sockets, timers and the like keep the process alive; a number, not bytes. */
  readonly handles: number;
}

const resolutionMs = 5;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();

/** Until the histogram's timer has surely fired. */
const turns = () => new Promise((resolve) => setTimeout(resolve, 2 * resolutionMs));

/** The histogram holds the time between two firings of its timer: what is over the interval is the delay. */
const delayOf = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);

async function sample(): Promise<Sample> {
  const { user, system } = process.cpuUsage();
  await turns(); // a stall that this very turn of the loop ends is not in the histogram until its timer has fired
  const [loopP50Ms, loopP99Ms] = [50, 99].map((share) => delayOf(delay.percentile(share)));
  return {
    cpuUs: user + system,
    loopP50Ms: loopP50Ms as number,
    loopP99Ms: loopP99Ms as number,
    loopMaxMs: delayOf(delay.max),
  };
}

async function memory(): Promise<Memory> {
  for (let k = 0; k < 3; k++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20)); // finalizers and freed handles get their turn
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapUsed, external, rss, handles: process.getActiveResourcesInfo().length };
}

let profiler: Session | undefined;

async function startProfile(): Promise<void> {
  if (profiler === undefined) {
    profiler = new Session();
    profiler.connect();
    await profiler.post("Profiler.enable");
    await profiler.post("Profiler.setSamplingInterval", { interval: 500 });
  }
  await profiler.post("Profiler.start");
}

async function endProfile(file: string): Promise<void> {
  const ended = await profiler?.post("Profiler.stop");
  writeFileSync(file, JSON.stringify(ended?.profile));
}

async function answer({ question, profile }: Asked): Promise<Sample | Memory> {
  if (question === "memory") return memory();
  const sampled = await sample();
  if (question === "sample" && profile !== undefined) await endProfile(profile);
  if (question !== "mark") return sampled;
  if (profile !== undefined) await startProfile();
  delay.reset();
  await turns(); // the first firing after a reset only starts the clock: a stall before it would not be seen
  return sampled;
}

if (process.send !== undefined) {
  process.on("message", (message) => {
    const asked = message as Asked;
    if (asked.question === "exit") process.exit(0);
    void answer(asked).then((answered) => process.send?.({ id: asked.id, answered }));
  });
  process.on("disconnect", () => process.exit(0)); // no server outlives the benchmark
  process.channel?.unref();
}
