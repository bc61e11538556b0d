// The demo's own server, a process of its own, so that it can be killed for real while the page that shows it stays. It ends
// when whoever has started it (ops/pages/demo-server) ends.
import { createApp } from "../app.config.ts";
import { loadConfig } from "../config.ts";
import { DemoRoom } from "./DemoRoom.ts";

const [, , port = "0", store = "memory:"] = process.argv;

const app = createApp({
  room: DemoRoom,
  pages: false,
  config: {
    ...loadConfig({}),
    port: Number(port),
    storeUrl: store,
    // A dead path is noticed within 3 s instead of 9: nobody who watches a demo waits for long.
    pingIntervalMs: 1000,
    maxEvents: 200,
    maxParticipants: 12,
    eventRetentionMs: 120_000,
    logLevel: "error",
  },
});
const listensOn = await app.listen();
process.on("disconnect", () => process.exit(0));
process.send?.({ port: listensOn });
