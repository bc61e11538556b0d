// Preloaded into every server that is measured (`node --import`): answers over IPC how much CPU, memory and event-loop
// delay it has seen. The same for all, so that none is measured by itself. Changes nothing of the server.
import { monitorEventLoopDelay } from "node:perf_hooks";

export type Question = "mark" | "sample" | "memory" | "exit";

export interface Sample {
  /** User and system time of the process since it began, in microseconds. */
  readonly cpuUs: number;
  /** Event-loop delay since the last mark, in milliseconds. */
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

export interface Memory {
  /** In bytes, after a full collection. */
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
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
  return { cpuUs: user + system, loopP99Ms: delayOf(delay.percentile(99)), loopMaxMs: delayOf(delay.max) };
}

async function memory(): Promise<Memory> {
  for (let k = 0; k < 3; k++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20)); // finalizers and freed handles get their turn
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapUsed, external, rss };
}

async function answer(question: Question): Promise<Sample | Memory> {
  if (question === "memory") return memory();
  const sampled = await sample();
  if (question === "mark") {
    delay.reset();
    await turns(); // the first firing after a reset only starts the clock: a stall before it would not be seen
  }
  return sampled;
}

if (process.send !== undefined) {
  process.on("message", (message) => {
    const { id, question } = message as { id: number; question: Question };
    if (question === "exit") process.exit(0);
    void answer(question).then((answered) => process.send?.({ id, answered }));
  });
  process.on("disconnect", () => process.exit(0)); // no server outlives the benchmark
  process.channel?.unref();
}
