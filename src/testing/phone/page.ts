// One page of a phone: its connection, and what comes over it. A real client of the protocol, as our own is (it asks for what it
// missed, and acknowledges what it was told), that does nothing by itself but answer.
import type { VirtualClock } from "../virtual-clock.ts";
import {
  acknowledgementOf,
  eventDetailsType,
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
import { closeCode } from "../../protocol/close-code.ts";
import type { EventDetails, HostEventDetails } from "../../protocol/event-details.ts";
import { type Frame, messageFrame } from "./frames.ts";
import { Inbox } from "./inbox.ts";
import { Outgoing } from "./outgoing.ts";
import { ConnectionLost, JoinRefused } from "./refused.ts";
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

/** What a host has said of the event; the last two are there for hosts alone. */
export type PhoneDetails = EventDetails & Partial<HostEventDetails>;

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

/** One page of a phone: comes and goes, takes what it is sent, and answers as a client does. */
export class Page implements ConnectionOwner {
  /** What it was sent. */
  readonly inbox = new Inbox();
  /** What it sends, and waits to be answered. */
  readonly outgoing: Outgoing;
  /** The room's state as it was last sent it. */
  state = new StateView();
  readonly #name: string;
  readonly #around: Surroundings;
  readonly #identity: PhoneIdentity;
  readonly #client: PhoneClient;
  #connection: WireConnection | undefined;
  /** Its session, and the token by which that returns. */
  #last: Reservation | undefined;
  #token: string | undefined;
  #closedWith: number | undefined;
  /** The connection that is being made. */
  #arriving: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #hasState = false;
  #isCaughtUp = false;
  /** As it was last told. */
  details: PhoneDetails | undefined;

  constructor(name: string, around: Surroundings, identity: PhoneIdentity, client: PhoneClient) {
    this.#name = name;
    this.#around = around;
    this.#identity = identity;
    this.#client = client;
    this.outgoing = new Outgoing(`outbox of ${name}`);
  }

  get status(): PhoneStatus {
    if (this.#connection !== undefined && this.#arriving === undefined) return "connected";
    return this.#closedWith !== undefined && finalCodes.has(this.#closedWith) ? "over" : "away";
  }

  get closedWith(): number | undefined {
    return this.#closedWith;
  }

  /** Its connection, also one that is being made; undefined while it has none. */
  get connection(): WireConnection | undefined {
    return this.#connection;
  }

  /** Its connection. @throws Error while it has none */
  connected(what: string): WireConnection {
    if (this.#connection === undefined)
      throw new Error(`${this.#name} cannot ${what}: it is away; return() first`);
    return this.#connection;
  }

  /** Takes its seat. @throws JoinRefused */
  async join(): Promise<void> {
    this.#token = undefined;
    const { options, type, token } = this.#identity;
    await this.#enter(await reserve(this.#around, `joinOrCreate/${type}`, options, token), undefined);
  }

  /** By its reconnection token, and where that is refused by joining again. @throws JoinRefused */
  async return(): Promise<void> {
    const reservation = this.#last;
    if (this.#token === undefined || reservation === undefined) return this.join();
    try {
      await this.#enter(reservation, this.#token);
    } catch (error) {
      if (!(error instanceof JoinRefused || error instanceof ConnectionLost)) throw error;
      await this.join();
    }
  }

  /**
   * Takes the seat over from an older page of the device, with the outbox, which is the device's.
   * @param by how it comes in: by a join, or by the older page's reconnection token, as a tab that was duplicated may
   * @throws JoinRefused
   */
  takeOver(older: Page, by: "join" | "token"): Promise<void> {
    older.outgoing.handOver(this.outgoing);
    if (by === "join" || older.#last === undefined) return this.join();
    return this.#enter(older.#last, older.#token);
  }

  #enter(reservation: Reservation, token: string | undefined): Promise<void> {
    this.#last = reservation;
    this.#hasState = this.#isCaughtUp = false;
    return new Promise((resolve, reject) => {
      this.#arriving = { resolve, reject };
      this.#connection = new WireConnection(this.#around, reservation, token, this);
    });
  }

  frameCame(connection: WireConnection, frame: Frame): void {
    if (connection !== this.#connection) return;
    switch (frame.kind) {
      case "joined":
        return this.#joined(connection, frame.token, frame.handshake);
      case "state":
        this.state.whole(frame.bytes);
        this.#hasState = true;
        return this.#arrived();
      case "patch":
        return this.state.patch(frame.bytes);
      case "message":
        return this.#messageCame(connection, frame.type, frame.payload);
      case "answer":
        return this.outgoing.answer(frame.no, frame.status, frame.payload);
      default:
        return undefined;
    }
  }

  #joined(connection: WireConnection, token: string, handshake: Uint8Array): void {
    this.#token = token;
    this.state.begin(handshake);
    if (this.#client === "stock") {
      this.#isCaughtUp = true;
      return connection.acknowledge();
    }
    connection.acknowledge(acknowledgementOf(nothingKept));
    this.inbox.asks();
    return connection.send(messageFrame(presenceResumeType, this.inbox.position));
  }

  #messageCame(connection: WireConnection, type: string, payload: unknown): void {
    const at = this.#around.clock.now();
    if (type === outboxAckType) this.outgoing.acknowledged(payload as OutboxAck);
    if (this.#client === "stock") this.inbox.keep(type, payload, at);
    else if (type === eventDetailsType) this.details = payload as PhoneDetails;
    else if (type === presenceResumedType) {
      const resumed = payload as PresenceResumed;
      this.inbox.resumed(resumed, at);
      if (resumed.outbox !== null) this.outgoing.acknowledged(resumed.outbox);
      else if (this.#identity.options.role !== "observer") this.#askAgain(connection);
      this.outgoing.resume(connection);
      this.#isCaughtUp = true;
      this.#arrived();
    } else if (type === toldType) {
      const through = this.inbox.told(payload as Told, at);
      if (through !== undefined) connection.send(messageFrame(toldAckType, { through }));
    } else if (type !== outboxAckType && type !== "heartbeat_ack") this.inbox.take(type, payload, at);
  }

  /** The room did not know yet that its seat is connected again, nor therefore that it acknowledges what it is told. */
  #askAgain(connection: WireConnection): void {
    this.#around.clock.after(askAgainMs, () => {
      if (connection === this.#connection)
        connection.send(messageFrame(presenceResumeType, this.inbox.position));
    });
  }

  #arrived(): void {
    if (!this.#hasState || !this.#isCaughtUp) return;
    const arriving = this.#arriving;
    this.#arriving = undefined;
    this.#closedWith = undefined;
    arriving?.resolve();
  }

  closed(connection: WireConnection, code: number): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    this.#closedWith = code;
    this.outgoing.lost();
    if (finalCodes.has(code)) this.outgoing.ended();
    const arriving = this.#arriving;
    this.#arriving = undefined;
    arriving?.reject(connection.refusal ?? new ConnectionLost(`${this.#name} (closed with ${code})`));
  }

  /** It is loaded again: what only a page has is gone. */
  reload(): Promise<void> {
    this.#connection?.goAway();
    this.#connection = undefined;
    this.#token = undefined;
    this.outgoing.lost();
    this.state = new StateView();
    return this.join();
  }
}
