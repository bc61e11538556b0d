// A participant's phone in a test: joins, loses its network, comes back, is loaded again. A real client of the protocol, as our
// own is (it asks for what it missed, and acknowledges what it was told), that does nothing by itself but answer.
import type { ToJSON } from "@colyseus/schema";
import type { VirtualClock } from "../virtual-clock.ts";
import type { EventSchema, ParticipantOf, plainEvent, StateOf } from "../../schema/event-state.ts";
import {
  acknowledgementOf,
  nothingKept,
  type OutboxAck,
  outboxAckType,
  type PresenceResumed,
  presenceResumedType,
  presenceResumeType,
  type Told,
  toldAckType,
  toldType,
} from "../../protocol/session.ts";
import { closeCode } from "../../protocol/close-codes.ts";
import { type Frame, leaveFrame, messageFrame } from "./frames.ts";
import { Inbox } from "./inbox.ts";
import { Outgoing } from "./outgoing.ts";
import { ConnectionLost, JoinRefused } from "./refused.ts";
import type { ReceivedMessage, Seen } from "./seen.ts";
import { StateView } from "./state-view.ts";
import {
  type ConnectionOwner,
  type Network,
  reserve,
  type Reservation,
  WireConnection,
} from "./wire-connection.ts";

/** A room answers one connection once a second; our client waits so long before it asks once more (client/presence/catch-up). */
const askAgainMs = 1100;

/** Lets what is under way end, and everyone be sent what they are to know. Implemented by testing/server/test-server. */
export interface Settling {
  /**
   * Resolves as `done` does, once nothing is under way any more. Lets no more time pass than `done` needs.
   * @param mayWait while it is false, `done` needs something that no time brings: it is awaited and nothing else is done
   */
  until<Value>(done: Promise<Value>, mayWait?: () => boolean): Promise<Value>;
  settle(): Promise<void>;
}

/** Where a phone is: its server, its clock. */
export interface Surroundings extends Network, Settling {
  readonly clock: VirtualClock;
}

/** Who somebody is, as a join says it. */
export interface PhoneIdentity {
  /** The name of the event's type. */
  readonly type: string;
  /** What a join contains. */
  readonly options: Readonly<Record<string, unknown>>;
  /** A bearer token of an identity provider. */
  readonly token: string | undefined;
}

/** `stock` is as an unmodified Colyseus client: it asks for nothing that it missed, and acknowledges nothing. */
export type PhoneClient = "holdfast" | "stock";

/**
 * - `connected`: it has the room's state, and the room knows that it is there
 * - `away`: it has no connection; its seat may be kept
 * - `over`: it has left, or was told not to come back
 */
export type PhoneStatus = "connected" | "away" | "over";

const finalCodes: ReadonlySet<number> = new Set([
  closeCode.consented,
  closeCode.kicked,
  closeCode.replaced,
  closeCode.eventClosed,
]);

/** A room's state as plain data. */
export type PlainState<S extends EventSchema> = ToJSON<
  StateOf<EventSchema extends S ? typeof plainEvent : S>
>;
/** A participant in it. */
export type PlainParticipant<S extends EventSchema> = ToJSON<
  ParticipantOf<EventSchema extends S ? typeof plainEvent : S>
>;

/** A phone in a test. Everything that it does resolves when nothing is under way any more. */
export class Phone<S extends EventSchema = EventSchema> implements ConnectionOwner {
  /** The id of its device, by which others see it; a host or an observer has a name only. */
  readonly name: string;
  readonly #around: Surroundings;
  readonly #identity: PhoneIdentity;
  readonly #client: PhoneClient;
  readonly #inbox = new Inbox();
  readonly #outgoing: Outgoing;
  #state = new StateView();
  #connection: WireConnection | undefined;
  /** Its session, and the token by which that returns. */
  #last: Reservation | undefined;
  #token: string | undefined;
  #closedWith: number | undefined;
  /** The connection that is being made. */
  #arriving: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #hasState = false;
  #isCaughtUp = false;

  /** Made by `event.join`. */
  constructor(name: string, around: Surroundings, identity: PhoneIdentity, client: PhoneClient) {
    this.name = name;
    this.#around = around;
    this.#identity = identity;
    this.#client = client;
    this.#outgoing = new Outgoing(`outbox of ${name}`);
  }

  // --- what it knows ---

  get status(): PhoneStatus {
    if (this.#connection !== undefined && this.#arriving === undefined) return "connected";
    return this.#closedWith !== undefined && finalCodes.has(this.#closedWith) ? "over" : "away";
  }

  /** The code with which its last connection was closed (docs/contract.md); undefined before that, 1006 without a goodbye. */
  get closedWith(): number | undefined {
    return this.#closedWith;
  }

  /**
   * What it was sent since it joined, or since `forget()`, in order and once each.
   * @param type only of this type
   * @example assert.deepEqual(ann.saw(), [{ type: "participant_joined", device_id: "bob" }]);
   */
  saw(type?: Seen["type"]): Seen[] {
    return this.#inbox.seen.filter((each) => type === undefined || each.type === type);
  }

  /** The same as it came, with everything that is in it. */
  get received(): readonly ReceivedMessage[] {
    return this.#inbox.received;
  }

  /** Forgets what it saw. */
  forget(): void {
    this.#inbox.forget();
  }

  /**
   * The room's state as it was last sent it, as plain data.
   * @throws Error before the first
   */
  get state(): PlainState<S> {
    if (!this.#state.isThere) throw new Error(`${this.name} has not been sent a state yet`);
    return this.#state.plain as PlainState<S>;
  }

  /** The participants of that state, by their device ids. */
  get roster(): Readonly<Record<string, PlainParticipant<S>>> {
    const { participants } = this.state as { participants?: Record<string, PlainParticipant<S>> };
    return participants ?? {};
  }

  // --- coming and going ---

  /** Takes its seat, as `event.join` does. @throws JoinRefused */
  async join(): Promise<this> {
    await this.#around.until(this.#join());
    return this;
  }

  /** The network resets its connection: nobody says goodbye, and the room finds out at once. */
  drop(): Promise<void> {
    this.#connection?.cut();
    return this.#around.settle();
  }

  /** Its network is a hole: nothing gets through any more, and the room has to find out by itself. */
  vanish(): Promise<void> {
    this.#connection?.strand();
    return this.#around.settle();
  }

  /**
   * Comes back as a page does that has lost its connection: by its reconnection token, and where that is refused by joining
   * again.
   * @throws JoinRefused
   */
  async return(): Promise<void> {
    if (this.#connection !== undefined) throw new Error(`${this.name} cannot return: it is not away`);
    await this.#around.until(this.#return());
  }

  /** Its page is loaded again: what only the page had is gone, and it joins with what the device has stored. @throws JoinRefused */
  async reload(): Promise<void> {
    this.#connection?.goAway();
    this.#leavePage();
    this.#state = new StateView();
    await this.#around.until(this.#join());
  }

  /**
   * Joins from a second page of the same device, which takes the seat over; this one is closed with 4501.
   * @returns the second page
   */
  async takeOver(): Promise<Phone<S>> {
    const page = new Phone<S>(this.name, this.#around, this.#identity, this.#client);
    this.#outgoing.handOver(page.#outgoing);
    return page.join();
  }

  /** Leaves for good. */
  async leave(): Promise<void> {
    this.#connection?.send(leaveFrame);
    await this.#around.settle();
  }

  // --- what it sends ---

  /** `room.send(type, payload)`: lost when the connection is. */
  async send(type: string, payload?: unknown): Promise<void> {
    this.#connected("send").send(messageFrame(type, payload));
    await this.#around.settle();
  }

  /** `room.request(type, payload)`. @throws MessageRefused; ConnectionLost */
  async request(type: string, payload?: unknown): Promise<unknown> {
    return this.#around.until(this.#outgoing.request(this.#connected("request"), type, payload));
  }

  /**
   * `session.publish(type, payload)`: takes effect once, over drops, reloads and restarts. Resolves when the room has stored
   * it; while the phone is away it waits for its return.
   * @throws MessageRefused when the room has refused it
   */
  publish(type: string, payload?: unknown): Promise<void> {
    const wire = this.status === "connected" ? this.#connection : undefined;
    const done = this.#outgoing.publish(wire, type, payload) as Promise<void>;
    return wire === undefined ? done : this.#around.until(done, () => this.status === "connected");
  }

  // --- a connection ---

  async #join(): Promise<void> {
    this.#token = undefined;
    const { options, type, token } = this.#identity;
    await this.#enter(await reserve(this.#around, `joinOrCreate/${type}`, options, token), undefined);
  }

  async #return(): Promise<void> {
    const reservation = this.#last;
    if (this.#token === undefined || reservation === undefined) return this.#join();
    try {
      await this.#enter(reservation, this.#token);
    } catch (error) {
      if (!(error instanceof JoinRefused || error instanceof ConnectionLost)) throw error;
      await this.#join();
    }
  }

  #enter(reservation: Reservation, token: string | undefined): Promise<void> {
    this.#last = reservation;
    this.#hasState = this.#isCaughtUp = false;
    return new Promise((resolve, reject) => {
      this.#arriving = { resolve, reject };
      this.#connection = new WireConnection(this.#around, reservation, token, this);
    });
  }

  /** @internal */
  frameCame(connection: WireConnection, frame: Frame): void {
    if (connection !== this.#connection) return;
    switch (frame.kind) {
      case "joined":
        return this.#joined(connection, frame.token, frame.handshake);
      case "state":
        this.#state.whole(frame.bytes);
        this.#hasState = true;
        return this.#arrived();
      case "patch":
        return this.#state.patch(frame.bytes);
      case "message":
        return this.#messageCame(connection, frame.type, frame.payload);
      case "answer":
        return this.#outgoing.answer(frame.no, frame.status, frame.payload);
      default:
        return undefined;
    }
  }

  #joined(connection: WireConnection, token: string, handshake: Uint8Array): void {
    this.#token = token;
    this.#state.begin(handshake);
    if (this.#client === "stock") {
      this.#isCaughtUp = true;
      return connection.acknowledge();
    }
    connection.acknowledge(acknowledgementOf(nothingKept));
    this.#inbox.asks();
    return connection.send(messageFrame(presenceResumeType, this.#inbox.position));
  }

  #messageCame(connection: WireConnection, type: string, payload: unknown): void {
    const at = this.#around.clock.now();
    if (type === outboxAckType) this.#outgoing.acknowledged(payload as OutboxAck);
    if (this.#client === "stock") this.#inbox.keep(type, payload, at);
    else if (type === presenceResumedType) {
      const resumed = payload as PresenceResumed;
      this.#inbox.resumed(resumed, at);
      if (resumed.outbox !== null) this.#outgoing.acknowledged(resumed.outbox);
      else if (this.#identity.options.role !== "observer") this.#askAgain(connection);
      this.#outgoing.resume(connection);
      this.#isCaughtUp = true;
      this.#arrived();
    } else if (type === toldType) {
      const through = this.#inbox.told(payload as Told, at);
      if (through !== undefined) connection.send(messageFrame(toldAckType, { through }));
    } else if (type !== outboxAckType && type !== "heartbeat_ack") this.#inbox.take(type, payload, at);
  }

  /** The room did not know yet that its seat is connected again, nor therefore that it acknowledges what it is told. */
  #askAgain(connection: WireConnection): void {
    this.#around.clock.after(askAgainMs, () => {
      if (connection === this.#connection)
        connection.send(messageFrame(presenceResumeType, this.#inbox.position));
    });
  }

  #arrived(): void {
    if (!this.#hasState || !this.#isCaughtUp) return;
    const arriving = this.#arriving;
    this.#arriving = undefined;
    this.#closedWith = undefined;
    arriving?.resolve();
  }

  /** @internal */
  closed(connection: WireConnection, code: number): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    this.#closedWith = code;
    this.#outgoing.lost();
    if (finalCodes.has(code)) this.#outgoing.ended();
    const arriving = this.#arriving;
    this.#arriving = undefined;
    arriving?.reject(connection.refusal ?? new ConnectionLost(`${this.name} (closed with ${code})`));
  }

  /** What only a page has is gone. */
  #leavePage(): void {
    this.#connection = undefined;
    this.#token = undefined;
    this.#outgoing.lost();
  }

  #connected(what: string): WireConnection {
    if (this.#connection === undefined)
      throw new Error(`${this.name} cannot ${what}: it is away; return() first`);
    return this.#connection;
  }
}
