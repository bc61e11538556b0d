// The port to whatever carries requests to the process of a cluster that owns their event. Implemented by
// cluster/carrying/request-carrier; what it answers is implemented by admission/http/http-gate and rooms/sockets/event-sockets.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "../protocol/refusal.ts";

/** A request that is to be served wherever its event is. */
export interface Carried {
  refuse(refusal: Refusal, headers?: Record<string, string>): void;
  /** Serves it in this process. */
  here(): void;
}

/** The same for a request for a WebSocket. */
export interface CarriedUpgrade extends Carried {
  /** Another process has the socket's seat; it runs through this one. */
  carried(): void;
}

/** A matchmaking request's body: as it came, and read. */
export interface JoinBody {
  /** What is nested deeply enough cannot be written out again. */
  readonly text: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A request about an event, with its whole body. */
export interface EventQuestion {
  /** The event's room. */
  readonly roomId: string;
  readonly body: string;
  /** It may be asked again of another process when the first has not answered. */
  readonly isRepeatable: boolean;
}

export interface Carrier {
  /** A request of another process: what it says of its client is believed. */
  isFromPeer(request: IncomingMessage): boolean;
  join(request: IncomingMessage, response: ServerResponse, body: JoinBody, carried: Carried): void;
  /** A request about an event, which it must not open. */
  ask(request: IncomingMessage, response: ServerResponse, question: EventQuestion, carried: Carried): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, carried: CarriedUpgrade): void;
  /** A message between processes. False when it is none. */
  adopt(request: IncomingMessage, response: ServerResponse): boolean;
}
