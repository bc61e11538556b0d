// Matchmaking as the contract has it: known methods, known codes. Answers what HttpGate has read: a join, by a type's name
// or by a room's id, by Admission; a return by its token by TokenReturns. The one place where refused requests are recorded; decides about nobody itself.
import type { Caller } from "../identity/identity.ts";
import { isEventRoomId, roomIdOf } from "../protocol/event-key.ts";
import { roomName } from "../protocol/messages.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { Admission, Wanted } from "./admission.ts";
import type { Closable } from "./join-queue.ts";
import {
  asRefusal,
  type ErrorReports,
  goneAway,
  noCreation,
  noSuchEvent,
  noSuchMethod,
  otherEvent,
} from "./refusals.ts";
import type { Reservation, RoomDirectory } from "./room-directory.ts";
import type { TokenReturns } from "./token-returns.ts";

/** One matchmaking request, read: `/matchmake/<method>/<room>`. */
export interface MatchmakeCall {
  readonly method: string;
  /** A room's name, or for `reconnect` its id. */
  readonly room: string;
  readonly options: Record<string, unknown>;
  /** The SDK's `client.auth.token`. */
  readonly token: string | undefined;
  readonly caller: Caller;
  /** The answer: its close says that the client has gone. */
  readonly client: Closable;
}

/** Where refused joins are recorded. ops/telemetry implements it. */
export interface RefusalReports extends ErrorReports {
  recordRefusal(refusal: Refusal, who: { event_id?: string; device_id?: string }): void;
}

/** The types of this server's events. Implemented by rooms/directory/event-types. */
export interface TypeNames {
  get(name: string): object | undefined;
}

/** A join, with the options that it would have by an event's name. */
interface Join {
  readonly wanted: Wanted;
  readonly options: Record<string, unknown>;
}

export class Matchmaking {
  readonly #admission: Admission;
  readonly #returns: TokenReturns;
  readonly #rooms: RoomDirectory;
  readonly #types: TypeNames;
  readonly #reports: RefusalReports;

  constructor(
    admission: Admission,
    returns: TokenReturns,
    rooms: RoomDirectory,
    types: TypeNames,
    reports: RefusalReports,
  ) {
    this.#admission = admission;
    this.#returns = returns;
    this.#rooms = rooms;
    this.#types = types;
    this.#reports = reports;
  }

  /** Reserves a seat, or finds the one to come back to. @throws Refusal */
  async answer(call: MatchmakeCall): Promise<Reservation> {
    const isReturn = call.method === "reconnect";
    try {
      return isReturn ? await this.#reconnect(call) : await this.#join(call, await this.#joinOf(call));
    } catch (error) {
      const refusal = asRefusal(error, this.#reports, isReturn ? "matchmake" : "join");
      if (refusal !== goneAway) this.#reports.recordRefusal(refusal, isReturn ? {} : idsIn(call.options));
      throw refusal;
    }
  }

  async #joinOf({ method, room, options }: MatchmakeCall): Promise<Join> {
    if (method === "joinById" && isEventRoomId(room)) return this.#joinById(room, options);
    const isType = room === roomName || this.#types.get(room) !== undefined;
    if (isType && method === "create") throw noCreation();
    if (!isType || (method !== "joinOrCreate" && method !== "join")) throw noSuchMethod();
    const type = room === roomName ? {} : { type: room };
    return { wanted: { ...type, mustExist: method === "join" }, options };
  }

  /** The event that has this room, of whatever type; its id may be left out of the options. */
  async #joinById(roomId: string, options: Record<string, unknown>): Promise<Join> {
    const wanted = { mustExist: true };
    const { event_id: named } = options;
    if (typeof named === "string" && roomIdOf(named) === roomId) return { wanted, options };
    if (named !== undefined) throw otherEvent();
    await this.#admission.restore(roomId);
    const event = this.#rooms.eventOf(roomId);
    if (event === undefined) throw noSuchEvent();
    return { wanted, options: { ...options, event_id: event.eventId } };
  }

  async #join({ token, caller, client }: MatchmakeCall, { options, wanted }: Join): Promise<Reservation> {
    const admitted = await this.#admission.admit(token, options, caller, client, wanted);
    try {
      const reservation = await this.#rooms.reserve(admitted.roomId, admitted.granted);
      this.#admission.reserved(admitted, reservation.sessionId);
      return reservation;
    } catch (error) {
      this.#admission.cameToNothing(admitted, caller);
      throw error;
    }
  }

  /** [Z44] The token is in the answer, too: some SDKs take it from there for their socket. */
  async #reconnect({ room: roomId, options }: MatchmakeCall): Promise<Reservation> {
    const { reconnectionToken: token } = options;
    if (typeof token !== "string")
      throw new Refusal(400, "Missing reconnectionToken", { reason: "missing_field" });
    const reservation = await this.#returns.reservationFor(roomId, token);
    return { ...reservation, reconnectionToken: token };
  }
}

/** Whose join it was, for the log: nothing of it has been checked. */
function idsIn(options: Record<string, unknown>): { event_id?: string; device_id?: string } {
  const { event_id, device_id } = options;
  return {
    ...(typeof event_id === "string" ? { event_id: event_id.slice(0, 128) } : {}),
    ...(typeof device_id === "string" ? { device_id: device_id.slice(0, 128) } : {}),
  };
}
