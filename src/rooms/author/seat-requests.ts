// The author's say before there is a seat: what a join may contain beside what is ours (`joinOptions`), whether this one may
// have a seat (`onSeatRequested`), and with which own fields it begins. Bounds how long that takes; what an author's code
// throws, a Refusal excepted, reaches no client. Never gives a seat, and keeps nobody else waiting.
import type { Clock } from "../../clock.ts";
import type { ParticipantClaim } from "../../identity/identity.ts";
import { tooManyOptions } from "../../protocol/incoming/join-options.ts";
import { Refusal, retryHintMs, retryLater } from "../../protocol/refusal.ts";
import { type Claims, noClaims } from "../../seats/seat.ts";
import type { EventSchema, Participant, ParticipantOf } from "../../schema/event-state.ts";
import { beginningOf } from "./own-fields.ts";
import type { PayloadSchema } from "./all-or-nothing.ts";

/** A new seat waits for its author: SDKs give up a join after 5 s, and the seat has still to be stored. */
const newWithinMs = 3000;
/** A return is let in after this whatever its author says: its seat's expiry waits 5 s for it, and the join queue took some. */
const returnWithinMs = 1000;
const longestWhy = 200;

type OutputOf<Schema> = Schema extends PayloadSchema<infer Output> ? Output : never;

interface Requester {
  readonly deviceId: string;
  /** The device's own id where nobody has said whose it is. */
  readonly userId: string;
  /** `host` for one whose token makes it a host, and who wants a seat. */
  readonly role: "participant" | "host";
  readonly claims: Claims;
  /** What others will see; "" for none. */
  readonly displayName: string;
}

/**
 * Somebody who asks for a seat by a join. `isNew` is false for one who comes back to a seat that it has: then the options are
 * undefined where the join did not bring any that are good (a page that was loaded again).
 * @example onSeatRequested({ isNew, options }: SeatRequest<typeof joinOptions>) { ... }
 */
export type SeatRequest<Schema = PayloadSchema<unknown>> =
  | (Requester & { readonly isNew: true; readonly options: OutputOf<Schema> })
  | (Requester & { readonly isNew: false; readonly options: OutputOf<Schema> | undefined });

/** Own fields that a new participant begins with. */
export type OwnFieldsOf<S extends EventSchema> = Partial<Omit<ParticipantOf<S>, keyof Participant>>;

/** What an author's room may have. Implemented by rooms/AuthorRoom, as far as an author writes it. */
export interface SeatRequestHooks {
  readonly schema: EventSchema;
  readonly joinOptions?: PayloadSchema<unknown> | undefined;
  onSeatRequested?(request: never): unknown;
}

/** To whom an author's errors are reported, and the server's clock. Implemented by rooms/author/author-guard. */
interface Guarding {
  readonly clock: Clock;
  reportError(where: string, error: unknown, fields?: Record<string, unknown>): void;
}

/** Where a room keeps its own. */
export const seatRequests = Symbol("seat requests");

export class SeatRequests {
  readonly #hooks: SeatRequestHooks;
  readonly #guard: Guarding;
  /** Of the same request from the same device: the answer that is being waited for. */
  readonly #pending = new Map<string, Promise<string | undefined>>();

  constructor(hooks: SeatRequestHooks, guard: Guarding) {
    this.#hooks = hooks;
    this.#guard = guard;
  }

  /**
   * Asks the author about a proven claim. Undefined where it has nothing to say: nobody waits then.
   * @returns the own fields, as JSON, that a new participant begins with
   * @throws Refusal the author's; 400 for options that its schema refuses, 503 when it does not answer in time
   */
  ask(claim: ParticipantClaim, isNew: boolean): Promise<string | undefined> | undefined {
    const { joinOptions, onSeatRequested } = this.#hooks;
    if (joinOptions === undefined && onSeatRequested === undefined) return undefined;
    const key = JSON.stringify([claim, isNew]);
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending; // a second join of the same one, while the first waits
    const asked = this.#inTime(claim, isNew).finally(() => this.#pending.delete(key));
    this.#pending.set(key, asked);
    return asked;
  }

  async #inTime(claim: ParticipantClaim, isNew: boolean): Promise<string | undefined> {
    const limitMs = isNew ? newWithinMs : returnWithinMs;
    const { promise: isLate, reject } = Promise.withResolvers<never>();
    isLate.catch(() => {});
    const limit = this.#guard.clock.after(limitMs, () =>
      reject(new Error(`onSeatRequested has not answered within ${limitMs} ms`)),
    );
    try {
      return await Promise.race([isNew ? this.#new(claim) : this.#returning(claim), isLate]);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      this.#guard.reportError("onSeatRequested", error, { device_id: claim.deviceId });
      if (!isNew) return undefined; // its seat is its own: an author's mistake does not cost it
      throw retryLater("The event cannot say just now whether you may join", retryHintMs);
    } finally {
      limit.cancel();
    }
  }

  async #new(claim: ParticipantClaim): Promise<string | undefined> {
    if (this.#hooks.joinOptions !== undefined && claim.hasTooManyOptions) throw tooManyOptions();
    const read = await this.#read(claim);
    if (read.why !== undefined)
      throw new Refusal(400, `Invalid join options: ${read.why}`, {
        reason: "invalid_field",
        logAs: "Invalid join options", // a schema's sentence may hold what was sent
      });
    const fields = await this.#call({ ...requesterOf(claim), isNew: true, options: read.options });
    return fields === undefined ? undefined : beginningOf(this.#hooks.schema, fields);
  }

  async #returning(claim: ParticipantClaim): Promise<undefined> {
    const { options, why } = await this.#read(claim);
    await this.#call({
      ...requesterOf(claim),
      isNew: false,
      options: why === undefined ? options : undefined,
    });
  }

  #call(request: SeatRequest): unknown {
    const { onSeatRequested } = this.#hooks;
    return onSeatRequested?.call(this.#hooks, request as never);
  }

  /** Without a schema nothing that nobody has checked reaches the author. */
  async #read({ options = {} }: ParticipantClaim): Promise<{ options: unknown; why?: string }> {
    const { joinOptions } = this.#hooks;
    if (joinOptions === undefined) return { options: {} };
    const result = await joinOptions["~standard"].validate(options);
    if (result.issues === undefined) return { options: result.value };
    return { options: undefined, why: sentenceOf(result.issues[0]) };
  }
}

function requesterOf({ deviceId, userId, displayName, isHost, claims = noClaims }: ParticipantClaim) {
  return {
    deviceId,
    userId: userId ?? deviceId,
    displayName: displayName ?? "",
    role: isHost === true ? ("host" as const) : ("participant" as const),
    claims,
  };
}

type Issue = { readonly message: string; readonly path?: readonly unknown[] | undefined } | undefined;

function sentenceOf(issue: Issue): string {
  const path = (issue?.path ?? []).map((step) => String((step as { key?: unknown } | null)?.key ?? step));
  return [...path.slice(0, 1), issue?.message ?? "they cannot be read"].join(": ").slice(0, longestWhy);
}
