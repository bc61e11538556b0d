// A server whose room sets timers when it is asked to, and writes down in its state what became of each, so that the row
// and the firing are one commit. Its process dies where KILL_AT says (harness/crashes/dying-store).
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

/** Instants are those of this machine's wall clock. */
export interface TimerRow {
  readonly timer: string;
  readonly kind: "after" | "at";
  readonly ms: number;
  readonly setAt: number;
  readonly fired: number;
  readonly firedAt: number;
  readonly isCancelled: boolean;
}

const board = defineEventState({ event: { rows: t.map("string") } });

class TimerRoom extends EventRoom<typeof board> {
  override schema = board;

  override onEventOpened(): void {
    this.onPublish(
      "set",
      z.object({ id: z.string(), kind: z.enum(["after", "at"]), ms: z.int() }),
      (_, asked) => {
        const { id, kind, ms } = asked;
        const setAt = Date.now();
        const timer =
          kind === "after" ? this.timers.after("ring", ms, id) : this.timers.at("ring", setAt + ms, id);
        this.#set(id, { timer, kind, ms, setAt, fired: 0, firedAt: 0, isCancelled: false });
      },
    );
    this.onPublish("cancel", z.string(), (_, id) => {
      const row = this.#row(id);
      if (row.fired > 0) return;
      this.timers.cancel(row.timer);
      this.#set(id, { ...row, isCancelled: true });
    });
    this.onTimer("ring", z.string(), (id) => {
      const row = this.#row(id);
      this.#set(id, { ...row, fired: row.fired + 1, firedAt: Date.now() });
    });
  }

  #row(id: string): TimerRow {
    return JSON.parse(this.state.rows.get(id) as string) as TimerRow;
  }

  #set(id: string, row: TimerRow): void {
    this.state.rows.set(id, JSON.stringify(row));
  }
}

if (process.env.PORT !== undefined) {
  const config = loadConfig(process.env);
  const app =
    config.redisUrl === ""
      ? createApp({ room: TimerRoom, config, store: dyingStore(createStore(config.storeUrl), process.env) })
      : createApp({ room: TimerRoom, config, onCluster: ({ store }) => void dyingStore(store, process.env) });
  console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
}
