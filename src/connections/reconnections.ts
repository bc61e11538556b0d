// The stock SDK's own way back: a session that proves itself by its reconnection token, over HTTP and WebSocket
// (`client.reconnect`) or by WebSocket alone (the SDK's automatic retry). The framework asks in two steps: may this
// session in (`present`), and here is its socket (`onJoin`, with what `present` returned), in one turn of the event loop.
import type { Roster } from "../seats/roster.ts";
import type { SeatEvent } from "../seats/events.ts";
import { newId } from "./connection-id.ts";
import { hashReconnectionToken, isSameHash } from "./reconnection-token.ts";

/** A session that has proved itself; its socket is about to be handed to the room. */
export class PresentedSession {
  readonly deviceId: string;
  /** Stable over all of a session's reconnections; the framework would rotate it. */
  readonly token: string;
  readonly connectionId: string;

  constructor(deviceId: string, token: string, connectionId: string) {
    this.deviceId = deviceId;
    this.token = token;
    this.connectionId = connectionId;
  }
}

export class Reconnections {
  readonly #roster: Roster;
  readonly #decide: (deviceId: string, event: SeatEvent) => void;

  constructor(roster: Roster, decide: (deviceId: string, event: SeatEvent) => void) {
    this.#roster = roster;
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

  /** Whose seat a session has; undefined when it has none. */
  deviceOf(sessionId: string): string | undefined {
    return this.#roster.bySession(sessionId)?.deviceId;
  }

  /** Lets a session in: closes whatever socket it had. Undefined when this is not, or not any more, its token. */
  present(sessionId: string, token: string): PresentedSession | undefined {
    const hash = hashReconnectionToken(token);
    const seat = hash === undefined ? undefined : this.#roster.bySession(sessionId);
    if (hash === undefined || seat === undefined || seat.session.id !== sessionId) return undefined;
    if (!isSameHash(seat.session.tokenHash, hash)) return undefined;
    const { deviceId } = seat;
    const connectionId = newId();
    this.#decide(deviceId, { type: "return_attempted", connection: connectionId, session: null });
    return new PresentedSession(deviceId, token, connectionId);
  }
}
