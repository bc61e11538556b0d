// (d) The limit: a hand-written `ws` server whose frames are encoded once, written once per client and tick (or once
// per event with BARE_MODE=each). Its frames are as long as Holdfast's for the same (sizes below), and mean nothing.
// No durability, no identity, no schema: what remains is what the sockets cost.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { type Kind, kinds } from "../running/crowd.ts";
import { headerLength, tokenLength, welcome } from "../dialects/bare.ts";
import { BareEvent, type Guest } from "./bare-event.ts";

const pingMs = 3000;
const http = createServer();
const server = new WebSocketServer({ server: http, maxPayload: 4096 });
const events = new Map<string, BareEvent>();
const isPerEvent = process.env.BARE_MODE === "each";

function guestOf(socket: WebSocket): Guest {
  const raw = Reflect.get(socket, "_socket") as Socket;
  const write = (...parts: Buffer[]) => {
    if (socket.readyState !== socket.OPEN) return;
    raw.cork();
    for (const part of parts) raw.write(part);
    raw.uncork();
  };
  const token = randomBytes(17).toString("base64url").slice(0, tokenLength);
  return { write, token, slot: -1, isHere: true, isIn: false };
}

server.on("connection", (socket, request) => {
  const query = new URL(request.url ?? "/", "http://bare").searchParams;
  const id = query.get("event") ?? "";
  const event = events.get(id) ?? new BareEvent(isPerEvent, () => events.delete(id));
  events.set(id, event);
  const token = query.get("token");
  const fresh = guestOf(socket);
  const guest = token === null ? event.join(fresh) : event.comeBack(fresh, token);
  if (guest === undefined) return socket.close(4003);
  let hasLeft = false;
  socket.on("message", (data: Buffer) => {
    const kind = data[0] as Kind;
    if (kind === kinds.ack) {
      const ack = Buffer.alloc(headerLength + 8);
      ack[0] = kinds.ack;
      ack.writeUInt32BE(1, 1);
      ack.writeDoubleBE(Date.now(), headerLength);
      socket.send(ack);
    } else if (kind === kinds.news) event.tellAll(kinds.news, data.subarray(1));
    else if (kind === kinds.left) {
      hasLeft = true;
      event.leave(guest);
      socket.close(4000);
    }
  });
  socket.on("close", () => {
    if (!hasLeft) event.drop(guest);
  });
  socket.on("error", () => {});
});
setInterval(() => {
  for (const socket of server.clients) socket.ping();
}, pingMs).unref();

http.listen(0, "127.0.0.1", () => {
  console.log(`bare (${welcome}) listens on http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});
