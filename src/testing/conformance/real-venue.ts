// A server with an address, in real time: connections of TCP or TLS to it.
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { roomName } from "../../protocol/messages.ts";
import type { Link } from "../network/link.ts";
import type { RealServer } from "./options.ts";
import type { Venue } from "./venue.ts";

export class RealVenue implements Venue {
  readonly eventType = roomName;
  readonly restart: Venue["restart"];
  readonly hostToken: Venue["hostToken"];
  readonly retentionMs: number | undefined;
  readonly #url: URL;

  /** @throws TypeError for an address that is not of http or https */
  constructor({ url, restart, hostToken, retentionMs }: RealServer) {
    this.#url = new URL(url);
    if (!/^https?:$/.test(this.#url.protocol))
      throw new TypeError(
        `conformance: the address of a server begins with http:// or https://, and ${url} does not`,
      );
    this.restart = restart;
    this.hostToken = hostToken;
    this.retentionMs = retentionMs;
  }

  get network() {
    return this;
  }

  get host(): string {
    return this.#url.host;
  }

  connect(): Link {
    const { hostname, port, protocol } = this.#url;
    const isSecure = protocol === "https:";
    const to = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || (isSecure ? 443 : 80) };
    const socket = isSecure ? connectTls({ ...to, servername: hostname }) : connect(to);
    return Object.assign(socket, { cut: () => void socket.destroy(), strand: () => void socket.pause() });
  }

  async advance(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
  }

  async close(): Promise<void> {}
}
