// The stock SDK's own way back: a session that proves itself by its reconnection token, over HTTP and WebSocket
// (`client.reconnect`) or by WebSocket alone (the SDK's automatic retry). The framework asks in two steps: may this
// session in (`present`), and here is its socket (`claim`), in the same turn of the event loop.
import type { Roster } from "../seats/roster.ts";
import type { SeatEvent } from "../seats/events.ts";
import { authOf } from "./client-auth.ts";
import type { Holds } from "./holds.ts";
import { newId } from "./ids.ts";
import { hashReconnectionToken, isSameHash } from "./reconnection-token.ts";

export interface Presented {
  readonly deviceId: string;
  /** Stable over all of a session's reconnections; the framework would rotate it. */
  readonly token: string;
  readonly connectionId: string;
}

export class Reconnections {
  readonly #roster: Roster;
  readonly #holds: Holds;
  readonly #decide: (deviceId: string, event: SeatEvent) => void;
  /** Sessions that have proved themselves and whose socket is on its way through the framework. */
  readonly #presented = new Map<string, Presented>();

  constructor(roster: Roster, holds: Holds, decide: (deviceId: string, event: SeatEvent) => void) {
    this.#roster = roster;
    this.#holds = holds;
    this.#decide = decide;
  }

  /** The session that a reconnection token belongs to, if it may still return; makes its seat's expiry wait. */
  sessionOf(token: unknown): string | undefined {
    const hash = hashReconnectionToken(token);
    const seat = hash === undefined ? undefined : this.#roster.byToken(hash);
    if (seat === undefined || seat.session.tokenHash !== hash) return undefined;
    this.#decide(seat.deviceId, { type: "return_admitted" });
    return seat.session.id;
  }

  /** Lets a session in: closes whatever socket it had, and makes sure that the framework finds a hold. */
  present(sessionId: string, token: string): boolean {
    const hash = hashReconnectionToken(token);
    const seat = hash === undefined ? undefined : this.#roster.bySession(sessionId);
    if (hash === undefined || seat === undefined || seat.session.id !== sessionId) return false;
    if (!isSameHash(seat.session.tokenHash, hash)) return false;
    const { deviceId } = seat;
    const connectionId = newId();
    this.#decide(deviceId, { type: "return_attempted", connection: connectionId, session: null });
    this.#holds.ensure(sessionId, token, authOf(deviceId));
    this.#presented.set(sessionId, { deviceId, token, connectionId });
    return true;
  }

  /** What was presented for the session that now has its socket; undefined if nothing was. */
  claim(sessionId: string): Presented | undefined {
    const presented = this.#presented.get(sessionId);
    this.#presented.delete(sessionId);
    return presented;
  }
}
