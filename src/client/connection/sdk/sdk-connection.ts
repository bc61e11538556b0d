// One connection, over a fresh room of the SDK whose own reconnection is off. Reports what came in and how it ended,
// once. Owns which state goes on to the next connection; never retries.
import {
  acknowledgementOf,
  nothingKept,
  type PresenceResumed,
  presenceResumedType,
} from "../../../protocol/session.ts";
import { type Deferred, deferred } from "../../platform/deferred.ts";
import type { StateChanges } from "../../state/changes.ts";
import type { Connection, ConnectionListener, Dialed, Reservation } from "../connection.ts";
import { type KeptState, StateTracker } from "./kept-state.ts";
import { emptyLike, SdkRoom, type SdkRoomListener, type StateDecoder, unclearable } from "./sdk-room.ts";

export class SdkConnection implements Connection, SdkRoomListener {
  readonly #listener: ConnectionListener;
  readonly #state: StateTracker<StateDecoder>;
  readonly #room: SdkRoom;
  readonly #unanswered = new Set<Deferred<never>>();
  #isOver = false;

  /** `before`: the state that is kept from the connection before. */
  constructor(listener: ConnectionListener, before: KeptState<StateDecoder> | undefined) {
    this.#listener = listener;
    this.#state = new StateTracker(before);
    this.#room = new SdkRoom(this, before?.decoder);
  }

  /** Connects the socket of a reserved seat. Resolves when the room has let us in, or with why not. */
  async enter(address: string, reservation: Reservation): Promise<Dialed> {
    const failure = await this.#room.enter(address, reservation);
    if (failure !== undefined) return failure;
    const credentials = { ...reservation, reconnectionToken: this.#room.token };
    return { type: "joined", connection: this, credentials };
  }

  /** What the next connection may go on from. */
  get kept(): KeptState<StateDecoder> | undefined {
    return this.#state.kept(this.#room.stateDecoder);
  }

  // --- Connection ---

  send(type: string, payload?: unknown): boolean {
    if (this.#isOver || !this.#room.connection.isOpen) return false;
    this.#room.send(type, payload);
    return true;
  }

  /** The SDK waits for the socket's close, which a dead path never brings. */
  async request(type: string, payload?: unknown): Promise<unknown> {
    const lost = deferred<never>();
    if (this.#isOver) lost.reject(lostError());
    this.#unanswered.add(lost);
    try {
      return await Promise.race([this.#room.request(type, payload), lost.promise]);
    } finally {
      this.#unanswered.delete(lost);
    }
  }

  async leave(): Promise<void> {
    if (this.#isOver || !this.#room.connection.isOpen) return;
    await this.#room.leave(true);
  }

  drop(): void {
    this.#end();
    this.#room.connection?.close();
  }

  // --- SdkRoomListener ---

  get acknowledgement(): Uint8Array {
    return acknowledgementOf(this.#state.before ?? nothingKept);
  }

  frameReceived(kind: number | undefined): boolean {
    if (this.#isOver) return false;
    this.#listener.bytesReceived();
    const { stateDecoder } = this.#room;
    if (this.#state.frameReceived(kind) && stateDecoder !== undefined)
      this.#room.stateDecoder = emptyLike(stateDecoder);
    return true;
  }

  stateReceived(state: unknown, changes: StateChanges): void {
    this.#listener.stateReceived(state, changes);
  }

  messageReceived(type: string, payload: unknown): void {
    if (type === presenceResumedType) this.#state.located(payload as Partial<PresenceResumed> | undefined);
    this.#listener.messageReceived(type, payload);
  }

  /** Another connection brings a whole state. */
  undecodable(): void {
    this.#state.broken();
    this.#room.connection.close();
    this.left(1006);
  }

  /** The SDK clears a state when its room is over: from then on it has one that cannot be cleared. */
  socketClosed(): void {
    const { stateDecoder } = this.#room;
    if (stateDecoder === undefined) return;
    this.#state.closed(stateDecoder);
    this.#room.stateDecoder = unclearable(stateDecoder);
  }

  left(code: number): void {
    if (this.#isOver) return;
    this.#end();
    this.#listener.closed(code);
  }

  #end(): void {
    this.#isOver = true;
    for (const lost of this.#unanswered) lost.reject(lostError());
  }
}

const lostError = () => new Error("The connection was lost before the answer came.");
