// connections/ owns the sockets of rooms: which are open, whether they live, what waits for them, what they may send. It
// never decides what that means for a seat, and knows neither rooms nor events nor Colyseus: it calls a listener.
// This file: the sockets of one room, by connection ids that never come back. Opens, receives, drops and cuts them.
import type { Clock } from "../clock.ts";
import type { Announcement } from "../protocol/messages.ts";
import { type CloseName, closeCodes } from "../protocol/close-codes.ts";
import type { SeatEvent } from "../seats/events.ts";
import type { ConnectionId } from "../seats/seat.ts";
import { type Backlog, EventBacklog } from "./backlog.ts";
import { type ConnectedClient, Connection, type ConnectionOwner } from "./connection.ts";
import type { PingLoop } from "./ping-loop.ts";

/** Is called with what the sockets of a room do. Implemented by event/event. */
export interface ConnectionListener {
  /** Something has happened that a seat may change by. */
  decide(deviceId: string, event: SeatEvent, whenAnnounced?: () => void): unknown;
  /** A client has a connection. */
  opened(connection: Connection): void;
  /** A connection is over. */
  ended(connection: Connection): void;
  /** Its client has taken all that waited for it. */
  caughtUp(connection: Connection): void;
  /** Makes the framework let go of a client at once; its hooks run before this returns. */
  detach(client: ConnectedClient, code: number, reason: string): void;
}

/** Is called when a client may be sent what its participant was told, and when it has it. Implemented by event/messages/mailboxes. */
export interface MailListener {
  /** A client has the room's state, and its seat; that it is back is announced. */
  arrived(connection: Connection): void;
  /** It has received everything up to this number. */
  received(connection: Connection, no: number): void;
}

/** Counts drops by how long they went unnoticed. Implemented by ops/metrics. */
export interface DropTelemetry {
  /** @param silentMs since its last frame */
  detected(silentMs: number): void;
}

/** What all sockets of a process share. */
export interface ConnectionServices {
  readonly clock: Clock;
  readonly pings: PingLoop;
  readonly backlog: Backlog;
  readonly drops: DropTelemetry;
}

export class Connections implements ConnectionOwner {
  readonly framesPerSecond: number;
  readonly epoch: number;
  /** What waits for this room's sockets alone. */
  readonly backlog = new EventBacklog();
  readonly #listener: ConnectionListener;
  readonly #mail: MailListener;
  readonly #services: ConnectionServices;
  readonly #open = new Map<ConnectionId, Connection>();

  /**
   * @param framesPerSecond how many frames a client may send, a burst excepted
   * @param epoch the room's
   */
  constructor(
    listener: ConnectionListener,
    mail: MailListener,
    services: ConnectionServices,
    framesPerSecond: number,
    epoch: number,
  ) {
    this.#listener = listener;
    this.#mail = mail;
    this.#services = services;
    this.framesPerSecond = framesPerSecond;
    this.epoch = epoch;
  }

  get size(): number {
    return this.#open.size;
  }

  /** An open connection. */
  get(id: ConnectionId): Connection | undefined {
    return this.#open.get(id);
  }

  all(): IterableIterator<Connection> {
    return this.#open.values();
  }

  /** Who asked for signs of life is sent that the next is not to be waited for: the event is served again later, or elsewhere. */
  sendStop(): void {
    for (const { client, isGone, wantsSignsOfLife } of this.#open.values())
      if (wantsSignsOfLife && !isGone) client.sendStop();
  }

  /** Sends something to one, if it is still open. */
  sendTo(id: ConnectionId, { type, payload }: Announcement): void {
    this.#open.get(id)?.client.send(type, payload);
  }

  get clock(): Clock {
    return this.#services.clock;
  }

  /** Takes a client's socket in; `deviceId` is null for an observer. */
  open(client: ConnectedClient, deviceId: string | null, id?: ConnectionId): Connection {
    const connection = new Connection(client, deviceId, this, id);
    client.connection = connection;
    this.#open.set(connection.id, connection);
    this.#services.pings.watch(connection);
    this.#listener.opened(connection);
    return connection;
  }

  /** The room is going: its sockets are nobody's business any more. */
  dispose(): void {
    for (const connection of this.#open.values()) {
      this.#services.pings.unwatch(connection);
      this.#services.backlog.forget(connection.socket);
    }
  }

  // --- what a connection does ---

  acknowledged(connection: Connection): void {
    const { id, deviceId } = connection;
    if (deviceId === null) return;
    const completed = { type: "return_completed", connection: id } as const;
    this.#listener.decide(deviceId, completed, () => this.#mail.arrived(connection));
  }

  receiptCame(connection: Connection, no: number): void {
    this.#mail.received(connection, no);
  }

  received(connection: Connection): void {
    this.#receive(connection, "frame");
  }

  /** A `heartbeat` message has come. */
  beat(connection: Connection): void {
    this.#receive(connection, "heartbeat");
  }

  #receive({ id, deviceId, isGone }: Connection, type: "frame" | "heartbeat"): void {
    if (deviceId !== null && !isGone) this.#listener.decide(deviceId, { type, connection: id });
  }

  flooded(connection: Connection): void {
    this.drop(connection);
    this.cut(connection, "protocolViolation");
  }

  fellBehind(connection: Connection, ownBytes: number): void {
    this.#services.backlog.keeps(connection, this.backlog, ownBytes);
  }

  tooSlow(connection: Connection): void {
    this.drop(connection);
    this.cut(connection, "comeBack");
  }

  caughtUp(connection: Connection): void {
    this.#listener.caughtUp(connection);
  }

  // --- how a connection ends ---

  /** The socket is gone, and its client has not left. */
  drop(connection: Connection): void {
    const { deviceId, id, lastReceivedAt } = connection;
    this.forget(connection);
    this.#services.drops.detected(this.clock.now() - lastReceivedAt);
    if (deviceId !== null)
      this.#listener.decide(deviceId, { type: "drop", connection: id, reason: "connection_lost" });
  }

  /** From now on nothing that this connection says or does is news. */
  forget(connection: Connection): void {
    connection.isGone = true;
    this.#open.delete(connection.id);
    this.#services.backlog.forget(connection.socket);
    this.#services.pings.unwatch(connection);
    this.#listener.ended(connection);
  }

  /** Closes a socket ourselves: the seat has moved on already, so what the framework's hooks say of it is no news. */
  cut(connection: Connection, name: CloseName): void {
    this.forget(connection);
    const { code, reason } = closeCodes[name];
    this.#listener.detach(connection.client, code, reason);
    connection.close(name);
  }
}
