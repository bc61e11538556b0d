// A server with a room author's own messages: a word to everyone, at once or later, and an end of any kind.
import type { Client } from "@colyseus/core";
import { createApp, EventRoom, loadConfig, serve } from "../../../src/holdfast.ts";

class Words extends EventRoom {
  override messages = {
    say: (_: Client, word: unknown) => this.broadcast("word", word),
    answer: (client: Client, word: unknown) => client.send("word", word),
    later: (_: Client, word: unknown) => this.clock.setTimeout(() => this.broadcast("word", word), 1000),
    end: (_: Client, code: unknown) => void this.disconnect(typeof code === "number" ? code : undefined),
  };
}

console.log(
  `listens on http://127.0.0.1:${await serve(createApp({ room: Words, config: loadConfig(process.env) }), process)}`,
);
