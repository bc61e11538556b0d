// One socket's life in a room: which client it is, whether it has acknowledged, whether we closed it ourselves.
// Its id never comes back, so a late word from it can be told from its successor's.
import { ClientState, type Client } from "@colyseus/core";
import type { WebSocket } from "ws";
import { type CloseName, closeCodes } from "../protocol/close-codes.ts";
import type { ConnectionId } from "../seats/seat.ts";
import { newId } from "./ids.ts";

export type RoomClient = Client & { ref: WebSocket };

/** Colyseus's byte for "the client has JOIN_ROOM" (shared-types Protocol.JOIN_ROOM). */
const joinRoomByte = 10;
/** A half-open socket never answers a close: after this it is cut. A kick must be over within 1 s. */
const closeTimeoutMs = 500;

export interface ConnectionEvents {
  /** JOIN_ROOM is acknowledged and the full state is on its way. */
  acknowledged(connection: Connection): void;
  frame(connection: Connection): void;
  flooded(connection: Connection): void;
}

export class Connection {
  readonly id: ConnectionId;
  readonly client: RoomClient;
  /** Kept apart from `client.ref`, which a reconnection points to the new socket. */
  readonly socket: WebSocket;
  /** Null for an observer. */
  readonly deviceId: string | null;
  isAcknowledged = false;
  /** The seat has heard of its end: whatever the framework says of it later is old news. */
  isGone = false;
  /** An observer that may kick, extend a grace and close the event. */
  isHost = false;
  /** When it was last told what it had missed. */
  replayedAt = Number.NEGATIVE_INFINITY;
  /** When it was last told again how far its outbox is. */
  repeatedAt = Number.NEGATIVE_INFINITY;
  /** What the ping loop knows of the socket. */
  watched: { readonly lastHeardAt: number } | undefined;
  #framesThisSecond = 0;
  #secondEndsAt = 0;

  constructor(client: RoomClient, deviceId: string | null, id: ConnectionId = newId()) {
    this.id = id;
    this.client = client;
    this.socket = client.ref;
    this.deviceId = deviceId;
  }

  /** Listens to every frame, before the framework does. */
  listen(events: ConnectionEvents, now: () => number, framesPerSecond: number): void {
    this.socket.on("message", (data: Buffer) => {
      if (this.isGone) return;
      if (this.#isFlood(now(), framesPerSecond)) return events.flooded(this);
      // The framework answers this frame after us: only what it made of it counts.
      if (!this.isAcknowledged && data[0] === joinRoomByte) queueMicrotask(() => this.#acknowledge(events));
      events.frame(this);
    });
  }

  /** Closes the socket, and cuts it if the other end does not answer in time. */
  close(name: CloseName): void {
    const { code, reason } = closeCodes[name];
    this.socket.close(code, reason);
    if (this.socket.readyState === this.socket.CLOSED) return;
    const cut = setTimeout(() => this.socket.terminate(), closeTimeoutMs);
    this.socket.once("close", () => clearTimeout(cut));
  }

  #acknowledge(events: ConnectionEvents): void {
    if (this.isAcknowledged || this.isGone || this.client.state !== ClientState.JOINED) return;
    this.isAcknowledged = true;
    events.acknowledged(this);
  }

  #isFlood(now: number, framesPerSecond: number): boolean {
    if (now >= this.#secondEndsAt) {
      this.#secondEndsAt = now + 1000;
      this.#framesThisSecond = 0;
    }
    this.#framesThisSecond += 1;
    return this.#framesThisSecond > framesPerSecond;
  }
}
