// What the rest of the client knows of one connection: whom it is for, what it can do, what it reports. Types only; the
// SDK's connections are made in connection/sdk.
import type { StateChanges } from "../state/changes.ts";
import type { Failure } from "./route.ts";

/** A seat that waits for its socket, as the server's matchmaking answers. */
export interface Reservation {
  readonly roomId: string;
  readonly sessionId: string;
  readonly processId: string;
  /** Where that process is reached, without a scheme; absent or empty: where we have asked. */
  readonly publicAddress?: string;
  /** Set for a return. */
  readonly reconnectionToken?: string;
}

/** What a session returns with. */
export type ReconnectionCredentials = Reservation & { readonly reconnectionToken: string };

/** What to connect to: a session that is known to the server, or a seat by its identity. */
export type Target =
  | { readonly path: "socket" | "token"; readonly credentials: ReconnectionCredentials }
  | {
      readonly path: "join";
      /** By which type's name; undefined is by the name of any. */
      readonly type?: string | undefined;
      readonly options: Readonly<Record<string, unknown>>;
    };

/** What a connection reports. Implemented by client/connection/managed-connection. */
export interface ConnectionListener {
  /** Bytes came in, whatever they are. */
  bytesReceived(): void;
  /** The state is there, or has changed. `changes`: since the one before; undefined for a whole state. */
  stateReceived(state: unknown, changes?: StateChanges): void;
  messageReceived(type: string, payload: unknown): void;
  /** The connection is over; not called after `drop`. */
  closed(code: number): void;
}

/** Implemented by client/connection/sdk/sdk-connection. */
export interface Connection {
  /** False when it cannot be sent now. @throws what cannot be encoded. */
  send(type: string, payload?: unknown): boolean;
  /** Rejects when the connection is lost before the answer comes. */
  request(type: string, payload?: unknown): Promise<unknown>;
  /** Tells the room that the seat is given up; resolves when it is closed. */
  leave(): Promise<void>;
  /** Closes at once, without telling the room, and reports nothing more. */
  drop(): void;
}

export interface Joined {
  readonly type: "joined";
  readonly connection: Connection;
  readonly credentials: ReconnectionCredentials;
}

export type Dialed = Joined | Failure;

export interface Dialing {
  /** Never rejects; may never settle after `abort`. */
  readonly result: Promise<Dialed>;
  abort(): void;
}

/** Makes one connection at a time; the caller limits the time it takes. Implemented by client/connection/sdk/dialer. */
export interface Dialer {
  dial(target: Target, listener: ConnectionListener): Dialing;
}
