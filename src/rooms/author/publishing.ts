// The room author's side of the outbox: which handler takes which published message, and what becomes of its errors.
// Runs handlers; knows nothing of numbers, streams or the store.
import { Refusal } from "../../protocol/refusal.ts";
import type { OutboxMessage } from "../../protocol/session.ts";
import { DeferredEffects } from "./deferred-effects.ts";
import { recordChangesOf } from "../internals/undo/install.ts";
import { takenBackOnThrow } from "../internals/undo/log.ts";

/** Any validator of the Standard Schema (zod, valibot, ...), as far as it is used here. */
export interface PayloadSchema<Payload> {
  readonly "~standard": {
    validate(value: unknown): StandardResult<Payload> | Promise<StandardResult<Payload>>;
  };
}
type StandardResult<Payload> =
  | { readonly value: Payload; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly unknown[] | undefined;
      }[];
    };

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

/** To whom an author's errors are reported. Implemented by rooms/author/author-guard. */
interface Errors {
  reportError(where: string, error: unknown): void;
}

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

  constructor(errors: Errors) {
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
      const result = registered.schema["~standard"].validate(payload);
      if (result instanceof Promise) {
        result.catch(this.#onError);
        throw new TypeError(`onPublish("${type}"): its schema must be synchronous`);
      }
      if (result.issues !== undefined) return `Invalid ${type}: ${result.issues[0]?.message ?? "unreadable"}`;
      const { value } = result;
      const handle = () => this.#handle(registered, from, value, type, id);
      const handleOrUndo = () => takenBackOnThrow(handle);
      this.effects.hold(handleOrUndo);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      this.#onError(error);
      return "The event could not take this";
    }
  }

  #handle(
    { handler }: Registered<Participant>,
    from: Participant,
    payload: unknown,
    type: string,
    id: string,
  ): void {
    const done: unknown = handler(from, payload, { id });
    if (!(done instanceof Promise)) return;
    done.catch(this.#onError);
    throw new TypeError(
      `onPublish("${type}"): its handler must be synchronous: what it changes is stored at once`,
    );
  }
}
