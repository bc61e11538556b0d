// Holdfast with a room that answers one alone, or speaks to all, each in the framework's way and in its own: by `send` and
// `broadcast`, which whoever is away misses, and by `tell` and `announce`, which are stored first and reach everyone.
import { type Client, createApp, EventRoom, loadConfig, serve } from "../../../src/holdfast.ts";
import { newsText } from "../dialects/dialect.ts";

class MessageRoom extends EventRoom {
  override framesPerSecond = 1_000_000;
  override messages = {
    send: (client: Client) => client.send("news", newsText),
    tell: (client: Client) => {
      const { deviceId } = client.auth as { deviceId?: string };
      if (deviceId !== undefined) this.participants.tell(deviceId, "news", newsText);
    },
    broadcast: () => this.broadcast("news", newsText),
    announce: () => void this.announce("news", newsText),
  };
}

const app = createApp({ room: MessageRoom, config: loadConfig(process.env) });
console.log(`Holdfast listens on http://127.0.0.1:${await serve(app, process)}`);
