// A server whose room has a timer "t": each that fires is printed, counted in the state, and said to everyone.
import { z } from "zod";
import { createApp, defineEventState, EventRoom, loadConfig, serve, t } from "../../../src/holdfast.ts";

const state = defineEventState({ event: { fired: t.map("number") } });

class Timed extends EventRoom<typeof state> {
  override schema = state;
  override onEventOpened(): void {
    this.onTimer("t", z.string(), (name) => {
      console.log(`fired ${name} at ${Date.now()}`);
      this.state.fired.set(name, (this.state.fired.get(name) ?? 0) + 1);
      this.broadcast("fired", name);
    });
    this.onPublish("ask", z.object({ name: z.string(), ms: z.number() }), (_from, { name, ms }) => {
      this.timers.after("t", ms, name);
    });
  }
}

const app = createApp({ room: Timed as never, config: loadConfig(process.env) });
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
