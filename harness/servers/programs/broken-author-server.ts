// A server whose room author has a bad day: between the messages `break` and `mend`, everything of his throws.
import { createApp, EventRoom, loadConfig, serve } from "../../../src/holdfast.ts";

class BrokenRoom extends EventRoom {
  static isBroken = false;
  override messages = {
    break: () => void (BrokenRoom.isBroken = true),
    mend: () => void (BrokenRoom.isBroken = false),
    explode: () => this.#maybe("handler"),
    explode_later: async () => this.#maybe("async handler"),
    start_timers: () => {
      this.clock.setTimeout(() => this.#maybe("clock timer"), 5);
      setTimeout(() => this.#maybe("raw timer"), 5);
      void Promise.resolve().then(() => this.#maybe("lost promise"));
    },
  };
  override onBeforePatch(): void {
    this.#maybe("onBeforePatch");
  }
  override onSeatAway(): void {
    this.#maybe("hook");
  }
  #maybe(what: string): void {
    if (BrokenRoom.isBroken) throw new Error(`an author's ${what} threw`);
  }
}

const app = createApp({ room: BrokenRoom, config: loadConfig(process.env) });
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
