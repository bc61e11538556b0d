// One connection, made by the stock SDK: always a fresh Room of it, whose own reconnection is off. Says what came in
// and how it ended, once. Never retries and never writes to the console.
import { ColyseusSDK, type SeatReservation, Room } from "@colyseus/sdk";
import { roomName } from "../protocol/messages.ts";
import type { Environment } from "./environment.ts";
import { type Failure, failureOfClose } from "./route.ts";

/** What a session returns with. */
export type Ticket = Readonly<SeatReservation> & { readonly reconnectionToken: string };

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
  if (!/^(?:http|ws)s?:$/.test(new URL(url).protocol))
    throw new TypeError(`A server's address begins with http(s):// or ws(s)://, not ${url}`);
  return (target, events) => {
    const client = new LinkClient(url, environment, events);
    return {
      result: client.dial(target).catch((error: unknown) => client.failureOf(error)),
      abort: () => client.abort(),
    };
  };
}

class LinkClient extends ColyseusSDK {
  readonly #events: LinkEvents;
  readonly #request: AbortController;
  #room: LinkRoom | undefined;
  #reservation: SeatReservation | undefined;
  #isAborted = false;

  constructor(url: string, environment: Environment, events: LinkEvents) {
    const request = new AbortController();
    super(url, {
      fetchFn: async (address, init) =>
        answerOf(await environment.fetch(address, { ...init, signal: request.signal })),
    });
    this.#request = request;
    this.#events = events;
    Reflect.deleteProperty(this.http, "authToken"); // whatever the SDK keeps would go into the socket's URL
  }

  async dial(target: Target): Promise<Dialed> {
    await this.#reach(target);
    const room = this.#room;
    const reservation = this.#reservation;
    if (room === undefined || reservation === undefined) return { type: "unreachable" };
    if (this.#isAborted) room.drop();
    const reconnectionToken = room.reconnectionToken.slice(room.roomId.length + 1);
    return { type: "joined", link: room.link, ticket: { ...reservation, reconnectionToken } };
  }

  abort(): void {
    this.#isAborted = true;
    this.#request.abort();
    this.#room?.drop();
  }

  failureOf(error: unknown): Failure {
    const closedWith = this.#room?.closedWith;
    const { code, message } = (error ?? {}) as { code?: unknown; message?: string };
    if (typeof code === "number" && code >= 400 && code < 600)
      return { type: "refused", code, sentence: message ?? "" };
    return failureOfClose(closedWith ?? 1006, message);
  }

  async #reach(target: Target): Promise<void> {
    if (target.path === "join") await this.joinOrCreate(roomName, { ...target.options });
    else if (target.path === "token")
      await this.reconnect(`${target.ticket.roomId}:${target.ticket.reconnectionToken}`);
    else await this.consumeSeatReservation(target.ticket);
  }

  override consumeSeatReservation<T>(reservation: SeatReservation): Promise<Room<unknown, T>> {
    this.#reservation = reservation;
    if (this.#isAborted) return Promise.reject(new Error("aborted"));
    return super.consumeSeatReservation(reservation);
  }

  protected override createRoom<T>(name: string): Room<unknown, T> {
    this.#room = new LinkRoom(name, this.#events);
    return this.#room as Room<unknown, T>;
  }
}

/** Somebody else's page (a captive portal, a proxy's error) is not the server's answer. */
function answerOf(response: Response): Response {
  if (response.headers.get("content-type")?.includes("json")) return response;
  throw new Error("not an answer of the server's");
}

type Closing = { readonly code?: number };

class LinkRoom extends Room {
  readonly link: Link;
  /** The code of a close before the room had let us in. */
  closedWith: number | undefined;
  readonly #events: LinkEvents;
  readonly #unanswered = new Set<() => void>();
  #isOver = false;

  constructor(name: string, events: LinkEvents) {
    super(name);
    this.#events = events;
    this.reconnection.enabled = false;
    this.onMessageHandlers.events = Object.create(null) as Record<string, never>; // a type may be called "constructor"
    this.onMessage("*", (type, payload: unknown) => events.message(String(type), payload));
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

  override connect(endpoint: string, options?: unknown, headers?: unknown): void {
    super.connect(endpoint, options, headers);
    const { events } = this.connection;
    const { onclose } = events;
    const closed = (event: Closing) => {
      if (this.joinedAtTime > 0) return onclose?.(event);
      this.closedWith = event.code ?? 1006; // the SDK would write to the console
      this.onError.invoke(this.closedWith);
    };
    Object.assign(events, { onclose: closed, onerror: () => {} }); // after an error a close follows, and says more
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
      super.onMessageCallback(event);
    } catch {
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
    let forsake = () => {};
    const lost = new Promise<never>((_, reject) => {
      forsake = () => reject(new Error("The connection was lost before the answer came."));
    });
    if (this.#isOver) forsake();
    this.#unanswered.add(forsake);
    try {
      return await Promise.race([this.request(type, payload), lost]);
    } finally {
      this.#unanswered.delete(forsake);
    }
  }

  #forsake(): void {
    for (const forsake of this.#unanswered) forsake();
  }
}
