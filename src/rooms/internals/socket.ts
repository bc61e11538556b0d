// How much of what was written to a WebSocket has left this process.
import type { WebSocket } from "ws";

/**
 * ws 8.23 (lib/websocket.js) keeps its TCP socket in `_socket` and tells of it only what waits (`bufferedAmount`). Node
 * counts as written what still waits: the difference has been handed to the kernel. 0 for a socket that is gone.
 */
export function takenBy(socket: WebSocket): number {
  const raw = Reflect.get(socket, "_socket") as { bytesWritten?: number; writableLength?: number } | null;
  return (raw?.bytesWritten ?? 0) - (raw?.writableLength ?? 0);
}
