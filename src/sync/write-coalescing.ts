// What is written in one turn of the event loop leaves at its end, in one write per socket: whoever is written to wakes up
// once for all of it, and a kernel that carries many answers in a row carries each for less.
import type { Duplex } from "node:stream";

type Corked = Pick<Duplex, "cork" | "uncork">;

export class Corks {
  #corked = new Set<Corked>();

  /** Keeps what is written to a socket until the turn ends. Bytes keep their order, whoever writes them. */
  hold(socket: Corked): void {
    if (this.#corked.has(socket)) return;
    if (this.#corked.size === 0) setImmediate(() => this.#uncork());
    socket.cork();
    this.#corked.add(socket);
  }

  #uncork(): void {
    const corked = this.#corked;
    this.#corked = new Set();
    for (const socket of corked) socket.uncork();
  }
}
