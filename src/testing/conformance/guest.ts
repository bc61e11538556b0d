// A participant of a check: one device over any number of connections, and everything that it was sent, as it came. Comes
// back only when it is told to; speaks as a stock client, or as ours (`asOurs`), which asks what it missed.
import { messageFrame, type Frame, leaveFrame } from "../phone/frames.ts";
import { type ConnectionOwner, reserve, type Reservation, WireConnection } from "../phone/wire-connection.ts";
import { StateView } from "../phone/state-view.ts";
import {
  acknowledgementOf,
  nothingKept,
  outboxAckType,
  type OutboxAck,
  outboxPublishType,
  type PresenceResumed,
  presenceResumedType,
  presenceResumeType,
  type Told,
  toldAckType,
  toldType,
} from "../../protocol/session.ts";
import { Broken } from "./verdict.ts";
import type { Venue } from "./venue.ts";

/** One message as it came. */
export interface Heard {
  readonly type: string;
  readonly payload: Record<string, unknown>;
  /** What the state showed at that moment of the participant whom it is about; undefined for nobody. */
  readonly shows: Record<string, unknown> | undefined;
}

export interface PlainState {
  readonly event_id: string;
  readonly grace_period_ms: number;
  readonly participants: Record<string, Record<string, unknown>>;
}

export class Guest implements ConnectionOwner {
  readonly deviceId: string;
  readonly heard: Heard[] = [];
  /** The codes with which its connections were closed, in their order. */
  readonly closes: number[] = [];
  /** Everything that it was sent after JOIN_ROOM, as text. */
  readonly bytes: string[] = [];
  readonly told: Told[] = [];
  /** The answers to what it had missed. */
  readonly resumed: PresenceResumed[] = [];
  readonly acks: OutboxAck[] = [];
  readonly #venue: Venue;
  readonly #room: string;
  readonly #options: object;
  readonly #view = new StateView();
  #connection: WireConnection | undefined;
  #reservation: Reservation | undefined;
  #token: string | undefined;
  #asOurs = false;
  #seatedAt = 0;
  #through = 0;
  #givesReceipts = true;
  #position: { epoch?: number; seq?: number } = {};

  constructor(venue: Venue, room: string, deviceId: string, options: object) {
    this.#venue = venue;
    this.#room = room;
    this.deviceId = deviceId;
    this.#options = options;
  }

  /** What proves that a returning session is the same. */
  get reconnectionToken(): string {
    return this.#token ?? "";
  }

  get isConnected(): boolean {
    return this.#connection !== undefined && this.#view.isThere;
  }

  /** The state as it has it; undefined before the first. */
  get state(): PlainState | undefined {
    return this.#view.plain as PlainState | undefined;
  }

  sees(deviceId: string): Record<string, unknown> | undefined {
    const participants = this.state?.participants;
    return participants !== undefined && Object.hasOwn(participants, deviceId)
      ? participants[deviceId]
      : undefined;
  }

  /** The announcements about a participant so far, in their order; with the reason where there is one. */
  story(deviceId: string): string[] {
    const about = this.heard.filter(
      ({ type, payload }) => type.startsWith("participant_") && payload.device_id === deviceId,
    );
    return about.map(({ type, payload }) => {
      const word = type.slice("participant_".length);
      return typeof payload.reason === "string" ? `${word} (${payload.reason})` : word;
    });
  }

  /**
   * Joins as a new session: the first time, or as a page that was loaded again.
   * @throws JoinRefused
   */
  async join(more: object = {}): Promise<void> {
    const { network } = this.#venue;
    const path = `joinOrCreate/${encodeURIComponent(this.#room)}`;
    const reservation = await reserve(network, path, { ...this.#options, ...more }, undefined);
    await this.#enter(reservation, undefined);
  }

  /** Speaks as our client from its next connection on: asks what it missed, and acknowledges what it is told. */
  asOurs(): this {
    this.#asOurs = true;
    return this;
  }

  /** Takes what it is told as a page does that dies before it has handled it. */
  withholdReceipts(): void {
    this.#givesReceipts = false;
  }

  /** Says of everything that it was told that it is handled, and of what comes then. */
  giveReceipts(): void {
    this.#givesReceipts = true;
    this.#acknowledge();
  }

  /** Comes back by the token of its session. */
  async reconnect(): Promise<void> {
    await this.#enter(this.#reservation as Reservation, this.#token);
  }

  /** The connection is cut, without a goodbye. */
  drop(): void {
    this.#connection?.cut();
  }

  /** Gives its seat up. */
  leave(): void {
    this.#connection?.send(leaveFrame);
  }

  send(type: string, payload?: unknown): void {
    this.#connection?.send(messageFrame(type, payload));
  }

  /** @param first the number of this message in the outbox of this device */
  publish(first: number, type: string, payload?: unknown): void {
    const stream = `outbox of ${this.deviceId}`.slice(0, 64);
    const message = payload === undefined ? { type } : { type, payload };
    this.send(outboxPublishType, { stream, first, messages: [message] });
  }

  /** How far the room has taken its outbox. */
  get lastPublished(): number {
    return Math.max(0, ...this.acks.map(({ last }) => last));
  }

  async #enter(reservation: Reservation, token: string | undefined): Promise<void> {
    const connection = new WireConnection(this.#venue.network, reservation, token, this);
    this.#reservation = reservation;
    this.#connection = connection;
    this.#view.forget();
    for (let waitedMs = 0; !this.#view.isThere; waitedMs += 10) {
      if (connection.refusal !== undefined) throw connection.refusal;
      if (this.#connection !== connection)
        throw new Broken(`${this.deviceId}: closed with ${this.closes.at(-1)}`);
      if (waitedMs > 5000) throw new Broken(`${this.deviceId} gets no first state`);
      await this.#venue.advance(10);
    }
  }

  // --- ConnectionOwner ---

  frameCame(connection: WireConnection, frame: Frame): void {
    if (connection !== this.#connection) return;
    if (frame.kind === "joined") {
      this.#token = frame.token;
      this.#view.begin(frame.handshake);
      connection.acknowledge(this.#asOurs ? acknowledgementOf(nothingKept) : undefined);
    } else if (frame.kind === "state" || frame.kind === "patch") {
      this.bytes.push(Buffer.from(frame.bytes).toString("latin1"));
      if (frame.kind === "patch") this.#view.patch(frame.bytes);
      else {
        this.#view.whole(frame.bytes);
        if (this.#asOurs) this.#askWhatItMissed();
      }
    } else if (frame.kind === "message") this.#received(frame.type, frame.payload);
  }

  closed(connection: WireConnection, code: number): void {
    this.closes.push(code);
    if (connection === this.#connection) this.#connection = undefined;
  }

  #askWhatItMissed(): void {
    const told = { joined_at: this.#seatedAt, through: this.#through };
    this.send(presenceResumeType, { ...this.#position, told });
  }

  #received(type: string, given: unknown): void {
    this.bytes.push(JSON.stringify(given) ?? "");
    const payload = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>;
    if (type === presenceResumedType) this.#caughtUp(payload as unknown as PresenceResumed);
    else if (type === outboxAckType) this.acks.push(payload as unknown as OutboxAck);
    else if (type === toldType && typeof payload.no === "number") this.#wasTold(payload as unknown as Told);
    const about = payload.device_id;
    const shows = typeof about === "string" ? this.sees(about) : undefined;
    this.heard.push({ type, payload, shows: shows === undefined ? undefined : { ...shows } });
    this.#note(payload);
  }

  #caughtUp(resumed: PresenceResumed): void {
    this.resumed.push(resumed);
    if (resumed.outbox !== null) this.acks.push(resumed.outbox);
    this.#position = { epoch: resumed.epoch, seq: resumed.seq };
  }

  #wasTold(told: Told): void {
    this.told.push(told);
    this.#seatedAt = told.joined_at;
    if (this.#asOurs && this.#givesReceipts) this.#acknowledge();
  }

  #acknowledge(): void {
    this.#through = Math.max(0, ...this.told.map(({ no }) => no));
    this.send(toldAckType, { through: this.#through });
  }

  #note({ epoch, seq }: { epoch?: unknown; seq?: unknown }): void {
    if (typeof epoch === "number" && typeof seq === "number") this.#position = { epoch, seq };
  }
}
