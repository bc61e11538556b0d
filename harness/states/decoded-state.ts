// A client's copy of a state, decoded as the SDK does it: of classes that the server describes, with what each patch changes.
import { type Decoder, Encoder, Reflection, type Schema } from "@colyseus/schema";
import type { StateChange } from "../../src/client/state/changes.ts";

/** A state of the server's, without a view. */
export class ServedState<State extends Schema> {
  readonly state: State;
  readonly encoder: Encoder;

  constructor(state: State) {
    this.state = state;
    this.encoder = new Encoder(state);
  }

  /** A copy as a new connection gets it: changes until now are no patch any more. */
  join(): DecodedState<State> {
    this.encoder.discardChanges();
    const copy = new DecodedState<State>(this.encoder);
    copy.decode(this.encoder.encodeAll());
    return copy;
  }

  patch(): Uint8Array {
    const bytes = Buffer.from(this.encoder.encode());
    this.encoder.discardChanges();
    return bytes;
  }
}

export class DecodedState<State extends Schema = Schema> {
  readonly decoder: Decoder<State>;

  constructor(encoder: Encoder) {
    this.decoder = Reflection.decode<State>(Reflection.encode(encoder));
  }

  get state(): State {
    return this.decoder.state;
  }

  /** Decodes a patch, or a whole state; returns what it has changed. */
  decode(bytes: Uint8Array, offset = 0): readonly StateChange[] {
    let changes: readonly StateChange[] = [];
    this.decoder.triggerChanges = (all) => void (changes = all as readonly StateChange[]);
    this.decoder.decode(bytes, { offset });
    return changes;
  }
}
