// One socket's life in a room: which client it is, whether it has acknowledged, how fast it may send, whether we closed it
// ourselves. Its id never comes back, so a late message from it is never taken for its successor's. There are as many of these as there
// are participants: listeners are shared, and find theirs by the socket.
import type { WebSocket } from "ws";
import type { Clock } from "../clock.ts";
import { type CloseName, closeCodes } from "../protocol/close-codes.ts";
import { joinRoomByte, keptStateIn, type PresenceResume } from "../protocol/session.ts";
import type { ConnectionId } from "../seats/seat.ts";
import { type Reader, type ReadSocket, reader } from "./backlog.ts";
import { newId } from "./connection-id.ts";
import type { Pinged } from "./ping-loop.ts";

/** A half-open socket never answers a close: after this it is cut. A kick must be over within 1 s. */
const closeTimeoutMs = 500;

/**
 * A client that comes back sends at once what it has gathered meanwhile (the SDK: `maxEnqueuedMessages`, which an author
 * may raise): so many seconds' worth of frames are no flood.
 */
const burstSeconds = 3;

/**
 * By what we know that a client has what its participant was told: `acknowledgement`, our client says so; `pong`, a stock
 * one answers a ping that was sent behind it. `unknown`: our client has not said yet how far it is.
 */
export type Receipt = "acknowledgement" | "pong" | "unknown";

/** The framework's client of one socket. Implemented by rooms/sockets/seat-client. */
export interface ConnectedClient {
  readonly sessionId: string;
  readonly ref: WebSocket;
  /** The framework has read its acknowledgement of JOIN_ROOM. */
  readonly isJoined: boolean;
  /** What a stock SDK comes back with. */
  reconnectionToken: string;
  /** What the room knows of the socket; undefined until it has been let in. */
  connection: Connection | undefined;
  /** It has kept its state, as of this patch of this room's. */
  knownPatch: number | undefined;
  /** JOIN_ROOM has been acknowledged, and the framework has sent what waited. */
  acknowledged(): void;
  /** Sends what is under way to it, before anything else is. */
  catchUp(): void;
  send(type: string, message: unknown): void;
  /** Sends a message that is encoded already, because many are sent it. */
  enqueueRaw(message: Uint8Array): void;
  /** Sends a ping behind all that it has been sent; the pong brings its payload back. */
  ping(payload: Buffer): void;
  /** Sends a ping, and a message by which a client that cannot see pings knows that the server lives. */
  pingWithSignOfLife(): void;
  /** Sends that nobody serves the event for now. */
  sendStop(): void;
}

/** Whose connection it is, one for all of a room. Implemented by connections/connections. */
export interface ConnectionOwner {
  readonly framesPerSecond: number;
  /** The room's: what a client has kept of another's is worth nothing. */
  readonly epoch: number;
  readonly clock: Clock;
  /** JOIN_ROOM is acknowledged and the full state is on its way. */
  acknowledged(connection: Connection): void;
  /** A frame has come. */
  received(connection: Connection): void;
  /** It sends more than it may. */
  flooded(connection: Connection): void;
  /** Something that was written to it waits; nobody else is sent `ownBytes` of it. */
  fellBehind(connection: Connection, ownBytes: number): void;
  /** It does not take what it is sent. */
  tooSlow(connection: Connection): void;
  /** It has taken all that waited for it. */
  caughtUp(connection: Connection): void;
  /** It has received what it was sent before the receipt with this number was asked for. */
  receiptCame(connection: Connection, no: number): void;
}

type Owned = ReadSocket<Connection>;

function onMessage(this: Owned, data: Buffer): void {
  this[reader]?.received(data);
}

function onPong(this: Owned, payload: Buffer): void {
  this[reader]?.ponged(payload);
}

/** A receipt's number, as a float64. The ping loop's pings have no payload. */
const receiptBytes = 8;

export class Connection implements Pinged, Reader {
  readonly id: ConnectionId;
  readonly client: ConnectedClient;
  readonly socket: WebSocket;
  /** Null for an observer. */
  readonly deviceId: string | null;
  isAcknowledged = false;
  /** The seat knows of its end: whatever the framework says of it later is old news. */
  isGone = false;
  /** An observer that may kick, extend a grace and close the event. */
  isHost = false;
  receipt: Receipt = "pong";
  /** It asked for a message behind each ping: script does not see a WebSocket's pings. */
  wantsSignsOfLife = false;
  /** What it asked for while it had not taken what it was sent before: answered when it has. */
  postponed: PresenceResume | undefined = undefined;
  /** When it was last sent what it had missed. */
  replayedAt = Number.NEGATIVE_INFINITY;
  /** When it was last sent again how far its outbox is. */
  repeatedAt = Number.NEGATIVE_INFINITY;
  readonly since: number;
  lastReceivedAt: number;
  unanswered = 0;
  readonly #owner: ConnectionOwner;
  /** How many frames may come at once now. */
  #allowance = Number.POSITIVE_INFINITY;
  #countedAt = 0;

  /** Listens to every frame from now on, before the framework does. */
  constructor(
    client: ConnectedClient,
    deviceId: string | null,
    owner: ConnectionOwner,
    id: ConnectionId | undefined,
  ) {
    this.id = id ?? newId();
    this.client = client;
    this.socket = client.ref;
    this.deviceId = deviceId;
    this.#owner = owner;
    this.since = this.lastReceivedAt = owner.clock.now();
    (this.socket as Owned)[reader] = this;
    this.socket.on("message", onMessage);
    this.socket.on("pong", onPong);
  }

  /** A sign of life has come: a pong, or any frame. Returns the time. */
  isAlive(): number {
    this.unanswered = 0;
    this.lastReceivedAt = this.#owner.clock.now();
    return this.lastReceivedAt;
  }

  /** A frame has come; the framework gets it after us. */
  received(data: Buffer): void {
    const now = this.isAlive();
    if (this.isGone) return;
    if (this.#isFlood(now)) return this.#owner.flooded(this);
    this.#acknowledge(); // what came just before this frame, in the same packet
    // The framework answers this frame after us: only what it made of it counts.
    if (!this.isAcknowledged && data[0] === joinRoomByte) {
      const kept = keptStateIn(data);
      if (kept !== undefined) this.receipt = "unknown"; // only our client says more than the one byte
      if (kept?.epoch === this.#owner.epoch) this.client.knownPatch = kept.patch;
      queueMicrotask(() => this.#acknowledge());
    }
    this.#owner.received(this);
  }

  ponged(payload: Buffer): void {
    this.isAlive();
    if (payload.length === receiptBytes && !this.isGone)
      this.#owner.receiptCame(this, payload.readDoubleBE(0));
  }

  ping(): void {
    if (this.wantsSignsOfLife) this.client.pingWithSignOfLife();
    else this.socket.ping();
  }

  /** Asks its client for a pong, by which we know that it has received all before it. */
  askForReceipt(no: number): void {
    const payload = Buffer.allocUnsafe(receiptBytes);
    payload.writeDoubleBE(no);
    this.client.ping(payload);
  }

  fellBehind(ownBytes: number): void {
    if (!this.isGone) this.#owner.fellBehind(this, ownBytes);
  }

  tooSlow(): void {
    this.#owner.tooSlow(this);
  }

  caughtUp(): void {
    this.#owner.caughtUp(this);
  }

  /** Closes the socket, and cuts it if the other end does not answer in time. */
  close(name: CloseName): void {
    const { code, reason } = closeCodes[name];
    this.client.catchUp();
    this.socket.close(code, reason);
    if (this.socket.readyState === this.socket.CLOSED) return;
    const cut = this.#owner.clock.after(closeTimeoutMs, () => this.socket.terminate());
    this.socket.once("close", () => cut.cancel());
  }

  #acknowledge(): void {
    if (this.isAcknowledged || this.isGone || !this.client.isJoined) return;
    this.isAcknowledged = true;
    this.client.acknowledged();
    this.#owner.acknowledged(this);
  }

  /** A token bucket: the rate for as long as one likes, and `burstSeconds` of it at once. */
  #isFlood(now: number): boolean {
    const { framesPerSecond } = this.#owner;
    const earned = ((now - this.#countedAt) * framesPerSecond) / 1000;
    this.#allowance = Math.min(framesPerSecond * burstSeconds, this.#allowance + earned) - 1;
    this.#countedAt = now;
    return this.#allowance < 0;
  }
}
