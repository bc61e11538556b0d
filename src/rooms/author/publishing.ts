// The room author's side of the outbox: which handler takes which published message, and what becomes of its errors.
// Runs handlers; knows nothing of numbers, streams or the store.
import { Refusal } from "../../protocol/refusal.ts";
import type { OutboxMessage } from "../../protocol/session.ts";
import { DeferredEffects } from "./deferred-effects.ts";
import { recordChangesOf } from "../internals/undo/install.ts";
import { allOrNothing, type AuthorErrors, type PayloadSchema, validated } from "./all-or-nothing.ts";

/** What a handler gets beside the payload. */
export interface PublishedMessage {
  /** The same for every delivery of this message: give it to whatever outside the room must see it once. */
  readonly id: string;
}

export type PublishHandler<Participant, Payload> = (
  from: Participant,
  payload: Payload,
  message: PublishedMessage,
) => void;

interface Registered<Participant> {
  readonly schema: PayloadSchema<unknown>;
  readonly handler: PublishHandler<Participant, unknown>;
}

/** Where a room keeps its handlers. */
export const publishing = Symbol("publishing");

export class Publishing<Participant> {
  readonly #handlers = new Map<string, Registered<Participant>>();
  /** What a handler asks for beside changing the state. */
  readonly effects: DeferredEffects;
  readonly #onError: (error: unknown) => void;

  constructor(errors: AuthorErrors) {
    this.#onError = (error) => errors.reportError("onPublish", error);
    this.effects = new DeferredEffects(this.#onError);
  }

  /** @throws TypeError when this type has a handler already, or the state something that cannot be taken back. */
  register<Payload>(
    state: new () => object,
    type: string,
    schema: PayloadSchema<Payload>,
    handler: PublishHandler<Participant, Payload>,
  ): void {
    if (this.#handlers.has(type)) throw new TypeError(`onPublish: "${type}" has a handler already`);
    recordChangesOf(state);
    this.#handlers.set(type, { schema, handler: handler as PublishHandler<Participant, unknown> });
  }

  /**
   * Hands a message to its handler. Returns why it was refused, as a sentence; undefined when it was taken. Of one that
   * was refused nothing is left in the state, and nothing that its handler asked for happens.
   */
  take(from: Participant | undefined, { type, payload }: OutboxMessage, id: string): string | undefined {
    if (from === undefined) return "The seat is gone";
    const registered = this.#handlers.get(type);
    if (registered === undefined) return `This event takes no "${type}"`;
    try {
      const what = `onPublish("${type}")`;
      const { schema, handler } = registered;
      const result = validated(schema, payload, what, this.#onError);
      if (result.issues !== undefined) return `Invalid ${type}: ${result.issues[0]?.message ?? "unreadable"}`;
      const { value } = result;
      allOrNothing(this.effects, () => handler(from, value, { id }), what, this.#onError);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      this.#onError(error);
      return "The event could not take this";
    }
  }
}
