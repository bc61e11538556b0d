// A room author's words to everyone: what is broadcast in one turn of the event loop leaves in one write per client, as
// frames that all clients share, and overtakes no patch that is on its way.
import { type Client, ClientState, getMessageBytes, Protocol, type Room } from "@colyseus/core";
import type { WebSocket } from "ws";
import { Corks } from "./corks.ts";
import { frameOf, writeLater } from "./reach-in.ts";

export interface Patches {
  /** Everyone has the last patch after this. */
  finish(): void;
  /** Something goes right behind the next patch. */
  follow(): void;
}

type Broadcast = Parameters<Room["broadcast"]>;

export class Broadcasts {
  readonly #clients: readonly Client[];
  readonly #patches: Patches;
  readonly #corks = new Corks();

  constructor(clients: readonly Client[], patches: Patches) {
    this.#clients = clients;
    this.#patches = patches;
  }

  /** As the framework's `broadcast` does; who has no state yet gets it behind its first. False: leave it to that. */
  send(...[type, message, options]: Broadcast): boolean {
    if (options?.afterNextPatch === true) {
      this.#patches.follow();
      return false;
    }
    this.#patches.finish();
    const bytes =
      (message as unknown) instanceof Uint8Array
        ? getMessageBytes.raw(Protocol.ROOM_DATA_BYTES, type, undefined, message)
        : getMessageBytes.raw(Protocol.ROOM_DATA, type, message);
    const frame = frameOf(bytes);
    const except = new Set([options?.except ?? []].flat());
    for (const client of this.#clients) {
      if (except.has(client)) continue;
      if (client.state === ClientState.JOINED) writeLater(client.ref as WebSocket, frame, this.#corks);
      else client.enqueueRaw(bytes);
    }
    return true;
  }
}
