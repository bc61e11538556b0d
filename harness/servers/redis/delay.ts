// A way to Redis on which what is sent may arrive late, long after its sender has made a new connection; and twice.
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "../free-port.ts";

/** A way to Redis that holds what is sent, and delivers it later, when its sender has long given up. */
export class Delay {
  readonly #server: Server;
  readonly #nears = new Set<Socket>();
  readonly #ups: Socket[] = [];
  #held: { up: Socket; bytes: Buffer }[] | undefined;
  isDeaf = false;
  port = 0;

  constructor(target: number) {
    this.#server = createServer((near) => {
      const up = connect(target, "127.0.0.1");
      this.#ups.push(up);
      this.#nears.add(near.on("close", () => this.#nears.delete(near)));
      near.on("data", (bytes) => {
        if (this.#held === undefined) up.write(bytes);
        else this.#held.push({ up, bytes });
      });
      up.on("data", (bytes) => void (this.isDeaf || near.destroyed || near.write(bytes)));
      for (const socket of [near, up]) socket.on("error", () => {});
    });
  }

  async start(): Promise<this> {
    this.port = await freePort();
    await once(this.#server.listen(this.port, "127.0.0.1"), "listening");
    return this;
  }

  /** What is sent from now on waits. */
  hold(): void {
    this.#held = [];
  }

  /** The sender gives its connections up and makes new ones, which pass. Returns what delivers the bytes that were held. */
  reconnect(): () => void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.isDeaf = false;
    for (const near of this.#nears) near.destroy();
    return () => {
      for (const { up, bytes } of held) up.write(bytes);
    };
  }

  close(): void {
    for (const up of this.#ups) up.destroy();
    this.#server.close();
  }
}
