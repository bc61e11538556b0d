// When nothing is under way any more. Everything of a test runs in this process and its network is memory, so that what can
// still happen without time passing is a callback that is queued: Node says whether one is (`getActiveResourcesInfo`).
// What waits for a timer of the machine or a thread of it is named by whoever began it (`Work`).

/** Something that may be under way. Implemented by testing/server/incarnation. */
export interface Work {
  /** True while something is that ends by itself. */
  readonly isBusy: boolean;
}

/** In a later turn of the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A thread of Node's pool, or a timer of the machine, is waited for: asked again after this. */
export const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** Work that never ends is somebody's mistake: after this many milliseconds of the machine's time that is said. */
const patienceMs = 10_000;

const isQueued = (name: string): boolean =>
  name === "Immediate" || name.endsWith("Req") || name.startsWith("FSReq");

/** What the one waiting that is going on waits for. */
const awaited = new Set<Work>();
let waiting: Promise<void> | undefined;

/**
 * Resolves when no callback is queued and no `work` is under way: from then on nothing happens until somebody does
 * something, or time passes. One waits for all of the process who ask meanwhile, for a server that has ended, too: each
 * asker's own waiting is a queued callback, which the others would wait for.
 * @throws Error when that takes more than 10 s of the machine's time
 */
export function quiet(work: Work): Promise<void> {
  awaited.add(work);
  waiting ??= wait();
  return waiting;
}

async function wait(): Promise<void> {
  const until = performance.now() + patienceMs;
  try {
    for (;;) {
      await turn();
      if (performance.now() > until)
        throw new Error("holdfast/testing: something is under way for 10 s, and does not end");
      if (process.getActiveResourcesInfo().some(isQueued)) continue;
      if (![...awaited].some(({ isBusy }) => isBusy)) return;
      await breath();
    }
  } finally {
    awaited.clear();
    waiting = undefined; // in the turn in which it is quiet: who asks later has begun something
  }
}
