// Matchmaking as the contract has it: two methods, known codes. An event that lives here is reserved in directly, by its
// id; the framework's own search goes over all rooms, and its router through several request objects, for every join.
import { type IRoomCache, matchMaker, Room } from "@colyseus/core";
import type { Claim } from "../identity/identity.ts";
import type { Telemetry } from "../ops/telemetry.ts";
import { roomName } from "../protocol/messages.ts";
import { Refusal, retryLater } from "../protocol/refusal.ts";
import { type Admission, type Admitting } from "./admission.ts";
import { corsHeaders, type Origins } from "./cors.ts";
import type { Doorkeeper } from "./join-queue.ts";
import { type MatchmakeCall, retryMs, type WhenGone } from "./request-gate.ts";
import { asRefusal, noSuchMethod, noSuchSeat, reconnectionRefused } from "./refusals.ts";
import { roomIdOf, seatKeyOf } from "../protocol/event-key.ts";

type Reservation = Awaited<ReturnType<typeof matchMaker.reserveSeatFor>>;

interface Parts {
  readonly admission: Admission;
  readonly door: Doorkeeper;
  readonly telemetry: Telemetry;
  /** Brings a stored event's room back, if it has none yet. */
  readonly restore: (roomId: string) => Promise<void>;
}

export class Matchmaking {
  readonly #parts: Parts;
  /** Rooms that come into being, by id: each is made once, for all who come meanwhile. */
  readonly #opening = new Map<string, Promise<unknown>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reserves a seat, or finds the one to come back to. @throws Refusal */
  async answer(call: MatchmakeCall): Promise<object> {
    const { telemetry } = this.#parts;
    const isJoin = call.method === "joinOrCreate" && call.room === roomName;
    try {
      if (isJoin) return await this.#join(call);
      if (call.method === "reconnect") return await this.#reconnect(call);
      throw noSuchMethod();
    } catch (error) {
      const refusal = asRefusal(error, (unexpected) => telemetry.reportError("matchmake", unexpected));
      if (!isJoin) telemetry.recordRefusal(refusal, {}); // the desk has told of its refusals itself
      throw refusal;
    }
  }

  async #join(call: MatchmakeCall): Promise<object> {
    const { options, token, caller, whenGone } = call;
    const claim = await this.#parts.admission.admit(token, options, caller, whenGone);
    try {
      const reservation = await this.#reserve(claim, call);
      this.#parts.admission.reserved(claim, reservation.sessionId);
      return reservation;
    } catch (error) {
      this.#parts.admission.cameToNothing(claim, caller);
      throw error;
    }
  }

  async #reserve(claim: Claim, call: MatchmakeCall): Promise<Reservation> {
    const roomId = roomIdOf(claim.eventId);
    if (matchMaker.getLocalRoomById(roomId) === undefined) {
      await this.#open(roomId, claim.eventId);
      // The desk is asked again, and knows this request: now there is a room that may say no.
      await this.#parts.admission.admit(call.token, call.options, call.caller, call.whenGone);
    }
    const room = matchMaker.getLocalRoomById(roomId) as (Room & Admitting) | undefined;
    if (room === undefined || room.isDisposing)
      throw retryLater("The event is being closed", retryMs, "moving");
    return matchMaker.reserveSeatFor(listingOf(room), {}, claim);
  }

  /** Not by the matchmaker's `joinOrCreate`: it builds further rooms of an event whose first one is locked or private. */
  #open(roomId: string, eventId: string): Promise<unknown> {
    const underWay = this.#opening.get(roomId);
    if (underWay !== undefined) return underWay;
    const room = matchMaker
      .createRoom(roomName, { event_id: eventId })
      .finally(() => this.#opening.delete(roomId));
    this.#opening.set(roomId, room);
    return room;
  }

  /** The HTTP half of `client.reconnect`; its socket is the one that counts at the door. */
  async #reconnect({ room: roomId, options }: MatchmakeCall): Promise<object> {
    const { reconnectionToken: token } = options;
    if (typeof token !== "string")
      throw new Refusal(400, "Missing reconnectionToken", { reason: "missing_field" });
    await this.#parts.restore(roomId);
    const room: unknown = matchMaker.getLocalRoomById(roomId);
    if (!(room instanceof Room)) throw noSuchSeat(); // the framework keeps its rooms in a plain object
    const sessionId = room.checkReconnectionToken(token);
    if (!sessionId) throw reconnectionRefused();
    return matchMaker.buildSeatReservation(listingOf(room), sessionId);
  }

  /**
   * A socket that returns by its token: resolves when it may come in. One whose token is not good is let in to be told
   * so, and takes nobody's turn. @throws Refusal
   */
  async letBack(roomId: string, token: string, whenGone: WhenGone): Promise<void> {
    await this.#parts.restore(roomId);
    if (!this.#parts.door.isRated) return;
    const room = matchMaker.getLocalRoomById(roomId) as unknown;
    const sessionId = room instanceof Room && room.checkReconnectionToken(token); // [S9] its seat waits with it
    if (!sessionId) return;
    const deviceId = (room as unknown as Admitting).deviceOfSession(sessionId);
    const seat = deviceId === undefined ? undefined : seatKeyOf(roomId, deviceId);
    const turn = this.#parts.door.pass("return", whenGone, seat);
    if (turn === undefined) return;
    await turn;
    if (matchMaker.getLocalRoomById(roomId) !== room)
      throw retryLater("The event has moved", retryMs, "moving");
  }
}

/** What the matchmaker reads of a room that lives in this process. */
function listingOf({ roomId, roomName: name }: Room): IRoomCache {
  const { processId, publicAddress } = matchMaker;
  return { name, roomId, processId, ...(publicAddress ? { publicAddress } : {}) } as IRoomCache;
}

/**
 * The framework's own endpoint answers preflights, and nothing else. Its controller is a module singleton that Colyseus
 * documents as replaceable; it is set again by every createApp.
 */
export function narrowController(origins: Origins): void {
  const { controller } = matchMaker;
  controller.exposedMethods = [];
  // The defaults allow every origin; ours are added one by one.
  Reflect.deleteProperty(controller.DEFAULT_CORS_HEADERS, "Access-Control-Allow-Origin");
  Reflect.deleteProperty(controller.DEFAULT_CORS_HEADERS, "Access-Control-Allow-Credentials");
  controller.getCorsHeaders = (headers: Headers) =>
    corsHeaders(origins, headers.get("origin"), headers.get("host"));
}
