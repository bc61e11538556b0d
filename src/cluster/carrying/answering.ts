// The ports by which a request that is not carried is answered in this process. Implemented by admission/http/http-gate and
// rooms/sockets/transport.
import type { Refusal } from "../../protocol/refusal.ts";

export interface Answering {
  /** Answers a request with a refusal, and with headers. */
  refuse(refusal: Refusal, headers?: Record<string, string>): void;
  /** Serves it in this process. */
  here(): void;
}
export interface Upgrading extends Answering {
  /** Another process has the socket's seat; it runs through this one. */
  carried(): void;
}
