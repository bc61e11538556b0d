// Tells a participant's life against a running server, step by step. Usage: main.ts [http://localhost:2567]
import { randomUUID } from "node:crypto";
import { type Message, RawClient, Refused } from "./raw-client.ts";

const server = process.argv[2] ?? "http://localhost:2567";
const event_id = `raw-${randomUUID()}`;
const someone = () => ({ event_id, device_id: randomUUID(), session_token: randomUUID() });
const [annsIdentity, bensIdentity] = [someone(), someone()];
const ann = new RawClient(server, annsIdentity);
const ben = new RawClient(server, bensIdentity);

/** An announcement about a device. */
const about = (type: string, device: string) => (message: Message) =>
  message.type === type && (message.payload as { device_id?: string } | null)?.device_id === device;

/** What Ann is told of Ben, once for each step. */
async function annSees(type: string): Promise<void> {
  await ann.saw(`${type} of ben`, about(type, bensIdentity.device_id));
  ann.forget();
  console.log(`  ann sees ${type}`);
}

console.log(`two participants join ${event_id}`);
await ann.join();
await ben.join();
await annSees("participant_joined");

console.log("ben beats");
ben.send("heartbeat");
await ben.saw("heartbeat_ack", ({ type }) => type === "heartbeat_ack");

const ways = [
  ["its socket", () => ben.returnBySocket()],
  ["its token over HTTP", () => ben.returnByToken()],
  ["a join", () => ben.join()],
] as const;
for (const [way, comeBack] of ways) {
  console.log(`ben drops, and comes back by ${way}`);
  await ben.drop();
  await annSees("participant_temporarily_disconnected");
  await comeBack();
  await annSees("participant_reconnected");
}

console.log("a stranger with ben's device and another token is refused");
try {
  await new RawClient(server, { ...bensIdentity, session_token: randomUUID() }).join();
  throw new Error("it was not refused");
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.log(`  ${error.reason}: ${error.message}`);
}

console.log("ben publishes, exactly once");
ben.send("outbox_publish", {
  stream: randomUUID(),
  first: 1,
  messages: [{ type: "points", payload: { n: 2 } }],
});
const { payload } = await ben.saw("outbox_ack", ({ type }) => type === "outbox_ack");
console.log(`  ${JSON.stringify(payload)}`);
const { refused } = payload as { refused: unknown[] };
if (refused.length === 0) {
  // PointsRoom.ts has taken them, and thanks; another server's room may not know what points are.
  const thanks = await ben.saw("thanks", ({ type }) => type === "told");
  console.log(`  ${JSON.stringify(thanks.payload)}`);
}

console.log("ben leaves");
console.log(`  closed with ${await ben.leave()}`);
await annSees("participant_left");
console.log(`ann leaves: closed with ${await ann.leave()}`);
