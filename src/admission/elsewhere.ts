// The port to whatever carries requests to other processes (src/cluster). Declared here, for the gate.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "../protocol/refusal.ts";

export interface Answering {
  refuse(refusal: Refusal, headers?: Record<string, string>): void;
  /** Serves it in this process. */
  here(): void;
}
export interface Upgrading extends Answering {
  /** Another process has the socket's seat; it runs through this one. */
  carried(): void;
}
export interface Elsewhere {
  /** A request of another process: what it says of its client is believed. */
  isFromPeer(request: IncomingMessage): boolean;
  join(request: IncomingMessage, response: ServerResponse, body: string, answering: Answering): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, answering: Upgrading): void;
  /** A word between processes. False when it is none. */
  adopt(request: IncomingMessage, response: ServerResponse): boolean;
}
