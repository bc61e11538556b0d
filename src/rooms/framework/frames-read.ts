// Which client's frame the framework is reading just now: what it prints meanwhile is about that frame. One for all rooms of
// a process, because the framework has one log.
import type { Client } from "@colyseus/core";

/** Hears of frames that could not be read. AuthorGuard is one. */
interface Malformed {
  malformed(client: Client, why: string): void;
}

export class FramesRead {
  #client: Client | undefined;
  #room: Malformed | undefined;

  begins(client: Client, room: Malformed): void {
    this.#client = client;
    this.#room = room;
  }

  ends(): void {
    this.#client = undefined;
  }

  /** Takes an error that the framework prints, if it is about a frame: its first line says what was wrong with it. */
  takes(printed: string): boolean {
    if (this.#client === undefined) return false;
    this.#room?.malformed(this.#client, printed.split("\n", 1)[0] as string);
    return true;
  }
}
