// The sockets of one room, by connection id (which never comes back) and by the framework's client object.
// Opens, hears, loses and cuts them; what that means for a seat goes to the host as an event.
import type { Client } from "@colyseus/core";
import { type CloseName, closeCodes } from "../protocol/close-codes.ts";
import type { ConnectionId } from "../seats/seat.ts";
import type { SeatEvent } from "../seats/events.ts";
import { EventBacklog } from "./backlog.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import type { RoomContext } from "../event/context.ts";
import type { SeatClient } from "../rooms/seat-client.ts";

export interface SocketsHost {
  readonly framesPerSecond: number;
  readonly epoch: number;
  /** Makes the framework let go of a client at once; its hooks run before this returns. */
  detach(client: Client, code: number, reason: string): void;
  /** Something happened that the seat must hear of. */
  decide(deviceId: string, event: SeatEvent): void;
  /** A frame came, which changes nothing that anyone sees. */
  hear(deviceId: string, event: SeatEvent): void;
  /** A connection is over. */
  parted(connection: Connection): void;
  /** Someone came or went. */
  changed(): void;
  /** A client has taken all that waited for it. */
  caughtUp(connection: Connection): void;
}

export class Sockets {
  readonly #context: RoomContext;
  readonly #host: SocketsHost;
  readonly #open = new Map<ConnectionId, Connection>();
  readonly #heard: ConnectionHost;
  readonly backlog = new EventBacklog();

  constructor(context: RoomContext, host: SocketsHost) {
    this.#context = context;
    this.#host = host;
    this.#heard = {
      framesPerSecond: host.framesPerSecond,
      epoch: host.epoch,
      now: () => context.clock.now(),
      acknowledged: (connection) => this.#acknowledged(connection),
      frame: (connection) => this.hear(connection, "frame"),
      flooded: (connection) => {
        this.lose(connection);
        this.cut(connection, "protocolViolation");
      },
      tooSlow: (connection) => {
        this.lose(connection);
        this.cut(connection, "comeBack");
      },
      caughtUp: (connection) => host.caughtUp(connection),
      backlog: context.backlog,
      eventBacklog: this.backlog,
    };
  }

  get size(): number {
    return this.#open.size;
  }

  /** An open connection. */
  get(id: ConnectionId): Connection | undefined {
    return this.#open.get(id);
  }

  /** The connection of a client, open or gone; undefined for a client that was never let in. */
  of(client: Client): Connection | undefined {
    return (client as SeatClient).connection;
  }

  all(): IterableIterator<Connection> {
    return this.#open.values();
  }

  /** Takes a client's socket in; `deviceId` is null for an observer. */
  open(client: SeatClient, deviceId: string | null, id?: ConnectionId): Connection {
    const connection = new Connection(client, deviceId, this.#heard, id);
    client.connection = connection;
    this.#open.set(connection.id, connection);
    this.#context.pings.watch(connection);
    this.#host.changed();
    return connection;
  }

  /** The room is going: its sockets are nobody's business any more. */
  dispose(): void {
    for (const connection of this.#open.values()) {
      this.#context.pings.unwatch(connection);
      this.#context.backlog.forget(connection.socket);
    }
  }

  hear({ id, deviceId, isGone }: Connection, type: "frame" | "heartbeat"): void {
    if (deviceId !== null && !isGone) this.#host.hear(deviceId, { type, connection: id });
  }

  /** The socket is gone without a word. */
  lose(connection: Connection): void {
    const { deviceId, id, lastHeardAt } = connection;
    this.forget(connection);
    const { clock, telemetry } = this.#context;
    telemetry.metrics.detected(clock.now() - lastHeardAt);
    if (deviceId !== null)
      this.#host.decide(deviceId, { type: "drop", connection: id, reason: "connection_lost" });
  }

  /** From now on nothing that this connection says or does is news. */
  forget(connection: Connection): void {
    connection.isGone = true;
    this.#open.delete(connection.id);
    this.#context.backlog.forget(connection.socket);
    this.#context.pings.unwatch(connection);
    this.#host.parted(connection);
    this.#host.changed();
  }

  /** Closes a socket ourselves: the seat has moved on already, so what the framework's hooks say of it is no news. */
  cut(connection: Connection, name: CloseName): void {
    this.forget(connection);
    const { code, reason } = closeCodes[name];
    this.#host.detach(connection.client, code, reason);
    connection.close(name);
  }

  #acknowledged({ id, deviceId }: Connection): void {
    if (deviceId !== null) this.#host.decide(deviceId, { type: "return_completed", connection: id });
  }
}
