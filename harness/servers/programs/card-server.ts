// A server of card rooms.
import { createApp, loadConfig, serve } from "../../../src/holdfast.ts";
import { CardRoom } from "../card-room.ts";

console.log(
  `listens on http://127.0.0.1:${await serve(createApp({ room: CardRoom, config: loadConfig(process.env) }), process)}`,
);
