// A room author's message handlers, as the framework gets them: a request whose handler fails is answered with why, and a
// payload that its schema refuses is a line in the log with the client's ids instead of an error with a stack.
import { type Client, type Room, ServerError } from "@colyseus/core";
import { closeCodes } from "../protocol/close-codes.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { AuthorGuard } from "./author-guard.ts";
import type { PayloadSchema } from "./publishing.ts";

/** What the framework tells a handler beside the message; `id` is undefined unless the client waits for an answer. */
interface Context {
  readonly id?: number | undefined;
}
type Handler = (client: Client, message: unknown, context?: Context) => unknown;
type Register = (type: string | number, ...handler: unknown[]) => () => void;

/** Every handler that this room registers from now on, by `messages`, `onMessage` or `onMessageBytes`. */
export function answerRequests(room: Room, guard: AuthorGuard): void {
  const wrapping =
    (register: Register): Register =>
    (type, ...given) => {
      if (type === "*") return register(type, ...given); // has no answer to give
      const handler = given.at(-1) as Handler;
      const schema = given.length > 1 ? (given[0] as PayloadSchema<unknown>) : undefined;
      return register(type, wrapped(type, schema, handler, guard));
    };
  room.onMessage = wrapping(room.onMessage.bind(room) as Register) as Room["onMessage"];
  room.onMessageBytes = wrapping(room.onMessageBytes.bind(room) as Register) as Room["onMessageBytes"];
}

function wrapped(
  type: string | number,
  schema: PayloadSchema<unknown> | undefined,
  handler: Handler,
  guard: AuthorGuard,
): Handler {
  return (client, payload, context) => {
    const isRequest = context?.id !== undefined;
    const read = readBy(schema, payload);
    if ("why" in read) {
      const sentence = `Invalid ${type}: ${read.why}`;
      guard.malformed(client, sentence);
      if (isRequest) return answerOf(Promise.reject(new Refusal(400, sentence)));
      return client.leave(closeCodes.undecodable.code, closeCodes.undecodable.reason);
    }
    if (!isRequest) return handler(client, read.message, context);
    try {
      const answer = handler(client, read.message, context);
      return isThenable(answer) ? answerOf(Promise.resolve(answer)) : answer;
    } catch (error) {
      return answerOf(Promise.reject(error as Error));
    }
  };
}

const longestWhy = 200;

function readBy(
  schema: PayloadSchema<unknown> | undefined,
  payload: unknown,
): { message: unknown } | { why: string } {
  if (schema === undefined) return { message: payload };
  const result = schema["~standard"].validate(payload);
  if (result instanceof Promise) throw new TypeError("A message's schema must be synchronous");
  if (result.issues === undefined) return { message: result.value };
  return { why: (result.issues[0]?.message ?? "unreadable").slice(0, longestWhy) };
}

/**
 * @colyseus/core 0.18.17, RoomMessages.ts:140-147, 252-270: the framework calls `catch` on what a handler returned, to
 * report what it threw, and takes what that returns for the answer: so that "success" was the answer to a failure. This
 * is reported likewise, and rejected after that; the framework prints no ServerError, and sends its code and sentence.
 */
function answerOf(answer: Promise<unknown>): object {
  return {
    catch: (report: (error: unknown) => void) => ({
      // oxlint-disable-next-line no-thenable -- the framework asks an answer for its `then`
      then: (resolve: (value: unknown) => void, reject: (error: ServerError) => void) =>
        void answer.then(resolve, (error: unknown) => {
          report(error);
          reject(asAnswer(error));
        }),
    }),
  };
}

/** An author's Refusal as it is; of anything else that it threw no word leaves the server. */
function asAnswer(error: unknown): ServerError {
  if (!(error instanceof Refusal)) return new ServerError(500, "The event could not answer this");
  return Object.assign(new ServerError(error.code, error.message), { name: error.name });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "then") === "function";
}
