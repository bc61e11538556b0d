// A process of a cluster with the types of events that TYPES names (quiz,buzzer; the first is the default one), as in a
// rolling deploy that brings a type. A room answers the request `create` with what its server says to createEvent.
import type { Client } from "@colyseus/core";
import { createApp, EventRoom, eventRoom, loadConfig, type NewEvent, serve } from "../../../src/holdfast.ts";

class Typed extends EventRoom {
  #options: unknown;
  override messages = {
    which: () => ({ type: this.roomName, options: this.#options ?? null }),
    create: (_: Client, event: NewEvent) => app.createEvent(event),
  };
  override onEventOpened(options: unknown): void {
    this.#options = options;
  }
}
const names = (process.env.TYPES ?? "quiz").split(",");
const rooms = Object.fromEntries(names.map((name) => [name, eventRoom(class extends Typed {})]));
const app = createApp({ rooms, config: loadConfig(process.env) });
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
