// Events in a server that `@colyseus/testing` boots, as its owner's tests do: in a process of its own, because that package
// changes rooms for a whole process. Prints what was found as one line of JSON.
import { boot } from "@colyseus/testing";
import { type Client, defineRoom, defineServer, Room } from "colyseus";
import { EventRoom, eventRoom, withHoldfast } from "../../src/holdfast.ts";
import { identity } from "../clients/phone.ts";
import { freePort } from "./free-port.ts";

class Chat extends Room {
  override messages = { echo: (client: Client, text: string) => client.send("echo", text) };
}
class Quiz extends EventRoom {
  override messages = { which: () => "quiz" };
}

const options = {
  rooms: { chat: defineRoom(Chat), quiz: eventRoom(Quiz) },
  greet: false,
  gracefullyShutdown: false,
};
const server = defineServer(withHoldfast(options, { storeUrl: "memory:", logLevel: "silent" }));
const listen = server.listen.bind(server);
server.listen = async () => listen(await freePort()); // boot() knows one port only

const told = (error: { message: string }) => error.message;
const kit = await boot(server);
const chat = await kit.createRoom<Chat>("chat");
const chatting = await kit.connectTo(chat);
const echo = new Promise((resolve) => chatting.onMessage("echo", resolve));
chatting.send("echo", "hi");

const me = identity();
const room = await kit.createRoom<Quiz>("quiz", { event_id: me.event_id });
const phone = await kit.connectTo(room, me);
const joined = await kit.sdk.joinOrCreate("quiz", identity(me.event_id));
const found = {
  echo: await echo,
  isQuiz: room instanceof Quiz,
  which: await phone.request("which"),
  isSameRoom: joined.roomId === room.roomId,
  seats: room.participants.list().length,
  withoutEvent: await kit.createRoom("quiz").catch(told),
  ofAnother: await kit.sdk.joinById(room.roomId, { event_id: "another" }).catch(told),
};
const closed = new Promise((resolve) => phone.onLeave(resolve));
await kit.cleanup();
await closed;
const again = await kit.sdk.joinOrCreate("quiz", me);
again.reconnection.enabled = false;
const over = new Promise<number>((resolve) => {
  again.onDrop(resolve);
  again.onLeave(resolve);
});
await kit.shutdown();
console.log(JSON.stringify({ ...found, closedWith: await over }));
process.exit(0);
