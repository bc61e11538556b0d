// The framework's own patch of a room's state, as the scheduler asks for it.
import { Room } from "@colyseus/core";
import type { StatePatch } from "../sync/patch-scheduler.ts";
import { hasTimestep } from "./internals/core.ts";
import type { MetadataWriter } from "./directory/metadata.ts";
import type { PatchedRoom } from "./patch-interval.ts";

export class FrameworkPatch implements StatePatch {
  readonly #room: PatchedRoom;
  readonly #metadata: MetadataWriter;

  constructor(room: PatchedRoom, metadata: MetadataWriter) {
    this.#room = room;
    this.#metadata = metadata;
  }

  make(): boolean {
    return !this.#room.isDisposing && Room.prototype.broadcastPatch.call(this.#room);
  }

  /** Whoever came or went may be listed. */
  made(): void {
    this.#metadata.update();
  }

  tickClock(): void {
    if (!hasTimestep(this.#room)) this.#room.clock.tick();
  }
}
