// Reaches into the framework's internals, each with the version it was read in and why no public hook does; ARCHITECTURE
// lists those of other files. test/rooms/framework/reach-in.test.ts pins them: an upgrade that moves an internal turns red there.
import type { Socket } from "node:net";
import { type Client, Protocol, SchemaSerializer } from "@colyseus/core";
import { $changes, type Encoder, type Schema } from "@colyseus/schema";
import type { WebSocket } from "ws";
import { keptWaiting } from "../../connections/backlog.ts";
import type { Corks } from "../../sync/write-coalescing.ts";
import { PatchLog } from "../../sync/patch-log.ts";
import { following, SnapshotTail } from "../../sync/snapshot-tail.ts";

/**
 * @colyseus/schema 5.0.34, encoder/MapJournal.ts:29: the index of keys is a plain object, so a key named like a
 * member of Object.prototype ends the process at the next patch. Call it on a map before its first key, and never
 * `clear()` that map (it makes a new plain object).
 */
export function guardMapKeys(map: object): void {
  const journal = Reflect.get(map, "journal") as { indexByKey: Record<string, number> };
  journal.indexByKey = Object.create(null) as Record<string, number>;
}

/** A room's buffers begin with this many bytes each, and grow with the room: the framework's begin with 16 KB. */
const smallestBuffer = 256;
const handshakes = new WeakMap<object, Uint8Array>();

/** A client that has said which patch it has. */
interface Resuming {
  readonly knownPatch: number | undefined;
}

type PatchTiming = Parameters<SchemaSerializer<Schema>["applyPatches"]>[2];
type Resize = (buffer: Uint8Array, usedOffset: number) => Uint8Array;
const resizeMethod = "_resizeBuffer";

/**
 * @colyseus/core 0.18.17, serializer/SchemaSerializer.ts:170: patches and full states are views of one buffer that
 * the next tick overwrites while a slow socket still holds them; and the full-state buffer is not kept when it has
 * grown, so that a state over 16 KB is encoded twice and warned about on every join. Here what leaves is a copy,
 * one for all clients, and buffers grow quietly by doubling, with the room.
 */
export class EventSerializer<State extends Schema> extends SchemaSerializer<State> {
  readonly #send: (patch: Buffer) => void;
  readonly #isFlat: boolean;
  readonly #snapshot = new SnapshotTail();
  readonly #log = new PatchLog();
  /** What was made last for one who returned, before the next patch: those who dropped together come back together. */
  #missed: { readonly patch: Uint8Array; readonly since: number } | undefined;
  #hasState = false;
  /** What is sent to whoever joins before the next patch. */
  #fullState: Uint8Array | undefined;

  /**
   * `send` is called with the frame of a patch, to be written to all clients that have the state. `isFlat`: beside the
   * map of participants there is no collection and no nested instance, so that a snapshot and patches may be decoded in
   * one go (schema 5.0.34, decoder/Resync.ts: in a returning client's decoder, an array's patches mean something else).
   */
  constructor(send: (patch: Buffer) => void = () => {}, isFlat = false) {
    super();
    this.#send = send;
    this.#isFlat = isFlat;
  }

  /** What the state's changes are recorded in. */
  get changes(): Encoder {
    return this.encoder;
  }

  /**
   * The frame of a patch is the same bytes for everyone. A state with views, or with a clock in its frames, is a
   * different frame for each client: that is left to the framework.
   */
  override applyPatches(clients: Client[], state?: unknown, timing?: PatchTiming): boolean {
    const { hasChanges } = this.encoder;
    if (hasChanges) this.#fullState = this.#missed = undefined;
    if (!this.#isShared(timing) || clients.length === 0 || !hasChanges) {
      if (hasChanges) this.#untold();
      return super.applyPatches(clients, state, timing);
    }
    this.needFullEncode = true;
    this.encoder.sharedBuffer[0] = Protocol.ROOM_STATE_PATCH;
    const patch = this.encoder.encode({ offset: 1 });
    const body = following(patch.subarray(1));
    this.#snapshot.add(body);
    this.#log.add(body);
    this.#send(frameOf(patch));
    this.encoder.discardChanges();
    return true;
  }

  /**
   * Encoded anew only when the patches since the last time have become too many. What has changed since the last patch
   * comes with the next one: whoever is sent this will get that.
   */
  override getFullState(client?: Client, timing?: PatchTiming): Uint8Array {
    if (!this.#isShared(timing) || !this.#isFlat) return super.getFullState(client, timing);
    return this.#missedBy(client as Partial<Resuming> | undefined) ?? this.#whole();
  }

  /** The number of the last patch. */
  get patchNumber(): number {
    return this.#log.number;
  }

  /** What a client that has kept its state has missed, as one patch; undefined when it has to be sent the whole. */
  #missedBy(client: Partial<Resuming> | undefined): Uint8Array | undefined {
    const known = client?.knownPatch;
    if (known === undefined) return undefined;
    if (this.#missed?.since === known) return this.#missed.patch;
    const missed = this.#log.since(known);
    if (missed === undefined) return undefined;
    const patch = inFrame(Buffer.concat([Uint8Array.of(Protocol.ROOM_STATE_PATCH), ...missed]));
    this.#missed = { patch, since: known };
    return patch;
  }

  #untold(): void {
    this.#snapshot.forget();
    this.#log.skip();
  }

  #whole(): Uint8Array {
    if (this.#fullState !== undefined) return this.#fullState;
    const known = this.#snapshot.whole();
    if (known === undefined) {
      this.needFullEncode = true;
      const encoded = super.getFullState();
      this.#snapshot.begin(encoded);
      this.#fullState = encoded;
    } else this.#fullState = inFrame(known);
    this.#log.measure(this.#fullState.length);
    return this.#fullState;
  }

  #isShared(timing: PatchTiming): boolean {
    return !this.hasFilters && !this.hasUnreliableFields && timing === undefined;
  }

  /** The same for all rooms of a kind: they share what they say of their schema. */
  override handshake(): Uint8Array {
    const kind = this.encoder.state.constructor;
    const known = handshakes.get(kind) ?? super.handshake();
    handshakes.set(kind, known);
    return known;
  }

  /** @throws TypeError the second time: what an author has said of participants hangs on the state that there is. */
  override reset(state: State): void {
    if (this.#hasState)
      throw new TypeError(
        "state: an event keeps its state; change its fields, or define others with `schema`",
      );
    this.#hasState = true;
    super.reset(state);
    const { encoder } = this;
    encoder.sharedBuffer = new Uint8Array(smallestBuffer);
    this.fullEncodeBuffer = new Uint8Array(smallestBuffer);
    this.fullEncodeBuffer[0] = Protocol.ROOM_STATE;
    growQuietly(encoder);
    const encode = encoder.encode.bind(encoder);
    const encodeAll = encoder.encodeAll.bind(encoder);
    encoder.encode = (...args) => encode(...args).slice();
    encoder.encodeAll = (...args) => {
      const bytes = encodeAll(...args);
      if (bytes.buffer !== this.fullEncodeBuffer.buffer) this.fullEncodeBuffer = new Uint8Array(bytes.buffer);
      return inFrame(bytes);
    };
  }
}

function growQuietly(encoder: Encoder): void {
  const resize: Resize = (buffer, usedOffset) => {
    const grown = new Uint8Array(2 ** Math.ceil(Math.log2(usedOffset + 1)));
    grown.set(buffer);
    if (buffer === encoder.sharedBuffer) encoder.sharedBuffer = grown;
    return grown;
  };
  if (typeof Reflect.get(encoder, resizeMethod) !== "function")
    throw new Error(
      `@colyseus/schema has no Encoder.${resizeMethod} any more: re-read src/rooms/internals/serializer.ts`,
    );
  Reflect.set(encoder, resizeMethod, resize);
}

const binaryFrame = 0x82;

/** Frames that have been made already, of what many are sent. */
const framed = new WeakMap<Uint8Array, Buffer>();

/** One unmasked, unfragmented binary WebSocket frame (RFC 6455, 5.2): the same bytes for every client. */
export function frameOf(payload: Uint8Array): Buffer {
  return framed.get(payload) ?? newFrameOf(payload);
}

/** True for a payload that many are sent, in one frame. */
export function isShared(payload: Uint8Array): boolean {
  return framed.has(payload);
}

/** The payload of a frame that `frameOf` will not have to make again. */
function inFrame(payload: Uint8Array): Uint8Array {
  const frame = newFrameOf(payload);
  const shared = frame.subarray(frame.length - payload.length);
  framed.set(shared, frame);
  return shared;
}

function newFrameOf(payload: Uint8Array): Buffer {
  const { length } = payload;
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = binaryFrame;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(payload, header);
  return frame;
}

/**
 * ws 8.23: `send` costs one system call a frame, and there is no way to hand it several. Frames to clients are not
 * masked, so all of a tick's frames are one buffer for everybody: written once to the socket itself. Without
 * per-message deflate (Colyseus's default, and ours) the sender never queues, so nothing can be overtaken.
 */
export function writeFrames(socket: WebSocket, frames: Buffer): void {
  if (socket.readyState !== socket.OPEN) return;
  const raw = Reflect.get(socket, "_socket") as { write(bytes: Buffer): boolean } | null;
  if (raw?.write(frames) === false) keptWaiting(socket, 0);
}

/** More than this is worth a write of its own; and it should be on its way while the next is made. */
const largeBytes = 16 * 1024;

/** ws 8.23, likewise: the same at the end of this turn of the event loop, together with what else that brings. */
export function writeLater(socket: WebSocket, frames: Buffer, corks: Corks, ownBytes = 0): void {
  if (socket.readyState !== socket.OPEN) return;
  const raw = Reflect.get(socket, "_socket") as Socket | null;
  if (raw === null) return;
  if (frames.length <= largeBytes) corks.hold(raw);
  if (!raw.write(frames)) keptWaiting(socket, ownBytes);
}

/**
 * @colyseus/core 0.18.17, Transport.ts:300: messages for after the next patch are staged on their clients, which share
 * one list of those who have some. True when there are any.
 */
export function hasStagedFrames(clients: readonly Client[]): boolean {
  const [first] = clients;
  const staged = first && (Reflect.get(first, "_pendingFrameClients") as unknown[] | undefined);
  return staged !== undefined && staged.length > 0;
}

/** @colyseus/core 0.18.17, Room.ts:1337: a patch ticks the clock of a room that has no time step of its own. */
export function hasTimestep(room: object): boolean {
  return Reflect.get(room, "_simulationInterval") !== undefined;
}

interface ChangeTree {
  readonly ref: object;
  readonly parent?: object;
}
interface ChangeNode {
  readonly changeTree: ChangeTree;
  readonly next?: ChangeNode;
}

/**
 * @colyseus/schema 5.0.34, encoder/ChangeTree.ts:98: what has changed since the last patch is a linked list, and no
 * public hook tells of it. Calls `visit` with each changed instance and then with what contains it, up to the root or
 * until `visit` returns false.
 */
export function visitChanged(encoder: Encoder, visit: (instance: object) => boolean): void {
  const root = encoder.root as unknown as { changes: { next?: ChangeNode } };
  for (let node = root.changes.next; node !== undefined; node = node.next) {
    let tree: ChangeTree | undefined = node.changeTree;
    while (tree !== undefined) {
      const goesOn: boolean = visit(tree.ref);
      tree = goesOn && tree.parent !== undefined ? treeOf(tree.parent) : undefined;
    }
  }
}

function treeOf(instance: object): ChangeTree | undefined {
  return Reflect.get(instance, $changes) as ChangeTree | undefined;
}

type ReservedSeats = Record<
  string,
  [options: unknown, claim: unknown, isConsumed?: boolean, isHeld?: boolean]
>;

/** The sessions that are reserved in a room and whose sockets have not come; one that is held for a return is none. */
function waitingSessions(room: object): string[] {
  const seats = Reflect.get(room, "_reservedSeats") as ReservedSeats;
  return Object.keys(seats).filter((sessionId) => {
    const [, , isConsumed, isHeld] = seats[sessionId] as ReservedSeats[string];
    return !isConsumed && !isHeld;
  });
}

/** @colyseus/core 0.18.17, Room.ts:2115-2130: how many seats are reserved whose sockets have not come. O(reservations). */
export function reservationCount(room: object): number {
  return waitingSessions(room).length;
}

/**
 * @colyseus/core 0.18.17, Room.ts:2115-2130, 2171: a seat that is reserved and whose socket has not come keeps a room
 * that is being disposed of for seatReservationTimeout (15 s), and with it the end of the process. Call it before
 * `disconnect()`; whoever comes with such a reservation is told that it has expired, and joins again.
 */
export function forgetReservations(room: object): void {
  const seats = Reflect.get(room, "_reservedSeats") as ReservedSeats;
  const timeouts = Reflect.get(room, "_reservedSeatTimeouts") as Record<string, NodeJS.Timeout>;
  for (const sessionId of waitingSessions(room)) {
    clearTimeout(timeouts[sessionId]);
    Reflect.deleteProperty(timeouts, sessionId);
    Reflect.deleteProperty(seats, sessionId);
  }
}
