// Matchmaking as the contract has it: two methods, known codes. Answers what HttpGate has read: a join by Admission, a
// return by its token by TokenReturns. The one place where refused requests are recorded; decides about nobody itself.
import type { Caller } from "../identity/identity.ts";
import { roomName } from "../protocol/messages.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { Admission } from "./admission.ts";
import type { Closable } from "./join-queue.ts";
import { asRefusal, type ErrorReports, goneAway, noSuchMethod } from "./refusals.ts";
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

export class Matchmaking {
  readonly #admission: Admission;
  readonly #returns: TokenReturns;
  readonly #rooms: RoomDirectory;
  readonly #reports: RefusalReports;

  constructor(admission: Admission, returns: TokenReturns, rooms: RoomDirectory, reports: RefusalReports) {
    this.#admission = admission;
    this.#returns = returns;
    this.#rooms = rooms;
    this.#reports = reports;
  }

  /** Reserves a seat, or finds the one to come back to. @throws Refusal */
  async answer(call: MatchmakeCall): Promise<Reservation> {
    const isJoin = call.method === "joinOrCreate" && call.room === roomName;
    try {
      if (isJoin) return await this.#join(call);
      if (call.method === "reconnect") return await this.#reconnect(call);
      throw noSuchMethod();
    } catch (error) {
      const refusal = asRefusal(error, this.#reports, isJoin ? "join" : "matchmake");
      if (refusal !== goneAway) this.#reports.recordRefusal(refusal, isJoin ? idsIn(call.options) : {});
      throw refusal;
    }
  }

  async #join({ token, options, caller, client }: MatchmakeCall): Promise<Reservation> {
    const admitted = await this.#admission.admit(token, options, caller, client);
    try {
      const reservation = await this.#rooms.reserve(admitted.roomId, admitted.claim);
      this.#admission.reserved(admitted, reservation.sessionId);
      return reservation;
    } catch (error) {
      this.#admission.cameToNothing(admitted, caller);
      throw error;
    }
  }

  #reconnect({ room: roomId, options }: MatchmakeCall): Promise<Reservation> {
    const { reconnectionToken: token } = options;
    if (typeof token !== "string")
      throw new Refusal(400, "Missing reconnectionToken", { reason: "missing_field" });
    return this.#returns.reservationFor(roomId, token);
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
