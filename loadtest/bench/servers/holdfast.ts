// (a) Holdfast as a room author runs it: settings from the environment, a room with one message of its own.
import { type Client, createApp, EventRoom, loadConfig, serve } from "../../../src/holdfast.ts";

class BenchRoom extends EventRoom {
  override messages = {
    news: (_client: Client, text: unknown) => this.broadcast("news", text),
  };
}

const app = createApp({ room: BenchRoom, config: loadConfig(process.env) });
console.log(`Holdfast listens on http://127.0.0.1:${await serve(app, process)}`);
