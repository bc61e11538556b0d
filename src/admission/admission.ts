// The desk in front of all rooms (Colyseus's static onAuth): reads a join once, proves it, and answers no early.
// What it lets through is a Claim; the secret that came with it goes no further.
import { type AuthContext, matchMaker, type Room } from "@colyseus/core";
import { addressOf } from "../identity/address.ts";
import type { Caller, Claim } from "../identity/identity.ts";
import { parseJoinOptions } from "../protocol/join-options.ts";
import { directHeader, peerHeader } from "../protocol/peer-headers.ts";
import { type Refusal, retryLater } from "../protocol/refusal.ts";
import type { RoomContext } from "../event/context.ts";
import { type Doorkeeper, goneAway } from "./join-queue.ts";
import type { WhenGone } from "./request-gate.ts";
import { asRefusal, asServerError, restarting } from "./refusals.ts";
import { roomIdOf, seatKeyOf } from "../protocol/event-key.ts";

const retryMs = 1000;

/** Who is at the other end of a request, in the words of the edge's headers. */
export function callerOf(header: (name: string) => string | string[] | null | undefined): Caller {
  const [address, direct] = [String(header(peerHeader) ?? "unknown"), header(directHeader)];
  return {
    address: addressOf(address) ?? address,
    isLocal: direct === "local",
    isShared: direct === "shared",
  };
}

/** A room that can say no before a socket exists. */
export interface Admitting {
  readonly isDisposing: boolean;
  /** @throws Refusal when this claim cannot have, or return to, a seat. */
  admit(claim: Claim, caller: Caller): void;
  readonly participants: { get(deviceId: string): unknown };
  /** Whose seat a session has; undefined when it has none. */
  deviceOfSession(sessionId: string): string | undefined;
}

export class Admission {
  readonly #context: RoomContext;
  readonly #door: Doorkeeper;
  /** The matchmaker asks again, with the same object, when it retries: by then the token is gone from it. */
  readonly #read = new WeakMap<object, Claim>();

  constructor(context: RoomContext, door: Doorkeeper) {
    this.#context = context;
    this.#door = door;
  }

  /** For the framework's static onAuth. @throws ServerError with one of the contract's codes and a sentence. */
  async authorize(token: string | undefined, options: unknown, { headers }: AuthContext): Promise<Claim> {
    try {
      return await this.admit(
        token,
        options,
        callerOf((name) => headers.get(name)),
        () => {},
      );
    } catch (error) {
      throw asServerError(error as Refusal);
    }
  }

  /** Resolves when this join's turn has come, too; `whenGone` ends its wait. @throws Refusal */
  async admit(
    token: string | undefined,
    options: unknown,
    caller: Caller,
    whenGone: WhenGone,
  ): Promise<Claim> {
    try {
      return await this.#admit(token, options, caller, whenGone);
    } catch (error) {
      const { telemetry } = this.#context;
      const refusal = asRefusal(error, (unexpected) => telemetry.reportError("join", unexpected));
      if (refusal !== goneAway) telemetry.recordRefusal(refusal, idsIn(options));
      throw refusal;
    }
  }

  async #admit(
    token: string | undefined,
    options: unknown,
    caller: Caller,
    whenGone: WhenGone,
  ): Promise<Claim> {
    const { isDraining, ownership } = this.#context;
    if (isDraining()) throw restarting();
    const known = isObject(options) ? this.#read.get(options) : undefined;
    const claim = known ?? (await this.#context.proofs.claim(parseJoinOptions(options, token), caller));
    if (isObject(options)) {
      scrub(options, claim);
      this.#read.set(options, claim);
    }
    const roomId = roomIdOf(claim.eventId);
    await this.#context.recovery.restore(roomId); // or a return would count as a new seat
    await ownership?.restore(roomId);
    try {
      await this.#letIn(claim, caller, known === undefined ? whenGone : undefined);
    } catch (error) {
      this.cameToNothing(claim, caller);
      throw error;
    }
    return claim;
  }

  /** Resolves when this claim may have its seat reserved; without `whenGone` it has had its turn. @throws Refusal */
  async #letIn(claim: Claim, caller: Caller, whenGone: WhenGone | undefined): Promise<void> {
    const { config, limits, ownership } = this.#context;
    const room = localRoomOf(claim);
    if (room?.isDisposing) throw retryLater("The event is being closed", retryMs, "moving");
    if (room !== undefined) room.admit(claim, caller);
    else if (this.#context.events.size >= config.maxEvents)
      throw retryLater(
        `This server already holds its maximum of ${config.maxEvents} events`,
        10 * retryMs,
        "too_many_events",
      );
    else {
      limits.open(claim, caller);
      limits.join(claim, caller);
    }
    const isReturn = isSeated(room, claim);
    if (claim.role === "participant" && room !== undefined && !isReturn)
      await ownership?.makeWay(roomIdOf(claim.eventId));
    const roomId = roomIdOf(claim.eventId);
    const seat = isReturn && claim.role === "participant" ? seatKeyOf(roomId, claim.deviceId) : undefined;
    const turn = whenGone && this.#door.pass(isReturn ? "return" : "join", whenGone, seat);
    if (turn !== undefined) {
      await turn;
      const later = localRoomOf(claim);
      if (isReturn && later?.isDisposing === false) later.admit(claim, caller); // its seat waits with it, from now again
    }
    if (room === undefined) await ownership?.openFor(claim.eventId);
  }

  /** A join that was let in has its reservation, for this session. */
  reserved(claim: Claim, sessionId: string): void {
    this.#context.limits.reserved(claim, sessionId);
  }

  /** A join that was let in, or nearly, has no reservation after all: its address's budgets are as they were. */
  cameToNothing(claim: Claim, caller: Caller): void {
    const { limits } = this.#context;
    limits.giveBack(claim, caller);
    if (localRoomOf(claim) === undefined) limits.ended(claim.eventId);
  }
}

function localRoomOf({ eventId }: Claim): (Room & Admitting) | undefined {
  return matchMaker.getLocalRoomById(roomIdOf(eventId)) as (Room & Admitting) | undefined;
}

/** A proven claim for a seat that is there. */
function isSeated(room: Admitting | undefined, claim: Claim): boolean {
  return claim.role === "participant" && room?.participants.get(claim.deviceId) !== undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Join options travel on to the room, to another process, into error texts: leave nothing secret or hostile in them. */
function scrub(options: Record<string, unknown>, claim: Claim): void {
  for (const key of Object.keys(options)) {
    if (key !== "device_id") delete options[key];
  }
  options.event_id = claim.eventId;
}

function idsIn(options: unknown): { event_id?: string; device_id?: string } {
  if (!isObject(options)) return {};
  const short = (value: unknown) => (typeof value === "string" ? value.slice(0, 128) : undefined);
  const [event_id, device_id] = [short(options.event_id), short(options.device_id)];
  return {
    ...(event_id === undefined ? {} : { event_id }),
    ...(device_id === undefined ? {} : { device_id }),
  };
}
