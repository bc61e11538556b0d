// A server that kills itself (-9) at a chosen point, and says so: KILL_AT=before-commit:7 and the like; with HANG=1 its
// store never answers. Otherwise src/index.ts.
import { writeSync } from "node:fs";
import { createApp } from "../../src/app.config.ts";
import { loadConfig } from "../../src/config.ts";
import { serve } from "../../src/ops/lifecycle.ts";
import { createStore } from "../../src/store/create-store.ts";
import type { EventBatch, StoredEvent } from "../../src/store/seat-store.ts";

const [point, count] = (process.env.KILL_AT ?? "never:0").split(":") as [string, string];
let left = Number(count);

/** Counts down, and dies at zero: nothing after this line runs. */
function dieAt(here: string): void {
  if (here !== point) return;
  left -= 1;
  if (left > 0) return;
  writeSync(1, `dies at ${point}\n`); // at once: what is written later is lost
  process.kill(process.pid, "SIGKILL");
}

const config = loadConfig(process.env);
const store = createStore(config.storeUrl);
const { commit, load } = store;
store.commit = async (batch: readonly EventBatch[]): Promise<void> => {
  const isRestoring = batch.every(({ isWhole }) => isWhole); // an event that has just come back is written again
  dieAt(isRestoring ? "before-rewrite" : "before-commit");
  await commit.call(store, batch);
  dieAt(isRestoring ? "after-rewrite" : "after-commit"); // stored, and told to nobody
  if (!isRestoring) setTimeout(() => dieAt("after-tell"), 60); // the next patch has gone out by then
};
store.load = async (eventId: string): Promise<StoredEvent | undefined> => {
  const stored = await load.call(store, eventId);
  if (stored !== undefined) dieAt("during-restore");
  return stored;
};
if (process.env.HANG === "1") store.commit = () => new Promise(() => {});
const app = createApp({ config, store });
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
