// Two participants with stock SDKs in a process of their own, so that what they run is in nobody's coverage.
// Does what its parent says, a word at a time, and says what it hears.
import type { Room } from "@colyseus/sdk";
import { WebSocket } from "ws";

/** What the parent says. `watcher` is in the room all the time; `phone` is the one whose seat it is about. */
export interface Order {
  readonly id: number;
  readonly act: "join" | "cut" | "publish" | "returnByToken" | "end";
  readonly who: "watcher" | "phone";
  readonly port: number;
}
/** What it hears: an order is done, or a message has come to `who`. */
export type Heard =
  | { readonly done: number; readonly error?: string }
  | { readonly who: string; readonly type: string };

Reflect.set(globalThis, "WebSocket", WebSocket); // one that can be cut; the SDK looks for it as it is loaded
const { Client } = await import("@colyseus/sdk");
console.info = () => {}; // the SDK says each attempt to return
console.warn = () => {};

const rooms = new Map<string, Room>();
const tell = (heard: Heard) => process.send?.(heard);

const acts: Record<Order["act"], (order: Order) => Promise<void> | void> = {
  async join({ who, port }) {
    const room = await new Client(`http://127.0.0.1:${port}`).joinOrCreate("event", {
      event_id: "flows",
      device_id: `${who}-device`,
      session_token: `${who}-secret-of-sixteen-bytes`,
      display_name: `${who}-name`,
    });
    room.reconnection.enabled = false;
    room.onMessage("*", (type) => tell({ who, type: String(type) }));
    room.onStateChange.once(() => tell({ who, type: "first state" }));
    rooms.set(who, room);
  },
  cut({ who }) {
    const transport = rooms.get(who)?.connection.transport as { ws?: WebSocket } | undefined;
    transport?.ws?.terminate();
  },
  publish({ who }) {
    const messages = [{ type: "answer", payload: "a published answer" }];
    rooms.get(who)?.send("outbox_publish", { stream: "flows", first: 1, messages });
  },
  /** The socket with the session's token, as the SDK comes back by itself. */
  returnByToken({ who }) {
    const room = rooms.get(who);
    room?.connection.reconnect({
      reconnectionToken: room.reconnectionToken.split(":")[1] ?? "",
      skipHandshake: true,
    });
  },
  end() {
    setImmediate(() => process.exit(0));
  },
};

process.on("message", (order: Order) => {
  void Promise.resolve(acts[order.act](order)).then(
    () => tell({ done: order.id }),
    (error: unknown) => tell({ done: order.id, error: String(error) }),
  );
});
