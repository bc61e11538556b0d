// The framework's client object of one socket. Does what its own WebSocketClient does, in a fifth of the memory (that one
// loses a field at every join, which turns it into a dictionary), in one write for a message, and never ahead of a patch
// that is still on its way to the same client.
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
import type { Connection } from "../connections/connection.ts";
import type { Corks } from "../sync/write-coalescing.ts";
import { frameOf, isShared, writeLater } from "./internals/ws.ts";

type Bytes = Uint8Array | Buffer;

/** Patches and words that some sockets have not been written yet. */
export interface UnderWay {
  catchUp(socket: WebSocket): void;
  /** Runs `effect` now, or when the handler that is running has returned. */
  whenReturned(effect: () => void): void;
  /** Writes what comes next, or keeps it while it may not be said. */
  write(socket: WebSocket, frames: Buffer, corks: Corks, ownBytes: number): void;
}

export class SeatClient implements Client, ClientPrivate {
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
  /** Asked before anything is sent: what is under way to this socket goes first. */
  underWay: UnderWay | undefined = undefined;
  /** It has kept its state, as of this patch of this room's. */
  knownPatch: number | undefined = undefined;
  _joinedAt = 0;
  _numMessagesLastSecond = 0;
  _messageCountResetsAt = 0;
  _lastMessageTime = 0;
  _pendingFrameClients: (Client & ClientPrivate)[] = none;
  readonly #corks: Corks;
  #waiting: unknown[] | undefined = [];

  constructor(sessionId: string, socket: WebSocket, corks: Corks) {
    this.#corks = corks;
    this.id = sessionId;
    this.sessionId = sessionId;
    this.ref = socket;
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
    this.#whenReturned(() => enqueueClientRaw(this, data, options));
  }

  raw(data: Bytes, _options?: ISendOptions, whenSent?: (error?: Error) => void): void {
    this.#whenReturned(() => this.#write(data, whenSent));
  }

  #write(data: Bytes, whenSent: ((error?: Error) => void) | undefined): void {
    this.underWay?.catchUp(this.ref);
    const ownBytes = isShared(data) ? 0 : data.length;
    const way = this.underWay ?? unordered;
    if (whenSent === undefined) way.write(this.ref, frameOf(data), this.#corks, ownBytes);
    else this.ref.send(data, { binary: true }, whenSent);
  }

  /** Says that the server lives: also while the room may say nothing else, and before what is kept meanwhile. */
  acknowledgeBeat(data: Bytes): void {
    if (this.state !== ClientState.JOINED) return this.enqueueRaw(data);
    this.underWay?.catchUp(this.ref);
    return writeLater(this.ref, frameOf(data), this.#corks);
  }

  error(code: number, message = "", whenSent?: (error?: Error) => void): void {
    this.raw(getMessageBytes[Protocol.ERROR](code, message), undefined, whenSent);
  }

  leave(code?: number, reason?: string): void {
    this.#whenReturned(() => {
      this.underWay?.catchUp(this.ref);
      this.ref.close(code, reason);
    });
  }

  close(code?: number, reason?: string): void {
    this.leave(code, reason);
  }

  #whenReturned(effect: () => void): void {
    if (this.underWay === undefined) effect();
    else this.underWay.whenReturned(effect);
  }

  toJSON(): object {
    return { sessionId: this.sessionId, readyState: this.readyState };
  }
}

const unordered = { write: writeLater };
const none: (Client & ClientPrivate)[] = [];
