// One connection, made by the stock SDK: always a fresh Room of it, whose own reconnection is off. Says what came in
// and how it ended, once. Never retries and never writes to the console.
import { Room, SchemaSerializer } from "@colyseus/sdk";
import { roomName } from "../../protocol/messages.ts";
import {
  acknowledgementOf,
  joinRoomByte,
  type KeptState,
  type PresenceResumed,
  presenceResumedType,
} from "../../protocol/session.ts";
import { deferred } from "../session/deferred.ts";
import type { Environment } from "../platform/environment.ts";
import { Matchmaking, type Reservation } from "./matchmaking.ts";
import { type Failure, failureOfClose } from "./route.ts";

/** What a session returns with. */
export type Ticket = Reservation & { readonly reconnectionToken: string };

export type Target =
  | { readonly path: "socket" | "token"; readonly ticket: Ticket }
  | { readonly path: "join"; readonly options: Readonly<Record<string, unknown>> };

export interface LinkEvents {
  /** Bytes came in, whatever they are. */
  heard(): void;
  /** The state is there, or has changed. */
  state(state: unknown): void;
  message(type: string, payload: unknown): void;
  /** The connection is over; not called after `drop`. */
  closed(code: number): void;
}

export interface Link {
  /** False when it cannot be sent now. @throws what cannot be encoded. */
  send(type: string, payload?: unknown): boolean;
  request(type: string, payload?: unknown): Promise<unknown>;
  /** Tells the room that the seat is given up; resolves when it is closed. */
  leave(): Promise<void>;
  /** Closes without a goodbye, and says nothing more. */
  drop(): void;
}

export type Dialed = { readonly type: "joined"; readonly link: Link; readonly ticket: Ticket } | Failure;

export interface Dialing {
  /** Never rejects; may never settle after `abort`. */
  readonly result: Promise<Dialed>;
  abort(): void;
}

/** Makes one connection; the caller limits its time. */
export type Dial = (target: Target, events: LinkEvents) => Dialing;

/** Dials a server. @throws TypeError when the url is not http(s):// or ws(s)://. */
export function dialer(url: string, environment: Environment): Dial {
  const matchmaking = new Matchmaking(url, environment);
  let last: LinkDialing | undefined;
  return (target, events) => {
    // A join brings the state's schema, which may be another one after a deploy: it begins from nothing.
    const kept = target.path === "join" ? undefined : last?.kept();
    last = new LinkDialing(matchmaking, target, events, kept);
    return last;
  };
}

/** A state that is as it was when a connection died, and which one that is. */
interface Kept extends KeptState {
  readonly serializer: SchemaSerializer;
}

class LinkDialing implements Dialing {
  readonly result: Promise<Dialed>;
  readonly #matchmaking: Matchmaking;
  readonly #events: LinkEvents;
  readonly #kept: Kept | undefined;
  readonly #stop = new AbortController();
  #room: LinkRoom | undefined;

  constructor(matchmaking: Matchmaking, target: Target, events: LinkEvents, kept: Kept | undefined) {
    this.#matchmaking = matchmaking;
    this.#events = events;
    this.#kept = kept;
    this.result = this.#dial(target).catch(() => ({ type: "unreachable" }));
  }

  /** What the next connection may go on from. */
  kept(): Kept | undefined {
    return this.#room === undefined ? this.#kept : this.#room.kept();
  }

  abort(): void {
    this.#stop.abort();
    this.#room?.drop();
  }

  async #dial(target: Target): Promise<Dialed> {
    const reservation = await this.#reserve(target);
    if ("type" in reservation) return reservation;
    if (this.#stop.signal.aborted) return { type: "unreachable" };
    const room = new LinkRoom(this.#events, this.#kept);
    this.#room = room;
    return room.enter(this.#matchmaking.addressOf(reservation), reservation);
  }

  async #reserve(target: Target): Promise<Reservation | Failure> {
    const { signal } = this.#stop;
    if (target.path === "join") return this.#matchmaking.join(target.options, signal);
    const { ticket } = target;
    if (target.path === "socket") return ticket;
    return this.#matchmaking.reconnect(ticket.roomId, ticket.reconnectionToken, signal);
  }
}

/** Colyseus's bytes for them (shared-types Protocol.ROOM_STATE, ROOM_STATE_PATCH). */
const [fullState, patchOfState] = [14, 15];

type Closing = { readonly code?: number };

class LinkRoom extends Room {
  readonly link: Link;
  /** The code of a close before the room had let us in. */
  closedWith: number | undefined;
  readonly #events: LinkEvents;
  readonly #unanswered = new Set<() => void>();
  #isOver = false;
  /** The state from before this connection, until the room has sent its first. */
  #before: Kept | undefined;
  /** Which state this is; unknown until the room has said so. */
  #at: KeptState | undefined;
  #spared: Kept | undefined;
  #isBroken = false;

  constructor(events: LinkEvents, before: Kept | undefined) {
    super(roomName);
    this.#events = events;
    this.#before = before;
    if (before !== undefined) Object.assign(this, { serializer: before.serializer });
    this.reconnection.enabled = false;
    this.onMessageHandlers.events = Object.create(null) as Record<string, never>; // a type may be called "constructor"
    this.onMessage("*", (type, payload: unknown) => {
      if (type === presenceResumedType) this.#locate(payload as Partial<PresenceResumed> | undefined);
      events.message(String(type), payload);
    });
    this.onStateChange((state: unknown) => events.state(state));
    this.onError(() => {});
    this.onLeave((code) => this.#over(code));
    this.link = {
      send: (type, payload) => {
        if (this.#isOver || !this.connection.isOpen) return false;
        this.send(type, payload);
        return true;
      },
      request: (type, payload) => this.#ask(type, payload),
      leave: async () => {
        if (this.#isOver || !this.connection.isOpen) return;
        await this.leave(true);
      },
      drop: () => this.drop(),
    };
  }

  /** Connects the socket of a reserved seat. Resolves when the room has let us in, or with why not. */
  async enter(address: string, reservation: Reservation): Promise<Dialed> {
    this.roomId = reservation.roomId;
    this.sessionId = reservation.sessionId;
    const failure = await new Promise<Failure | undefined>((resolve) => {
      this.onError.once((code, sentence = "") => {
        const isRefusal = this.closedWith === undefined && code >= 400 && code < 600;
        if (isRefusal) resolve({ type: "refused", code, sentence });
        else resolve(failureOfClose(this.closedWith ?? 1006, sentence));
      });
      this.onJoin.once(() => resolve(undefined));
      this.connect(address, {}, {});
    });
    if (failure !== undefined) return failure;
    const reconnectionToken = this.reconnectionToken.slice(this.roomId.length + 1);
    return { type: "joined", link: this.link, ticket: { ...reservation, reconnectionToken } };
  }

  override connect(endpoint: string, options?: unknown, headers?: unknown): void {
    super.connect(endpoint, options, headers);
    const { events } = this.connection;
    const { onclose } = events;
    const closed = (event: Closing) => {
      this.#spare();
      if (this.joinedAtTime > 0) return onclose?.(event);
      this.closedWith = event.code ?? 1006; // the SDK would write to the console
      this.onError.invoke(this.closedWith);
    };
    Object.assign(events, { onclose: closed, onerror: () => {} }); // after an error a close follows, and says more
    const send = this.connection.send.bind(this.connection);
    const acknowledging = (data: Uint8Array) => {
      const isAcknowledgement = data.length === 1 && data[0] === joinRoomByte;
      send(isAcknowledgement && this.#before !== undefined ? acknowledgementOf(this.#before) : data);
    };
    Object.assign(this.connection, { send: acknowledging });
  }

  /** The state as it is, if it is known which that is. */
  kept(): Kept | undefined {
    if (this.#isBroken) return undefined;
    if (this.#spared !== undefined) return this.#spared;
    if (this.#before !== undefined) return this.#before;
    const { serializer } = this as { serializer?: unknown };
    if (this.#at === undefined || !(serializer instanceof SchemaSerializer)) return undefined;
    return { ...this.#at, serializer };
  }

  /** The SDK clears a state when its room is over: from then on it has one that cannot be cleared. */
  #spare(): void {
    const { serializer } = this as { serializer?: unknown };
    if (!(serializer instanceof SchemaSerializer)) return;
    this.#spared = this.kept();
    Object.assign(this, { serializer: Object.assign(Object.create(serializer), { teardown: () => {} }) });
  }

  /** The room says which state it has sent so far. */
  #locate({ epoch, patch }: Partial<PresenceResumed> = {}): void {
    this.#at = typeof epoch === "number" && typeof patch === "number" ? { epoch, patch } : undefined;
  }

  /** The kind of a frame of the state's decides what it is decoded onto, and which state that makes. */
  #stateComes(kind: number | undefined): void {
    if (kind === fullState && this.#before !== undefined) this.#beginAnew();
    if (kind === fullState || kind === patchOfState) this.#before = undefined;
    if (kind === patchOfState && this.#at !== undefined)
      this.#at = { epoch: this.#at.epoch, patch: this.#at.patch + 1 };
  }

  /** Another room's state, or too much was missed: nothing of the old one may be left. */
  #beginAnew(): void {
    const old = this.#before?.serializer;
    if (old === undefined) return;
    const serializer = new SchemaSerializer();
    const [State, Decoder] = [old.state, old.decoder].map(({ constructor }) => constructor) as [
      new () => SchemaSerializer["state"],
      new (state: SchemaSerializer["state"]) => SchemaSerializer["decoder"],
    ];
    serializer.state = new State();
    serializer.decoder = new Decoder(serializer.state);
    Object.assign(this, { serializer });
  }

  drop(): void {
    this.#isOver = true;
    this.#forsake();
    this.connection?.close();
  }

  protected override onMessageCallback(event: MessageEvent): void {
    if (this.#isOver) return;
    this.#events.heard();
    try {
      this.#stateComes(new Uint8Array(event.data as ArrayBuffer)[0]);
      super.onMessageCallback(event);
    } catch {
      this.#isBroken = true;
      // What cannot be decoded leaves a state that cannot be trusted: another connection brings a whole one.
      this.connection.close();
      this.#over(1006);
    }
  }

  #over(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#forsake();
    this.#events.closed(code);
  }

  /** The SDK waits for the socket's close, which a dead path never brings. */
  async #ask(type: string, payload: unknown): Promise<unknown> {
    const lost = deferred<never>();
    const forsake = () => lost.reject(new Error("The connection was lost before the answer came."));
    if (this.#isOver) forsake();
    this.#unanswered.add(forsake);
    try {
      return await Promise.race([this.request(type, payload), lost.promise]);
    } finally {
      this.#unanswered.delete(forsake);
    }
  }

  #forsake(): void {
    for (const forsake of this.#unanswered) forsake();
  }
}
