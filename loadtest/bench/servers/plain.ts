// (b) The plain room of Colyseus's documentation: state changed in the hooks, one broadcast per event,
// `allowReconnection` for 30 s, not awaited. Everything else is the framework's default.
import { type Client, defineRoom, defineServer, Room } from "@colyseus/core";
import { type SchemaType, schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";

const Participant = schema({
  device_id: t.string(),
  user_id: t.string(),
  display_name: t.string(),
  status: t.string(),
  reason: t.string(),
  joined_at: t.number(),
  disconnected_at: t.number(),
  grace_expires_at: t.number(),
});
const PlainState = schema({ participants: t.map(Participant) });
type Entry = SchemaType<typeof Participant>;

const graceSeconds = 30;

class PlainRoom extends Room<{ state: SchemaType<typeof PlainState> }> {
  override state = new PlainState();
  override messages = {
    heartbeat: (client: Client) => client.send("heartbeat_ack", { server_time: Date.now() }),
    news: (_client: Client, text: unknown) => this.broadcast("news", text),
  };

  override onJoin(client: Client, { device_id }: { device_id: string }): void {
    const joined_at = Date.now();
    const facts = { device_id, user_id: device_id, display_name: "", status: "connected", reason: "" };
    const times = { joined_at, disconnected_at: 0, grace_expires_at: 0 };
    this.state.participants.set(client.sessionId, new Participant().assign({ ...facts, ...times }) as Entry);
    this.broadcast("participant_joined", { device_id, user_id: device_id }, { except: client });
  }

  override onDrop(client: Client): void {
    this.allowReconnection(client, graceSeconds).catch(() => {}); // onLeave hears of it
    const entry = this.#entry(client);
    const now = Date.now();
    const away = { reason: "connection_lost", grace_expires_at: now + 1000 * graceSeconds };
    entry.assign({ status: "temporarily_disconnected", disconnected_at: now, ...away });
    const { device_id, user_id } = entry;
    this.broadcast("participant_temporarily_disconnected", { device_id, user_id, ...away });
  }

  override onReconnect(client: Client): void {
    const entry = this.#entry(client);
    entry.assign({ status: "connected", reason: "", disconnected_at: 0, grace_expires_at: 0 });
    const { device_id, user_id } = entry;
    this.broadcast("participant_reconnected", { device_id, user_id });
  }

  override onLeave(client: Client, code?: number): void {
    const { device_id, user_id } = this.#entry(client);
    this.state.participants.delete(client.sessionId);
    const reason = code === 4000 ? "consented" : "grace_expired";
    this.broadcast("participant_left", { device_id, user_id, reason });
  }

  #entry(client: Client): Entry {
    return this.state.participants.get(client.sessionId) as Entry;
  }
}

const transport = new WebSocketTransport();
const rooms = { event: defineRoom(PlainRoom).filterBy(["event_id" as never]) };
const server = defineServer({ transport, rooms, greet: false });
await server.listen(0, "127.0.0.1");
const address = transport.server?.address() as { port: number };
console.log(`the plain room listens on http://127.0.0.1:${address.port}`);
