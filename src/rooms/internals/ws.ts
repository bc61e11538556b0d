// Frames and the socket under a WebSocket, as read in ws 8.23; test/rooms/framework/ws.test.ts pins it. `ws` sends each
// frame with a system call of its own, and has no figure for what it has sent, only for what still waits.
import type { Socket } from "node:net";
import * as ws from "ws";
import { keptWaiting } from "../../connections/backlog.ts";
import type { WriteCoalescing } from "../../sync/write-coalescing.ts";

type Frame = (payload: Uint8Array, options: object) => [header: Buffer, payload?: Uint8Array];

/** Exported by ws 8.23 and marked as public there; @types/ws does not have it. */
const { Sender } = ws as unknown as { readonly Sender: { readonly frame: Frame } };
const binary = { opcode: 2, fin: true, mask: false };
const ping = { opcode: 9, fin: true, mask: false };

/** Frames that have been made already, of what many are sent. */
const framed = new WeakMap<Uint8Array, Buffer>();

/** One unmasked, unfragmented binary WebSocket frame (RFC 6455, 5.2): the same bytes for every client. */
export function frameOf(payload: Uint8Array): Buffer {
  return framed.get(payload) ?? newFrameOf(payload);
}

/** True for a payload that many are sent, in one frame. */
export function isShared(payload: Uint8Array): boolean {
  return framed.has(payload);
}

/** The payload of a frame that `frameOf` will not have to make again. */
export function inFrame(payload: Uint8Array): Uint8Array {
  const frame = newFrameOf(payload);
  const shared = frame.subarray(frame.length - payload.length);
  framed.set(shared, frame);
  return shared;
}

function newFrameOf(payload: Uint8Array): Buffer {
  const [header] = Sender.frame(payload, binary);
  const frame = Buffer.allocUnsafe(header.length + payload.length);
  frame.set(header);
  frame.set(payload, header.length);
  return frame;
}

/** A ping's frame, to be written behind others; at most 125 bytes of payload. `ws` reports the pong as it does its own. */
export function pingOf(payload: Buffer): Buffer {
  return Buffer.concat(Sender.frame(payload, ping) as Buffer[]);
}

/**
 * ws 8.23: `send` costs one system call a frame, and there is no way to hand it several. Frames to clients are not
 * masked, so all of a tick's frames are one buffer for everybody: written once to the socket itself. Without
 * per-message deflate (Colyseus's default, and ours) the sender never queues, so nothing can be overtaken.
 */
export function writeNow(socket: ws.WebSocket, frames: Buffer, ownBytes = 0): void {
  if (socket.readyState !== socket.OPEN) return;
  const raw = rawSocketOf(socket);
  if (raw?.write(frames) === false) keptWaiting(socket, ownBytes);
}

/** More than this is worth a write of its own; and it should be on its way while the next is made. */
const largeBytes = 16 * 1024;

/** ws 8.23, likewise: the same at the end of this turn of the event loop, together with what else that brings. */
export function writeSoon(
  socket: ws.WebSocket,
  frames: Buffer,
  coalescing: WriteCoalescing,
  ownBytes = 0,
): void {
  if (socket.readyState !== socket.OPEN) return;
  const raw = rawSocketOf(socket);
  if (raw === null) return;
  if (frames.length <= largeBytes) coalescing.hold(raw);
  if (!raw.write(frames)) keptWaiting(socket, ownBytes);
}

/**
 * How much of what was written to a WebSocket has been handed to the kernel: Node counts as written what still waits. 0 for
 * a socket that is gone.
 */
export function takenBy(socket: ws.WebSocket): number {
  const raw = rawSocketOf(socket);
  return (raw?.bytesWritten ?? 0) - (raw?.writableLength ?? 0);
}

/** ws 8.23 (lib/websocket.js) keeps its TCP socket in `_socket`; null before it is open, and when it is gone. */
function rawSocketOf(socket: ws.WebSocket): Socket | null {
  return Reflect.get(socket, "_socket") as Socket | null;
}
