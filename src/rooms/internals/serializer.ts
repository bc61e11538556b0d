// The serializer of an event's state: what leaves is a copy, and the same bytes for all clients. Overrides protected parts
// of the framework's own, as read in @colyseus/core 0.18.17; test/pure/framework/serializer.test.ts pins them.
import { createHash } from "node:crypto";
import { type Client, ClientState, Protocol, SchemaSerializer } from "@colyseus/core";
import { ArraySchema, type Encoder, type Schema } from "@colyseus/schema";
import { PatchHistory } from "../../sync/patch-history.ts";
import type { PatchSink } from "../../sync/patch-scheduler.ts";
import type { StateEncoder } from "../../sync/state-shape.ts";
import { growQuietly, numberInstancesFrom, visitChanged } from "./schema.ts";
import { frameOf, inFrame } from "./ws.ts";

/** A room's buffers begin with this many bytes each, and grow with the room: the framework's begin with 16 KB. */
const smallestBuffer = 256;
const handshakes = new WeakMap<object, Uint8Array>();

/** A client that has named the patch it has. */
interface Resuming {
  readonly knownPatch: number | undefined;
}

const nobody: PatchSink = { send() {}, flush() {} };

type PatchTiming = Parameters<SchemaSerializer<Schema>["applyPatches"]>[2];

/**
 * @colyseus/core 0.18.17, serializer/SchemaSerializer.ts:170: patches and full states are views of one buffer that
 * the next tick overwrites while a slow socket still holds them; and the full-state buffer is not kept when it has
 * grown, so that a state over 16 KB is encoded twice and warned about on every join. Here what leaves is a copy,
 * one for all clients, and buffers grow quietly by doubling, with the room.
 */
export class EventSerializer<State extends Schema> extends SchemaSerializer<State> implements StateEncoder {
  readonly #sink: PatchSink;
  readonly isResumable: boolean;
  #fingerprint: string | undefined;
  readonly #history = new PatchHistory();
  /** What was made last for one who returned, before the next patch: those who dropped together come back together. */
  #missed: { readonly patch: Uint8Array; readonly since: number } | undefined;
  #hasState = false;
  /** What is sent to whoever joins before the next patch. */
  #fullState: Uint8Array | undefined;

  /**
   * @param sink is given the frame of each patch, for all clients that have the state
   * @param isFlat beside the map of participants there is no collection and no nested instance, so that a whole state and
   *   patches may be decoded in one go (schema 5.0.34, decoder/Resync.ts: in a returning client's decoder, an array's
   *   patches mean something else)
   */
  constructor(sink: PatchSink = nobody, isFlat = false) {
    super();
    this.#sink = sink;
    this.isResumable = isFlat;
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
      if (hasChanges) this.#history.skip(); // and no patch of ours has it
      return super.applyPatches(clients, state, timing);
    }
    this.needFullEncode = true;
    this.encoder.sharedBuffer[0] = Protocol.ROOM_STATE_PATCH;
    const patch = this.encoder.encode({ offset: 1 });
    this.#history.add(patch.subarray(1));
    this.#sink.send(frameOf(patch));
    this.encoder.discardChanges();
    return true;
  }

  /**
   * Encoded anew only when the patches since the last time have become too many. What has changed since the last patch
   * comes with the next one: whoever is sent this will get that.
   */
  override getFullState(client?: Client, timing?: PatchTiming): Uint8Array {
    if (!this.#isShared(timing) || !this.isResumable) {
      if (client !== undefined && this.#hasArrayChanges()) this.#flushBefore(client);
      return super.getFullState(client, timing);
    }
    return this.#missedBy(client as Partial<Resuming> | undefined) ?? this.#whole();
  }

  /**
   * The room takes an event over: an SDK that comes back by itself decodes this room's state into the one that it has, where
   * instances of the room before have their numbers. With other numbers here none is taken for another (in a flat state
   * that does no harm: all but the map are participants). The numbers of 16,000 rooms in a row do not meet, as long
   * as none of them has had more than 65,536 instances.
   */
  follow(epoch: number): void {
    if (!this.isResumable) numberInstancesFrom(this.encoder, 65_536 * (1 + (epoch % 16_384)));
  }

  /**
   * What a whole state holds of an array must not come once more with the next patch: that says what moves, and moved twice it is
   * another array (schema 5.0.34; a stock room has this). So everyone else is sent that patch first. Everything else that
   * patches say may be said twice. The framework takes this client for one that has the state already (core 0.18.17,
   * Room.ts:2276).
   */
  #flushBefore(client: Client): void {
    const { state } = client;
    client.state = ClientState.JOINING;
    this.#sink.flush();
    client.state = state;
  }

  #hasArrayChanges(): boolean {
    let hasArrays = false;
    if (this.encoder.hasChanges)
      visitChanged(this.encoder, (instance) => {
        hasArrays ||= instance instanceof ArraySchema;
        return false;
      });
    return hasArrays;
  }

  visitChanged(visit: (instance: object) => boolean): void {
    visitChanged(this.encoder, visit);
  }

  get fingerprint(): string {
    this.#fingerprint ??= createHash("sha256").update(this.handshake()).digest("base64url");
    return this.#fingerprint;
  }

  get patchNumber(): number {
    return this.#history.number;
  }

  /** What a client that has kept its state has missed, as one patch; undefined when it has to be sent the whole. */
  #missedBy(client: Partial<Resuming> | undefined): Uint8Array | undefined {
    const known = client?.knownPatch;
    if (known === undefined) return undefined;
    if (this.#missed?.since === known) return this.#missed.patch;
    const missed = this.#history.since(known);
    if (missed === undefined) return undefined;
    const patch = inFrame(Buffer.concat([Uint8Array.of(Protocol.ROOM_STATE_PATCH), ...missed]));
    this.#missed = { patch, since: known };
    return patch;
  }

  #whole(): Uint8Array {
    if (this.#fullState !== undefined) return this.#fullState;
    const known = this.#history.whole();
    if (known !== undefined) {
      this.#fullState = inFrame(known);
      return this.#fullState;
    }
    this.needFullEncode = true;
    this.#fullState = super.getFullState();
    this.#history.begin(this.#fullState);
    return this.#fullState;
  }

  #isShared(timing: PatchTiming): boolean {
    return !this.hasFilters && !this.hasUnreliableFields && timing === undefined;
  }

  /** The same for all rooms of a kind: they share the description of their schema. */
  override handshake(): Uint8Array {
    const kind = this.encoder.state.constructor;
    const known = handshakes.get(kind) ?? super.handshake();
    handshakes.set(kind, known);
    return known;
  }

  /** @throws TypeError the second time: what an author knows of participants hangs on the state that there is. */
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
