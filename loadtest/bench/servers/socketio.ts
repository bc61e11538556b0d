// (c) Socket.IO 4 doing the same job: connection state recovery, join with a device id, a presence roster, one emit
// per event. WebSocket only (no polling first), the rest as its documentation has it.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";

interface Entry {
  readonly device_id: string;
  readonly user_id: string;
  readonly display_name: string;
  status: "connected" | "temporarily_disconnected";
  reason: string;
  readonly joined_at: number;
  disconnected_at: number;
  grace_expires_at: number;
}
interface Data {
  event_id: string;
  device_id: string;
}

const graceMs = 30_000;
const http = createServer();
const io = new Server<Record<string, never>, Record<string, never>, Record<string, never>, Data>(http, {
  transports: ["websocket"],
  serveClient: false,
  connectionStateRecovery: { maxDisconnectionDuration: graceMs },
});
const events = new Map<string, Map<string, Entry>>();
const graces = new Map<Entry, NodeJS.Timeout>();

const tell = (event_id: string, type: string, payload: object) =>
  io.to(event_id).emit(type as never, payload as never);
const rosterOf = (event_id: string) => {
  const roster = events.get(event_id) ?? new Map<string, Entry>();
  events.set(event_id, roster);
  return roster;
};

function joined(socket: Socket, { event_id, device_id }: Data, answer: (roster: Entry[]) => void): void {
  const roster = rosterOf(event_id);
  const user_id = device_id;
  const times = { joined_at: Date.now(), disconnected_at: 0, grace_expires_at: 0 };
  const entry: Entry = { device_id, user_id, display_name: "", status: "connected", reason: "", ...times };
  roster.set(device_id, entry);
  Object.assign(socket.data, { event_id, device_id });
  tell(event_id, "participant_joined", { device_id, user_id });
  void socket.join(event_id);
  answer([...roster.values()]);
}

function left(entry: Entry, event_id: string, reason: string): void {
  const { device_id, user_id } = entry;
  const roster = rosterOf(event_id);
  roster.delete(device_id);
  if (roster.size === 0) events.delete(event_id);
  tell(event_id, "participant_left", { device_id, user_id, reason });
}

function away(entry: Entry, event_id: string): void {
  const { device_id, user_id } = entry;
  const disconnected_at = Date.now();
  const now = { reason: "connection_lost", grace_expires_at: disconnected_at + graceMs };
  Object.assign(entry, { status: "temporarily_disconnected", disconnected_at, ...now });
  const expire = () => {
    graces.delete(entry);
    left(entry, event_id, "grace_expired");
  };
  graces.set(entry, setTimeout(expire, graceMs));
  tell(event_id, "participant_temporarily_disconnected", { device_id, user_id, ...now });
}

function returned(entry: Entry, event_id: string): void {
  clearTimeout(graces.get(entry));
  graces.delete(entry);
  Object.assign(entry, { status: "connected", reason: "", disconnected_at: 0, grace_expires_at: 0 });
  const { device_id, user_id } = entry;
  tell(event_id, "participant_reconnected", { device_id, user_id });
}

const entryOf = ({ event_id, device_id }: Data) => events.get(event_id)?.get(device_id);

io.on("connection", (socket) => {
  const handlers = socket as unknown as Socket; // its own events are not typed here
  const data = socket.data as Data;
  const known = socket.recovered ? entryOf(data) : undefined;
  if (known !== undefined) returned(known, data.event_id);
  handlers.on("join", (who: Data, answer) => joined(handlers, who, answer));
  handlers.on("heartbeat", (answer) => answer({ server_time: Date.now() }));
  handlers.on("news", (news: object) => tell(data.event_id, "news", news));
  socket.on("disconnect", (reason) => {
    const entry = entryOf(data);
    if (entry === undefined) return;
    if (reason === "client namespace disconnect") left(entry, data.event_id, "consented");
    else away(entry, data.event_id);
  });
});

http.listen(0, "127.0.0.1", () => {
  console.log(`Socket.IO listens on http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});
