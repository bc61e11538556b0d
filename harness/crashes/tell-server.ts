// A server whose room tells every participant of a page a row of numbers, and takes their answers. Its store is slow, so
// that connections and processes end while something is being stored (harness/crashes/dying-store).
import { z } from "zod";
import {
  createApp,
  createStore,
  defineEventState,
  EventRoom,
  loadConfig,
  serve,
  t,
} from "../../src/holdfast.ts";
import { dyingStore } from "./dying-store.ts";

const board = defineEventState({
  participant: { answers: t.number().default(0), outOfOrder: t.number().default(0) },
  event: { told: t.number().default(0) },
});

class TellRoom extends EventRoom<typeof board> {
  override schema = board;

  override onEventOpened(): void {
    this.onPublish("tell", z.object({ from: z.int(), to: z.int() }), (_from, { from, to }) => {
      if (from !== this.state.told + 1) throw new Error(`${from} after ${this.state.told}`);
      for (const { deviceId } of this.participants.list())
        if (deviceId.startsWith("page "))
          for (let number = from; number <= to; number++) this.participants.tell(deviceId, "number", number);
      this.state.told = to;
    });
    this.onPublish("answer", z.int(), (from, number) => {
      from.answers += 1;
      if (number !== from.answers) from.outOfOrder += 1;
    });
  }
}

const config = loadConfig(process.env);
const app =
  config.redisUrl === ""
    ? createApp({ room: TellRoom, config, store: dyingStore(createStore(config.storeUrl), process.env) })
    : createApp({ room: TellRoom, config, onCluster: ({ store }) => void dyingStore(store, process.env) });
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
