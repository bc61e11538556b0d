// Everything that a room writes to its sockets passes here. While the room may not speak at all (its process has stood
// still, and may have lost the event meanwhile) it is kept; and while a patch for one socket may not be told, what is
// sent to that socket is kept behind it. Knows bytes and sockets only.
import type { WebSocket } from "ws";
import type { Corks } from "./write-coalescing.ts";
import { writeFrames, writeLater } from "../rooms/internals/ws.ts";

/** While something is kept, it is asked this often whether it may be written. */
const pauseMs = 20;

export interface Speaking {
  /** False while nothing may be said to anyone. */
  maySpeak(): boolean;
  /** True for a socket whose patch has not been written yet. */
  isWaiting(socket: WebSocket): boolean;
}

/** What is kept for one socket: from before the patch that it waits for, and from after it. */
interface Kept {
  readonly before: Buffer[];
  readonly behind: Buffer[];
}

export class WriteGate {
  readonly #speaking: Speaking;
  readonly #kept = new Map<WebSocket, Kept>();
  #timer: NodeJS.Timeout | undefined;

  constructor(speaking: Speaking) {
    this.#speaking = speaking;
  }

  /**
   * Writes now, or with `corks` at the end of this turn of the event loop; or keeps it. Keeps each socket's order.
   * `ownBytes`: how much of it nobody else is sent, too.
   */
  write(socket: WebSocket, frames: Buffer, corks?: Corks, ownBytes = 0): void {
    if (!this.#mayWrite(socket)) return this.#keep(socket, frames);
    if (this.#kept.size > 0) this.#release(socket);
    if (corks === undefined) return writeFrames(socket, frames);
    return writeLater(socket, frames, corks, ownBytes);
  }

  /** Writes the patch that a socket waited for, between what was kept from before and from after it. */
  writePatch(socket: WebSocket, frames: Buffer): void {
    const kept = this.#kept.get(socket);
    if (kept === undefined) return writeFrames(socket, frames);
    this.#kept.delete(socket);
    return writeFrames(socket, Buffer.concat([...kept.before, frames, ...kept.behind]));
  }

  /** What is kept is never said: the event is another process's. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#kept.clear();
  }

  #mayWrite(socket: WebSocket): boolean {
    return this.#speaking.maySpeak() && !this.#speaking.isWaiting(socket);
  }

  #keep(socket: WebSocket, frames: Buffer): void {
    if (socket.readyState !== socket.OPEN) return;
    const kept = this.#kept.get(socket) ?? { before: [], behind: [] };
    this.#kept.set(socket, kept);
    (this.#speaking.isWaiting(socket) ? kept.behind : kept.before).push(frames);
    this.#timer ??= this.#askLater();
  }

  #askLater(): NodeJS.Timeout {
    return setTimeout(() => {
      for (const socket of this.#kept.keys()) if (this.#mayWrite(socket)) this.#release(socket);
      this.#timer = this.#kept.size > 0 ? this.#askLater() : undefined;
    }, pauseMs).unref();
  }

  #release(socket: WebSocket): void {
    const kept = this.#kept.get(socket);
    if (kept === undefined) return;
    this.#kept.delete(socket);
    writeFrames(socket, Buffer.concat([...kept.before, ...kept.behind]));
  }
}
