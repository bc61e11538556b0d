// A server whose room writes down what was published, in the order in which it took effect; with SLOW_COMMIT_MS its
// store takes up to so long, so that connections end between an effect and its acknowledgement; with SLOW_END_MS
// its last commits take that long. Otherwise src/index.ts.
import { z } from "zod";
import {
  createApp,
  createStore,
  defineEventState,
  EventRoom,
  loadConfig,
  serve,
  t,
} from "../../../src/holdfast.ts";

const board = defineEventState({
  participant: { count: t.number().default(0) },
  event: { numbers: t.string().default("") },
});

class BoardRoom extends EventRoom<typeof board> {
  override schema = board;

  override onEventOpened(): void {
    this.onPublish("number", z.int(), (from, number) => {
      from.count += 1;
      this.state.numbers += `${number} `;
    });
  }
}

const config = loadConfig(process.env);
const store = createStore(config.storeUrl);
const commit = store.commit.bind(store);
const slowestMs = Number(process.env.SLOW_COMMIT_MS ?? 0);
let lastMs = 0;
process.once("SIGTERM", () => (lastMs = Number(process.env.SLOW_END_MS ?? 0)));
store.commit = async (batch) => {
  await new Promise((resolve) => setTimeout(resolve, lastMs + Math.random() * slowestMs));
  return commit(batch);
};
const app = createApp({ room: BoardRoom, config, store });
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
