// A room author's messages to everyone, encoded once: the queue sees to it that they overtake no patch, and that those of
// one moment leave together.
import type { Client, Room } from "@colyseus/core";
import type { Receiver, WriteQueue } from "../sync/write-queue.ts";
import type { DeferredEffects } from "./author/deferred-effects.ts";
import { messageBytes } from "./internals/message-frames.ts";
import { frameOf } from "./internals/ws.ts";

type Broadcast = Parameters<Room["broadcast"]>;

export class Broadcasts {
  readonly #clients: readonly Receiver[];
  readonly #queue: WriteQueue;
  readonly #effects: DeferredEffects;

  /** @param clients everyone who is in the room, as of each moment */
  constructor(clients: readonly Receiver[], queue: WriteQueue, effects: DeferredEffects) {
    this.#clients = clients;
    this.#queue = queue;
    this.#effects = effects;
  }

  /** As the framework's `broadcast` does; who has no state yet gets it behind its first. Not for `afterNextPatch`. */
  send(...[type, message, options]: Broadcast): void {
    const payload = messageBytes(type, message);
    const except = new Set<Client | Receiver>([options?.except ?? []].flat());
    if (this.#effects.isHolding) this.#effects.run(() => this.#send(payload, except));
    else this.#send(payload, except);
  }

  #send(payload: Uint8Array, except: ReadonlySet<Client | Receiver>): void {
    const receivers = except.size === 0 ? this.#clients : this.#clients.filter((each) => !except.has(each));
    this.#queue.broadcast(receivers, frameOf(payload), payload);
  }
}
