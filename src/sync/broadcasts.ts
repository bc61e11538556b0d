// A room author's words to everyone: what is broadcast at the same moment leaves in one write per client, as frames that
// all clients share. It overtakes no patch that is on its way, and nothing that is sent later overtakes it.
import { type Client, ClientState, getMessageBytes, Protocol, type Room } from "@colyseus/core";
import type { WebSocket } from "ws";
import { Corks } from "./write-coalescing.ts";
import type { DeferredEffects } from "../rooms/author/deferred-effects.ts";
import { frameOf } from "../rooms/internals/ws.ts";
import type { WriteGate } from "./write-gate.ts";

export interface Patches {
  readonly gate: Pick<WriteGate, "write">;
  /** Everyone has the last patch after this. */
  finish(): void;
  /** The same for one socket. */
  catchUp(socket: WebSocket): void;
  /** Something goes right behind the next patch. */
  follow(): void;
}

type Broadcast = Parameters<Room["broadcast"]>;

/** Words wait for one turn of the event loop that brings no more of them, and this long at most. */
const lingerMs = 2;
/** So much is not kept waiting for more. */
const fullBytes = 16 * 1024;

/** Words to the same sockets that have not left yet. */
interface Train {
  /** In the order of the room's clients; undefined for one that has been written to already. */
  readonly sockets: (WebSocket | undefined)[];
  readonly frames: Buffer[];
  readonly since: number;
  bytes: number;
  hasMore: boolean;
}

export class Broadcasts {
  readonly #clients: readonly Client[];
  readonly #patches: Patches;
  readonly #effects: DeferredEffects;
  readonly #corks = new Corks();
  #train: Train | undefined;

  constructor(clients: readonly Client[], patches: Patches, effects: DeferredEffects) {
    this.#effects = effects;
    this.#clients = clients;
    this.#patches = patches;
  }

  /** As the framework's `broadcast` does; who has no state yet gets it behind its first. Not for `afterNextPatch`. */
  send(...[type, message, options]: Broadcast): void {
    const bytes =
      (message as unknown) instanceof Uint8Array
        ? getMessageBytes.raw(Protocol.ROOM_DATA_BYTES, type, undefined, message)
        : getMessageBytes.raw(Protocol.ROOM_DATA, type, message);
    const except = new Set([options?.except ?? []].flat());
    this.whenReturned(() => this.#tell(bytes, except));
  }

  /** Has the framework stage something that goes right behind the next patch. */
  followPatch(stage: () => void): void {
    this.whenReturned(() => {
      this.#patches.follow();
      stage();
    });
  }

  /** Runs `effect` now, or when the handler that is running has returned. */
  whenReturned(effect: () => void): void {
    this.#effects.run(effect);
  }

  #tell(bytes: Uint8Array, except: ReadonlySet<Client>): void {
    this.#patches.finish();
    const sockets: WebSocket[] = [];
    for (const client of this.#clients) {
      if (except.has(client)) continue;
      if (client.state === ClientState.JOINED) sockets.push(client.ref as WebSocket);
      else client.enqueueRaw(bytes);
    }
    this.#add(frameOf(bytes), sockets);
  }

  /** What waits to leave leaves before what is written next, to whomever. */
  flush(): void {
    this.#leave(this.#corks);
  }

  /** The same for one socket, and the last patch before it. */
  catchUp(socket: WebSocket): void {
    this.#patches.catchUp(socket);
    const train = this.#train;
    const at = train?.sockets.indexOf(socket) ?? -1;
    if (train === undefined || at < 0) return;
    train.sockets[at] = undefined;
    this.write(socket, bytesOf(train), this.#corks);
  }

  write(socket: WebSocket, frames: Buffer, corks?: Corks, ownBytes = 0): void {
    this.#patches.gate.write(socket, frames, corks, ownBytes);
  }

  #add(frame: Buffer, sockets: WebSocket[]): void {
    if (this.#train !== undefined && !isFor(this.#train, sockets)) this.flush();
    const train = (this.#train ??= this.#begin(sockets));
    train.frames.push(frame);
    train.bytes += frame.length;
    train.hasMore = true;
    if (train.bytes > fullBytes) this.flush();
  }

  #begin(sockets: WebSocket[]): Train {
    const since = performance.now();
    const train = { sockets, frames: [], since, bytes: 0, hasMore: false };
    setImmediate(() => this.#turnEnds(train));
    return train;
  }

  #turnEnds(train: Train): void {
    if (this.#train !== train) return;
    const mayLinger = train.hasMore && performance.now() - train.since < lingerMs;
    train.hasMore = false;
    if (mayLinger) setImmediate(() => this.#turnEnds(train));
    else this.#leave();
  }

  #leave(corks?: Corks): void {
    const train = this.#train;
    if (train === undefined) return;
    this.#train = undefined;
    const frames = bytesOf(train);
    for (const socket of train.sockets) if (socket !== undefined) this.write(socket, frames, corks);
  }
}

function isFor({ sockets }: Train, others: readonly WebSocket[]): boolean {
  return others.length === sockets.length && others.every((socket, i) => socket === sockets[i]);
}

/** Of one word they are the word itself. */
function bytesOf({ frames }: Train): Buffer {
  return frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames);
}
