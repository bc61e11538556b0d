// The room author's side of timers: which handler takes which, and what becomes of its errors. Implements event's port
// TimerAuthor. Runs handlers; knows nothing of deadlines or the store.
import type { HandlerListener, TimerAuthor } from "../../event/ports.ts";
import type { BookedTimer } from "../../event/timers/timer-book.ts";
import { payloadOf } from "../../event/timers/timers.ts";
import { recordChangesOf } from "../internals/undo/install.ts";
import { allOrNothing, type AuthorErrors, type PayloadSchema, validated } from "./all-or-nothing.ts";
import type { DeferredEffects } from "./deferred-effects.ts";

/** What a handler gets beside the payload. */
export interface FiredTimer {
  /** What `timers.after` or `timers.at` returned. */
  readonly id: string;
  readonly name: string;
  /** When it was due, as epoch milliseconds of the server's clock; it may be later by now. */
  readonly firesAt: number;
}

/** What a room author does when a timer fires; synchronous. */
export type TimedHandler<Payload> = (payload: Payload, timer: FiredTimer) => void;

interface Registered {
  readonly schema: PayloadSchema<unknown> | undefined;
  readonly handler: TimedHandler<unknown>;
}

/** Where a room keeps its handlers of timers. */
export const timing = Symbol("timing");

export class TimerHandlers implements TimerAuthor {
  listener: HandlerListener | undefined;
  readonly #handlers = new Map<string, Registered>();
  readonly #effects: DeferredEffects;
  readonly #errors: AuthorErrors;

  constructor(errors: AuthorErrors, effects: DeferredEffects) {
    this.#errors = errors;
    this.#effects = effects;
  }

  /** @throws TypeError when this name has a handler already, or the state something that cannot be taken back */
  register(state: new () => object, name: string, { schema, handler }: Registered): void {
    if (this.#handlers.has(name)) throw new TypeError(`onTimer: "${name}" has a handler already`);
    recordChangesOf(state);
    this.#handlers.set(name, { schema, handler });
    this.listener?.added(name);
  }

  has(name: string): boolean {
    return this.#handlers.has(name);
  }

  check(what: string, name: string, payload: string | null): void {
    this.#validated(what, this.#handlers.get(name)?.schema, payload);
  }

  fire({ id, name, payload, firesAt }: BookedTimer): void {
    try {
      const { schema, handler } = this.#handlers.get(name) as Registered;
      const what = `onTimer("${name}")`;
      const value = this.#validated(what, schema, payload);
      allOrNothing(this.#effects, () => handler(value, { id, name, firesAt }), what, this.report);
    } catch (error) {
      this.report(error);
    }
  }

  readonly report = (error: unknown): void => this.#errors.reportError("onTimer", error);

  #validated(what: string, schema: PayloadSchema<unknown> | undefined, payload: string | null): unknown {
    const value = payloadOf(payload);
    if (schema === undefined) return value;
    const result = validated(schema, value, what, this.report);
    if (result.issues === undefined) return result.value;
    throw new TypeError(`${what}: invalid payload: ${result.issues[0]?.message ?? "unreadable"}`);
  }
}
