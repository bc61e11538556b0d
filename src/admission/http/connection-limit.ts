// How many connections one address may have open that have no seat: silent ones, requests on their way, sockets that are
// let in to nothing. A venue's phones have seats; what stands in for a person in a crowd does not.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { addressOf, isLoopback } from "../../identity/address.ts";
import { directHeader } from "../../protocol/peer-headers.ts";

export interface ConnectionLimitSettings {
  /** Connections without a seat that one address may have at once; 0 is no limit. */
  readonly connectionsPerIp: number;
  /** With proxies in front every address is a proxy's, and counting is theirs to do. */
  readonly trustProxy: number;
}

export class ConnectionLimit {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();
  readonly #counted = new WeakMap<Duplex, string>();
  /** Addresses behind which a proxy has shown itself: anybody may come from there. */
  readonly #shared = new Set<string>();
  #refused = 0;

  constructor({ connectionsPerIp, trustProxy }: ConnectionLimitSettings) {
    this.#limit = trustProxy > 0 ? 0 : connectionsPerIp;
  }

  /** Connections refused since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** Counts a new connection, or ends it when it is one too many. */
  opened(socket: Socket): void {
    const address = addressOf(socket.remoteAddress ?? "");
    if (this.#limit === 0 || address === undefined || isLoopback(address) || this.#shared.has(address))
      return;
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#limit) {
      this.#refused += 1;
      socket.destroy();
      return;
    }
    this.#counts.set(address, count + 1);
    this.#counted.set(socket, address);
    socket.once("close", () => this.seated(socket));
  }

  counts(socket: Socket): boolean {
    return this.#counted.has(socket);
  }

  /** A request has come and is stamped: one that another process carries, or a proxy, is not its address's own. */
  asked({ headers, socket }: IncomingMessage, isFromPeer: boolean): void {
    const address = this.#counted.get(socket);
    if (address === undefined || !(isFromPeer || headers[directHeader] === "shared")) return;
    this.#shared.add(address);
    this.seated(socket);
  }

  /** The connection has a seat now, or is over: it does not count any more. */
  seated(socket: Duplex): void {
    const address = this.#counted.get(socket);
    if (address === undefined) return;
    this.#counted.delete(socket);
    const count = (this.#counts.get(address) ?? 0) - 1;
    if (count > 0) this.#counts.set(address, count);
    else this.#counts.delete(address);
  }
}
