// How a handler of a room author's runs whose changes are stored in one commit with the fact that it ran (onPublish,
// onTimer): it is synchronous, what it asks for is done when it has returned, and of one that throws nothing is left.
import { takenBackOnThrow } from "../internals/undo/log.ts";
import type { DeferredEffects } from "./deferred-effects.ts";

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

/** To whom an author's errors are reported. Implemented by rooms/author/author-guard. */
export interface AuthorErrors {
  reportError(where: string, error: unknown): void;
}

/**
 * What the schema makes of a payload.
 * @param what names the handler in an error's sentence
 * @throws TypeError when the schema is asynchronous; `onError` gets what that rejects with
 */
export function validated<Payload>(
  schema: PayloadSchema<Payload>,
  payload: unknown,
  what: string,
  onError: (error: unknown) => void,
): StandardResult<Payload> {
  const result = schema["~standard"].validate(payload);
  if (!(result instanceof Promise)) return result;
  result.catch(onError);
  throw new TypeError(`${what}: its schema must be synchronous`);
}

/**
 * Runs a handler, and then what it has asked for.
 * @throws what the handler throws, of which nothing is left in the state then; TypeError when it is asynchronous
 */
export function allOrNothing(
  effects: DeferredEffects,
  handle: () => unknown,
  what: string,
  onError: (error: unknown) => void,
): void {
  const handleNow = () => {
    const done = handle();
    if (!(done instanceof Promise)) return;
    done.catch(onError);
    throw new TypeError(`${what}: its handler must be synchronous: what it changes is stored at once`);
  };
  effects.hold(() => takenBackOnThrow(handleNow));
}
