// The room's state as a phone has been sent it. Frames are kept as they came and decoded when somebody looks: most phones of a
// test are witnesses of messages, and never asked for their state.
import { Reflection, type Schema } from "@colyseus/schema";

type StateDecoder = ReturnType<typeof Reflection.decode<Schema>>;

/** So many patches wait to be decoded. */
const mostWaiting = 256;

export class StateView {
  #handshake: Uint8Array | undefined;
  #decoder: StateDecoder | undefined;
  #waiting: Uint8Array[] = [];
  #isWhole = false;

  /** A connection has begun: what its state is made of. Empty where the phone has that already. */
  begin(handshake: Uint8Array): void {
    if (handshake.length > 0) this.#handshake = Uint8Array.from(handshake);
  }

  /** A connection begins, whose first state is yet to come. */
  forget(): void {
    this.#isWhole = false;
  }

  /** The state, whole. */
  whole(bytes: Uint8Array): void {
    this.#decoder = undefined;
    this.#waiting = [Uint8Array.from(bytes)];
    this.#isWhole = true;
  }

  patch(bytes: Uint8Array): void {
    if (!this.#isWhole) return;
    this.#waiting.push(Uint8Array.from(bytes));
    if (this.#waiting.length > mostWaiting) this.#decode();
  }

  /** True when there is a state to look at. */
  get isThere(): boolean {
    return this.#isWhole;
  }

  /** The state as plain data; undefined before the first. */
  get plain(): unknown {
    return this.#decode()?.state.toJSON();
  }

  #decode(): StateDecoder | undefined {
    if (!this.#isWhole || this.#handshake === undefined) return undefined;
    this.#decoder ??= Reflection.decode<Schema>(this.#handshake);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const bytes of waiting) this.#decoder.decode(bytes);
    return this.#decoder;
  }
}
