// A server as the framework's template has it, with `listen` of @colyseus/tools and the framework's own signals; run by tests
// that end it. It logs nothing of ours, and keeps its seats in STORE_URL.
import { listen } from "@colyseus/tools";
import { type Client, defineRoom, defineServer, Room } from "colyseus";
import { EventRoom, eventRoom, loadConfig, withHoldfast } from "../../../src/holdfast.ts";
import { freePort } from "../free-port.ts";

class Chat extends Room {
  override messages = { echo: (client: Client, text: string) => client.send("echo", text) };
}
class Quiz extends EventRoom {}

const app = defineServer(
  withHoldfast(
    {
      rooms: { chat: defineRoom(Chat), quiz: eventRoom(Quiz) },
      express: (express) => void express.get("/hello", (_request, response) => void response.send("hello")),
      greet: false,
    },
    { ...loadConfig(process.env), logLevel: "silent" },
  ),
);
app.onBeforeShutdown(() => console.log("the owner's own, before")); // one slot, which this call takes
app.onShutdown(() => console.log("the owner's own, after"));
const port = await freePort();
await listen(app, port);
console.log(`the template listens on http://127.0.0.1:${port}`);
