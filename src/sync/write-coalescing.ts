// What is written in one turn of the event loop leaves at its end, in one write per socket: whoever is written to wakes up
// once for all of it, and a kernel that carries many answers in a row carries each for less.
import type { Duplex } from "node:stream";

type Corkable = Pick<Duplex, "cork" | "uncork">;

export class WriteCoalescing {
  #held = new Set<Corkable>();

  /** Keeps what is written to a socket until the turn ends. Bytes keep their order, whoever writes them. */
  hold(socket: Corkable): void {
    if (this.#held.has(socket)) return;
    if (this.#held.size === 0) setImmediate(() => this.#release());
    socket.cork();
    this.#held.add(socket);
  }

  #release(): void {
    const held = this.#held;
    this.#held = new Set();
    for (const socket of held) socket.uncork();
  }
}
