// What waits in this process for clients that do not read: bounded for a socket, an event and the process. A client that
// takes nothing, or for which too much waits, is cut; it comes back to the state as it is. Only sockets that keep something
// waiting are looked at: when everybody reads, there is no timer and nothing to count.
import type { WebSocket } from "ws";
import type { Clock, Timer } from "../clock.ts";

/** Where the bounds come from: what one process of 512 MB can spare, and 32 sockets of an event at theirs. */
const mb = 1024 * 1024;
export const backlogLimits = {
  /** Of a socket: everything that waits for it, frames that it shares with others included. */
  socketBytes: 8 * mb,
  /** Of a socket: what waits for it alone. */
  ownBytes: mb,
  eventBytes: 16 * mb,
  processBytes: 64 * mb,
} as const;

const sampleMs = 250;
/** A phone that takes less than this in the time after which a silent socket is dead (2 KB/s) cannot follow an event. */
const leastTakenBytes = 16 * 1024;

/** Under this name a WebSocket knows who reads from it. */
export const reader = Symbol("reader");
export type ReadSocket<R extends Reader = Reader> = WebSocket & { [reader]?: R };

/** Called by whoever writes, when a write has not left at once. `ownBytes`: how much of it nobody else is sent, too. */
export function keptWaiting(socket: WebSocket, ownBytes: number): void {
  (socket as ReadSocket)[reader]?.fellBehind(ownBytes);
}

/** A socket's connection, as the backlog needs to know it. */
export interface Reader {
  readonly socket: WebSocket;
  /** Something waits for it now: tells the backlog. */
  fellBehind(ownBytes: number): void;
  /** Too much waits for it, or it takes nothing: it is to be closed, and may come back. */
  tooSlow(): void;
  /** It has taken all that waited for it. */
  caughtUp(): void;
}

/** How much of what was written to a socket has left this process, in bytes. `takenBy` of rooms/internals/ws is one. */
type TakenBy = (socket: WebSocket) => number;

interface Kept {
  readonly reader: Reader;
  readonly event: EventBacklog;
  /** What waits for this socket alone, at most: counted when it is written, given back when all has been taken. */
  ownBytes: number;
  /** What it had taken when it was last judged, and when that was. */
  takenBytes: number;
  judgedAt: number;
}

/** What waits for one event's sockets alone. */
export class EventBacklog {
  bytes = 0;
}

export class Backlog {
  readonly #clock: Clock;
  readonly #deadAfterMs: number;
  readonly #takenBy: TakenBy;
  readonly #kept = new Map<WebSocket, Kept>();
  #bytes = 0;
  #cut = 0;
  #timer: Timer | undefined;

  /**
   * @param deadAfterMs how long a socket may be silent before it is dead, in ms
   * @param takenBy how much a socket has taken
   */
  constructor(clock: Clock, deadAfterMs: number, takenBy: TakenBy) {
    this.#takenBy = takenBy;
    this.#clock = clock;
    this.#deadAfterMs = deadAfterMs;
  }

  /** Sockets for which something waits, what waits for one of them alone in all, and how many have been cut. */
  get census(): {
    readonly slowReaders: number;
    readonly backlogBytes: number;
    readonly slowReadersCut: number;
  } {
    return { slowReaders: this.#kept.size, backlogBytes: this.#bytes, slowReadersCut: this.#cut };
  }

  isBehind(socket: WebSocket): boolean {
    return this.#kept.has(socket);
  }

  /** False while so much waits that nothing more may be written that a client could do without. */
  hasRoomFor(event: EventBacklog): boolean {
    return event.bytes < backlogLimits.eventBytes / 2 && this.#bytes < backlogLimits.processBytes / 2;
  }

  /** A write has not left at once. `ownBytes`: how much of it nobody else is sent, too. */
  keeps(reader: Reader, event: EventBacklog, ownBytes: number): void {
    const kept = this.#kept.get(reader.socket) ?? this.#begin(reader, event);
    const isFull = kept.ownBytes > backlogLimits.ownBytes; // one frame may have any size: a state of its own, say
    kept.ownBytes += ownBytes;
    event.bytes += ownBytes;
    this.#bytes += ownBytes;
    if (isFull) this.#cutOff(kept);
    while (event.bytes > backlogLimits.eventBytes && this.#cutLargest(event));
    while (this.#bytes > backlogLimits.processBytes && this.#cutLargest());
  }

  /** The socket has gone. */
  forget(socket: WebSocket): void {
    const kept = this.#kept.get(socket);
    if (kept === undefined) return;
    this.#kept.delete(socket);
    kept.event.bytes -= kept.ownBytes;
    this.#bytes -= kept.ownBytes;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #begin(reader: Reader, event: EventBacklog): Kept {
    const { socket } = reader;
    const kept = {
      reader,
      event,
      ownBytes: 0,
      takenBytes: this.#takenBy(socket),
      judgedAt: this.#clock.now(),
    };
    this.#kept.set(socket, kept);
    this.#timer ??= this.#clock.after(sampleMs, () => this.#sample());
    return kept;
  }

  #sample(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const kept of this.#kept.values()) this.#judge(kept, now);
    if (this.#kept.size > 0) this.#timer = this.#clock.after(sampleMs, () => this.#sample());
  }

  #judge(kept: Kept, now: number): void {
    const { socket } = kept.reader;
    const waiting = socket.bufferedAmount;
    if (waiting === 0 || socket.readyState !== socket.OPEN) {
      this.forget(socket);
      return kept.reader.caughtUp();
    }
    if (waiting > backlogLimits.socketBytes) return this.#cutOff(kept);
    if (now - kept.judgedAt < this.#deadAfterMs) return undefined;
    const taken = this.#takenBy(socket);
    if (taken - kept.takenBytes < leastTakenBytes) return this.#cutOff(kept);
    kept.takenBytes = taken;
    kept.judgedAt = now;
    return undefined;
  }

  #cutLargest(event?: EventBacklog): boolean {
    let largest: Kept | undefined;
    for (const kept of this.#kept.values()) {
      const isMeant = event === undefined || kept.event === event;
      if (isMeant && kept.ownBytes > (largest?.ownBytes ?? 0)) largest = kept;
    }
    if (largest !== undefined) this.#cutOff(largest);
    return largest !== undefined;
  }

  #cutOff(kept: Kept): void {
    this.forget(kept.reader.socket);
    this.#cut += 1;
    kept.reader.tooSlow();
  }
}
