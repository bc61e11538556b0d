// A room author's message handlers, as the framework gets them: a request whose handler fails is answered with why, and a
// payload that its schema refuses is a line in the log with the client's ids instead of an error with a stack.
import { type Client, type Room, ServerError } from "@colyseus/core";
import { closeCodes } from "../../protocol/close-codes.ts";
import { Refusal } from "../../protocol/refusal.ts";
import type { AuthorGuard } from "./author-guard.ts";
import { HostsOnly, HostsSchema } from "./host-only.ts";
import type { PayloadSchema } from "./all-or-nothing.ts";

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
      const handler = given.at(-1) as Handler;
      if (type === "*") return register(type, catchable(handler, guard)); // has no answer to give
      const schema = given.length > 1 ? (given[0] as PayloadSchema<unknown>) : undefined;
      return register(type, new MessageHandler(type, schema, handler, guard).take);
    };
  room.onMessage = wrapping(room.onMessage.bind(room) as Register) as Room["onMessage"];
  room.onMessageBytes = wrapping(room.onMessageBytes.bind(room) as Register) as Room["onMessageBytes"];
}

/** One handler of an author's, as the framework calls it. */
class MessageHandler {
  readonly #type: string | number;
  readonly #schema: PayloadSchema<unknown> | undefined;
  readonly #handler: Handler;
  readonly #guard: AuthorGuard;

  constructor(
    type: string | number,
    schema: PayloadSchema<unknown> | undefined,
    handler: Handler,
    guard: AuthorGuard,
  ) {
    this.#type = type;
    this.#schema = schema;
    this.#handler = handler;
    this.#guard = guard;
  }

  readonly take: Handler = (client, payload, context) => {
    if (context?.id !== undefined) return answerOf(() => this.#handle(client, payload, context), this.#guard);
    try {
      return reported(this.#handle(client, payload, context), this.#guard);
    } catch (error) {
      return notFor(client, this.#type, error, this.#guard);
    }
  };

  #handle(client: Client, payload: unknown, context: Context | undefined): unknown {
    if (this.#schema instanceof HostsSchema) this.#schema.admit(client);
    const read = readBy(this.#schema, payload);
    if ("message" in read) return this.#handler(client, read.message, context);
    const sentence = `Invalid ${this.#type}: ${read.why}`;
    this.#guard.malformed(client, sentence);
    if (context?.id !== undefined) throw new Refusal(400, sentence);
    return client.leave(closeCodes.undecodable.code, closeCodes.undecodable.reason);
  }
}

/**
 * RoomMessages.ts:163-177: the framework reads the `message` of what a handler threw. Of `throw undefined`, which has none,
 * it makes an error of its own, that leaves the client's socket unread.
 */
function catchable(handler: Handler, guard: AuthorGuard): Handler {
  const take: Handler = (...args) => {
    try {
      return reported(handler(...args), guard);
    } catch (error) {
      return notFor(args[0], String(args[1]), error, guard);
    }
  };
  return take;
}

/** What is for hosts only is a line in the log. @throws whatever else a handler threw */
function notFor(client: Client, type: string | number, error: unknown, guard: AuthorGuard): undefined {
  if (!(error instanceof HostsOnly)) throw something(error);
  guard.notAllowed(client, `${type}: ${error.message}`.slice(0, longestWhy));
  return undefined;
}

function reported(done: unknown, guard: AuthorGuard): unknown {
  return done instanceof Promise ? reporting(done, guard) : done;
}

/** What the framework asks to `catch`; an author's own report (`onUncaughtException`) may fail, too. */
function reporting(done: Promise<unknown>, guard: AuthorGuard): object {
  const caught = (report: (error: unknown) => void) => (error: unknown) =>
    guard.run("onUncaughtException", () => report(something(error)));
  return { catch: (report: (error: unknown) => void) => void done.catch(caught(report)) };
}

function something(thrown: unknown): unknown {
  return thrown ?? new TypeError(`A handler threw ${thrown}`);
}

const longestWhy = 200;

function readBy(
  schema: PayloadSchema<unknown> | undefined,
  payload: unknown,
): { message: unknown } | { why: string } {
  if (schema === undefined) return { message: payload };
  const result = schema["~standard"].validate(payload);
  if (result instanceof Promise) {
    result.catch(() => {}); // zod begins anew asynchronously when a schema throws: that would be nobody's rejection
    throw new TypeError("A message's schema must be synchronous");
  }
  if (result.issues === undefined) return { message: result.value };
  return { why: (result.issues[0]?.message ?? "unreadable").slice(0, longestWhy) };
}

/**
 * @colyseus/core 0.18.17, RoomMessages.ts:140-147, 252-270: the framework calls `catch` on what a handler returned, to
 * report what it threw, and takes what that returns for the answer: so that "success" was the answer to a failure. This
 * is reported likewise, and rejected after that; the framework prints no ServerError, and sends its code and sentence. An
 * answer that cannot be encoded (`resolve` throws) is a failure, too. What is answered at once is sent in this turn.
 */
function answerOf(ask: () => unknown, guard: AuthorGuard): object {
  return {
    catch: (report: (error: unknown) => void) => ({
      // oxlint-disable-next-line no-thenable -- the framework asks an answer for its `then`
      then: (resolve: (value: unknown) => void, reject: (error: ServerError) => void) => {
        const fail = (error: unknown): void => {
          guard.run("onUncaughtException", () => report(something(error)));
          reject(asAnswer(error));
        };
        const answer = (value: unknown): void => attempt(() => resolve(value), fail);
        attempt(() => {
          const value = ask();
          if (isThenable(value)) Promise.resolve(value).then(answer, fail);
          else answer(value);
        }, fail);
      },
    }),
  };
}

function attempt(act: () => void, fail: (error: unknown) => void): void {
  try {
    act();
  } catch (error) {
    fail(error);
  }
}

/** An author's Refusal as it is; of anything else that it threw nothing leaves the server. */
function asAnswer(error: unknown): ServerError {
  if (!(error instanceof Refusal)) return new ServerError(500, "The event could not answer this");
  return Object.assign(new ServerError(error.code, error.message), { name: error.name });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "then") === "function";
}
