// A store whose process kills itself (-9) at a chosen point of what the store does, and says so and when on its output:
// KILL_AT=before-commit:7 and the like. With SLOW_COMMIT_MS each commit takes up to so long, so that processes and
// connections end while one is under way.
import { writeSync } from "node:fs";
import type { EventBatch, SeatStore, StoredEvent } from "../../src/store/seat-store.ts";

/** Makes a store's process mortal. Returns the same store. */
export function dyingStore<Store extends SeatStore>(
  store: Store,
  { KILL_AT = "never:0", SLOW_COMMIT_MS = "0" }: NodeJS.ProcessEnv,
): Store {
  const [point, count] = KILL_AT.split(":") as [string, string];
  let left = Number(count);
  /** Counts down, and dies at zero: nothing after this line runs. */
  const dieAt = (here: string) => {
    if (here !== point) return;
    left -= 1;
    if (left > 0) return;
    writeSync(1, `dies at ${point} (${Date.now()})\n`); // at once: what is written later is lost
    process.kill(process.pid, "SIGKILL");
  };
  const [commit, load] = [store.commit.bind(store), store.load.bind(store)];
  store.commit = async (batch: readonly EventBatch[]) => {
    const isRestoring = batch.every(({ isWhole }) => isWhole); // an event that has just come back is written again
    dieAt(isRestoring ? "before-rewrite" : "before-commit");
    const slowMs = Math.random() * Number(SLOW_COMMIT_MS);
    if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
    const fenced = await commit(batch);
    dieAt(isRestoring ? "after-rewrite" : "after-commit"); // stored, and sent to nobody
    if (!isRestoring) setTimeout(() => dieAt("after-tell"), 60); // the next patch has gone out by then
    return fenced;
  };
  store.load = async (eventId: string): Promise<StoredEvent | undefined> => {
    const stored = await load(eventId);
    if (stored !== undefined) dieAt("during-restore");
    if (stored !== undefined) writeSync(1, `loaded ${eventId} (${Date.now()})\n`);
    return stored;
  };
  return store;
}
