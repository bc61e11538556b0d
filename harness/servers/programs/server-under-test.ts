// A server of one of the rooms under test, by the name of its class (ROOM).
import { createApp, loadConfig, serve } from "../../../src/holdfast.ts";
import * as rooms from "../rooms-under-test.ts";

const room = { ...rooms }[process.env.ROOM ?? "SoundRoom"] as typeof rooms.SoundRoom;
console.log(
  `listens on http://127.0.0.1:${await serve(createApp({ room, config: loadConfig(process.env) }), process)}`,
);
