// What every request and every upgrade meets first: who is at the other end, whether the connection counts, whether its
// page may talk to us, whether anybody is let in. Reads nothing of what is asked.
import type { IncomingMessage } from "node:http";
import type { Refusal } from "../../protocol/refusal.ts";
import type { Carrier } from "../carrier.ts";
import type { ConnectionLimit } from "./connection-limit.ts";
import { corsHeaders, isAllowedOrigin, type Origins } from "./cors.ts";
import { mendUrl, type Peers } from "./peer.ts";
import type { Readiness } from "../readiness.ts";

export class RequestGate {
  readonly connections: ConnectionLimit;
  /** In a cluster: sends on what belongs to another process. */
  readonly carrier: Carrier | undefined;
  readonly #peers: Peers;
  readonly #origins: Origins;
  readonly #readiness: Readiness;

  constructor(
    peers: Peers,
    connections: ConnectionLimit,
    origins: Origins,
    readiness: Readiness,
    carrier: Carrier | undefined,
  ) {
    this.#peers = peers;
    this.connections = connections;
    this.#origins = origins;
    this.#readiness = readiness;
    this.carrier = carrier;
  }

  /** A request has come: finds out whose it is, and makes it one that the framework can bear. */
  receive(request: IncomingMessage): void {
    this.#identify(request);
    mendUrl(request);
  }

  /** The same for an upgrade. Of its address only a carrier makes a URL; the transport reads it in any form. */
  receiveUpgrade(request: IncomingMessage): void {
    this.#identify(request);
    if (this.carrier !== undefined) mendUrl(request);
  }

  #identify(request: IncomingMessage): void {
    this.#peers.stamp(request);
    this.connections.asked(request, this.carrier?.isFromPeer(request) === true);
  }

  /** True when nobody asks who sends this upgrade. */
  isUncounted({ socket }: IncomingMessage): boolean {
    return this.carrier === undefined && !this.connections.counts(socket);
  }

  /** Why no matchmaking request is answered; in a cluster a draining process still knows where to. */
  whyNotMatchmaking(): Refusal | undefined {
    return this.carrier === undefined ? this.#readiness.refusal() : this.#readiness.suspension();
  }

  /** Why no socket may return here by its token. */
  whyNotReturning(): Refusal | undefined {
    return this.#readiness.refusal();
  }

  isAllowedOrigin({ headers }: IncomingMessage): boolean {
    return isAllowedOrigin(this.#origins, headers.origin, headers.host);
  }

  corsHeaders({ headers }: IncomingMessage): Record<string, string> {
    return corsHeaders(this.#origins, headers.origin, headers.host);
  }
}
