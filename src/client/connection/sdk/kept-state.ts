// Which state a connection has, and what of it the next one may go on from instead of beginning with a whole one.
// Knows the room's numbers and the kinds of its frames; never decodes anything, and knows nothing of the SDK.
import type { KeptState as StatePosition, PresenceResumed } from "../../../protocol/session.ts";

/** Colyseus's byte for a whole state (shared-types Protocol.ROOM_STATE). */
export const wholeState = 14;
/** And for what has changed in it (ROOM_STATE_PATCH). */
const patchOfState = 15;

/** A state as it was when its connection died, and which one that is. */
export interface KeptState<Decoder> extends StatePosition {
  readonly decoder: Decoder;
}

export class StateTracker<Decoder> {
  /** The state from before this connection, until the room has sent its first. */
  #before: KeptState<Decoder> | undefined;
  /** Which state this is; unknown until the room has sent its number. */
  #position: StatePosition | undefined;
  #atClose: KeptState<Decoder> | undefined;
  #hasState = false;
  #isBroken = false;

  constructor(before: KeptState<Decoder> | undefined) {
    this.#before = before;
  }

  /** The state that this connection goes on from, while nothing newer is there. */
  get before(): KeptState<Decoder> | undefined {
    return this.#before;
  }

  /** The room says which state it has sent so far. */
  located({ epoch, patch }: Partial<PresenceResumed> = {}): void {
    this.#position = typeof epoch === "number" && typeof patch === "number" ? { epoch, patch } : undefined;
  }

  /**
   * A frame is decoded next. True: it is a whole state, of another room or after too much was missed, and nothing of
   * the one from before may be left. That one stays as it was: what differs is found by comparing the two.
   */
  frameReceived(kind: number | undefined): boolean {
    const beginsAnew = kind === wholeState && (this.#before !== undefined || this.#hasState);
    if (kind === wholeState || kind === patchOfState) {
      this.#before = undefined;
      this.#hasState = true;
    }
    const at = this.#position;
    if (kind === patchOfState && at !== undefined) this.#position = { epoch: at.epoch, patch: at.patch + 1 };
    return beginsAnew;
  }

  /** What was decoded is wrong: nothing may go on from it. */
  broken(): void {
    this.#isBroken = true;
  }

  /** The connection is closed: what is kept from here on is what it had now. */
  closed(decoder: Decoder): void {
    this.#atClose = this.kept(decoder);
  }

  /** The state as it is; undefined when it is not known which that is. */
  kept(decoder: Decoder | undefined): KeptState<Decoder> | undefined {
    if (this.#isBroken) return undefined;
    const known = this.#atClose ?? this.#before;
    if (known !== undefined) return known;
    if (this.#position === undefined || decoder === undefined) return undefined;
    return { ...this.#position, decoder };
  }
}
