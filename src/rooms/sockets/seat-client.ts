// The framework's client object of one socket. Does what its own WebSocketClient does, in a fifth of the memory (that one
// loses a field at every join, which turns it into a dictionary), in one write for a message, and never ahead of a patch
// that is still on its way to the same client. What waits for it is its room's queue's business.
import {
  type Client,
  type ClientPrivate,
  ClientState,
  enqueueClientRaw,
  getMessageBytes,
  type ISendOptions,
  Protocol,
} from "@colyseus/core";
import type { StateView } from "@colyseus/schema";
import type { WebSocket } from "ws";
import type { ConnectedClient, Connection } from "../../connections/connection.ts";
import { serverStopsType, signOfLifeType } from "../../protocol/session.ts";
import { Lane } from "../../sync/lane.ts";
import type { WriteCoalescing } from "../../sync/write-coalescing.ts";
import type { Receiver, WriteQueue } from "../../sync/write-queue.ts";
import type { DeferredEffects } from "../author/deferred-effects.ts";
import { frameOf, isShared, pingOf, writeNow, writeSoon } from "../internals/ws.ts";

type Bytes = Uint8Array | Buffer;

export class SeatClient implements Client, ClientPrivate, ConnectedClient, Receiver {
  declare readonly "~messages": Client["~messages"];
  readonly id: string;
  sessionId: string;
  ref: WebSocket;
  state: ClientState = ClientState.JOINING;
  reconnectionToken = "";
  auth: Client["auth"] = undefined;
  userData: Client["userData"] = undefined;
  view?: StateView;
  /** What the room knows of the socket; undefined until it has been let in. */
  connection: Connection | undefined = undefined;
  readonly lane = new Lane();
  /** It has kept its state, as of this patch of this room's. */
  knownPatch: number | undefined = undefined;
  _joinedAt = 0;
  _numMessagesLastSecond = 0;
  _messageCountResetsAt = 0;
  _lastMessageTime = 0;
  _pendingFrameClients: (Client & ClientPrivate)[] = none;
  readonly #coalescing: WriteCoalescing;
  /** Its room's; undefined until it is in it. */
  #queue: WriteQueue | undefined;
  /** What an author's handler asks for waits here until it has returned. */
  #effects: DeferredEffects | undefined;
  #waiting: unknown[] | undefined = [];

  constructor(sessionId: string, socket: WebSocket, coalescing: WriteCoalescing) {
    this.#coalescing = coalescing;
    this.id = sessionId;
    this.sessionId = sessionId;
    this.ref = socket;
  }

  /** It is in a room: what it is sent from now on goes through the room's queue. */
  enter(queue: WriteQueue, effects: DeferredEffects): void {
    this.#queue = queue;
    this.#effects = effects;
  }

  get isJoined(): boolean {
    return this.state === ClientState.JOINED;
  }

  get isOpen(): boolean {
    return this.ref.readyState === this.ref.OPEN;
  }

  writeNow(frames: Buffer, ownBytes: number): void {
    writeNow(this.ref, frames, ownBytes);
  }

  writeSoon(frames: Buffer, ownBytes: number): void {
    writeSoon(this.ref, frames, this.#coalescing, ownBytes);
  }

  sendLater(payload: Uint8Array): void {
    this.enqueueRaw(payload);
  }

  /** What is on its way to it goes before what comes next. */
  catchUp(): void {
    this.#queue?.catchUp(this);
  }

  /**
   * What waits for the acknowledgement; undefined after it. The framework deletes this then (core 0.18.17, Room.ts:2271):
   * a field that is deleted makes a dictionary of its object.
   */
  get _enqueuedMessages(): unknown[] {
    return this.#waiting as unknown[];
  }

  /** The framework has sent what waited. */
  acknowledged(): void {
    this.#waiting = undefined;
    this.knownPatch = undefined;
  }

  get readyState(): number {
    return this.ref.readyState;
  }

  send(type: PropertyKey, message?: unknown, options?: ISendOptions): void {
    this.enqueueRaw(getMessageBytes.raw(Protocol.ROOM_DATA, type as string | number, message), options);
  }

  sendBytes(type: string | number, bytes: Bytes, options?: ISendOptions): void {
    this.enqueueRaw(getMessageBytes.raw(Protocol.ROOM_DATA_BYTES, type, undefined, bytes), options);
  }

  enqueueRaw(data: Bytes, options?: ISendOptions): void {
    if (this.#effects?.isHolding) this.#effects.run(() => enqueueClientRaw(this, data, options));
    else enqueueClientRaw(this, data, options);
  }

  raw(data: Bytes, _options?: ISendOptions, whenSent?: (error?: Error) => void): void {
    if (this.#effects?.isHolding) this.#effects.run(() => this.#write(data, whenSent));
    else this.#write(data, whenSent);
  }

  #write(data: Bytes, whenSent: ((error?: Error) => void) | undefined): void {
    if (whenSent !== undefined) {
      this.catchUp();
      return this.ref.send(data, { binary: true }, whenSent);
    }
    const ownBytes = isShared(data) ? 0 : data.length;
    if (this.#queue === undefined) this.writeSoon(frameOf(data), ownBytes);
    else this.#queue.send(this, frameOf(data), ownBytes);
  }

  /** Shows that the server lives: also while the room may send nothing else, and before what is kept meanwhile. */
  acknowledgeBeat(data: Bytes): void {
    if (this.isJoined) this.#queue?.sendSignOfLife(this, frameOf(data));
    else this.enqueueRaw(data);
  }

  ping(payload: Buffer): void {
    this.#queue?.send(this, pingOf(payload));
  }

  /** One write, the same bytes for everyone. A client that has no state yet is sent the ping alone. */
  pingWithSignOfLife(): void {
    if (this.isJoined && this.#queue !== undefined) this.#queue.sendSignOfLife(this, pingAndSignOfLife);
    else this.ref.ping();
  }

  /** At once: the process may end with this turn of the event loop. */
  sendStop(): void {
    this.catchUp();
    if (this.isJoined) this.writeNow(stopped, 0);
  }

  error(code: number, message = "", whenSent?: (error?: Error) => void): void {
    this.raw(getMessageBytes[Protocol.ERROR](code, message), undefined, whenSent);
  }

  leave(code?: number, reason?: string): void {
    if (this.#effects?.isHolding) this.#effects.run(() => this.#leave(code, reason));
    else this.#leave(code, reason);
  }

  #leave(code: number | undefined, reason: string | undefined): void {
    this.catchUp();
    this.ref.close(code, reason);
  }

  close(code?: number, reason?: string): void {
    this.leave(code, reason);
  }

  toJSON(): object {
    return { sessionId: this.sessionId, readyState: this.readyState };
  }
}

const stopped = frameOf(getMessageBytes.raw(Protocol.ROOM_DATA, serverStopsType));
const pingAndSignOfLife = Buffer.concat([
  pingOf(Buffer.alloc(0)),
  frameOf(getMessageBytes.raw(Protocol.ROOM_DATA, signOfLifeType)),
]);

const none: (Client & ClientPrivate)[] = [];
