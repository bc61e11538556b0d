// Who comes to an event: a join by identity, asked about before its socket exists and again with it; or a session that
// proves itself by its reconnection token (`client.reconnect`, the SDK's own retry), of which the framework asks in two
// steps: may it in (`present`), and here is its socket (`reconnected`), in one turn of the event loop.
// Gives sockets to seats; what that means for a seat the roster decides.
import type { Clock } from "../clock.ts";
import type { ConnectedClient } from "../connections/connection.ts";
import { newId } from "../connections/connection-id.ts";
import type { Connections } from "../connections/connections.ts";
import type { AddressLimits } from "../identity/limits/address-limits.ts";
import type { Caller, Claim, ParticipantClaim } from "../identity/identity.ts";
import { hashReconnectionToken, isSameHash, newReconnectionToken } from "../identity/reconnection-token.ts";
import type { SeatProofs } from "../identity/seat-proofs.ts";
import { Refusal, retryLater } from "../protocol/refusal.ts";
import type { SeatEvent } from "../seats/events.ts";
import type { Roster } from "../seats/roster.ts";
import type { HeldSeat, Session } from "../seats/seat.ts";
import { authOf, type ClientAuth } from "./client-auth.ts";
import type { Decider, EventAuthor } from "./ports.ts";
import type { Retention } from "./lifetime/retention.ts";
import type { SeatRules } from "./seat-rules.ts";

/** A store that takes longer has failed a join: the client is better off with an answer. */
const joinLimitMs = 3000;

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

/** The event that they come to. Implemented by event/event. */
interface JoinableEvent extends Decider {
  readonly eventId: string;
  readonly isClosed: boolean;
}

interface Parts {
  readonly rules: SeatRules;
  readonly roster: Roster;
  readonly connections: Connections;
  readonly retention: Retention;
  readonly author: Pick<EventAuthor, "connectionBegan" | "seatBegins">;
  readonly limits: Pick<AddressLimits, "join" | "used">;
  readonly proofs: Pick<SeatProofs, "proofOf">;
  readonly clock: Clock;
}

export class Arrivals {
  readonly #event: JoinableEvent;
  readonly #parts: Parts;

  constructor(event: JoinableEvent, parts: Parts) {
    this.#event = event;
    this.#parts = parts;
  }

  /** Who is about to come in. Undefined for a session whose seat is gone. Ask before its `join`, in the same turn. */
  authOf(admitted: Claim | PresentedSession): ClientAuth | undefined {
    const seat = "deviceId" in admitted ? this.#parts.roster.get(admitted.deviceId) : undefined;
    return authOf(admitted instanceof PresentedSession ? undefined : admitted, seat);
  }

  // --- by identity ---

  /**
   * Lets a claim in, or not, before a socket exists; a return that is let in makes its seat's expiry wait.
   * @returns which of both it is
   * @throws Refusal 410 for a closed event, and what `SeatRules.check` and the address's limits refuse
   */
  admit(claim: Claim, caller: Caller): "return" | "join" {
    const seat = this.#check(claim, caller.address);
    if (seat === undefined) this.#parts.limits.join(claim, caller);
    else this.#event.decide(seat.deviceId, { type: "return_admitted" });
    return seat === undefined ? "join" : "return";
  }

  /**
   * Gives a socket its seat. Resolves when a new seat is stored and in the state; a return is complete only later.
   * @throws Refusal as `admit` does: what it saw may have changed; 503 when the seat cannot be stored in time
   */
  async join(client: ConnectedClient, claim: Claim): Promise<void> {
    const { limits, retention, connections } = this.#parts;
    limits.used(client.sessionId);
    const seat = this.#check(claim, "unknown"); // admission has counted the address
    if (claim.role === "participant" && claim.isReturn && seat === undefined)
      throw retryLater("The reserved seat is gone; join again", 0, "moving"); // [A28] its author has said nothing of a new one
    retention.remember();
    const token = newReconnectionToken();
    client.reconnectionToken = token;
    if (claim.role === "observer") {
      connections.open(client, null).isHost = claim.isHost;
      return;
    }
    const connection = connections.open(client, claim.deviceId);
    const tokenHash = hashReconnectionToken(token) as string;
    const { claims } = claim;
    const session = { id: client.sessionId, tokenHash, ...(claims === undefined ? {} : { claims }) };
    if (seat === undefined) await this.#take(client, claim, connection.id, session);
    else await this.#return(client, claim, seat, connection.id, session);
  }

  /** A new seat. */
  async #take(
    client: ConnectedClient,
    claim: ParticipantClaim,
    connection: string,
    session: Session,
  ): Promise<void> {
    const { deviceId } = claim;
    const participant = {
      eventId: this.#event.eventId,
      deviceId,
      userId: claim.userId ?? deviceId,
      displayName: claim.displayName ?? "",
      proof: this.#parts.proofs.proofOf(claim),
    };
    this.#parts.author.connectionBegan(deviceId, client, "join");
    const announced = this.#announced(deviceId, { type: "join", connection, session, participant });
    const seat = this.#parts.roster.get(deviceId);
    if (seat !== undefined && claim.own !== undefined) this.#parts.author.seatBegins(seat, claim.own);
    await announced;
  }

  /** A seat that is held. [D2] the token that JOIN_ROOM is about to carry is stored first, too. */
  async #return(
    client: ConnectedClient,
    { deviceId, displayName }: ParticipantClaim,
    seat: HeldSeat,
    connection: string,
    session: Session,
  ): Promise<void> {
    const how = seat.status === "temporarily_disconnected" ? "return" : "takeover";
    const announced = this.#announced(deviceId, {
      type: "return_attempted",
      connection,
      session,
      displayName: displayName ?? undefined,
    });
    this.#parts.author.connectionBegan(deviceId, client, how); // what it replaces has been closed by now
    await announced;
  }

  /**
   * Decides, and resolves when that is announced.
   * @throws Refusal 503 after 3 s: [D8] a join never hangs, and its retry finds the seat.
   */
  #announced(deviceId: string, event: SeatEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = this.#parts.clock.after(joinLimitMs, () =>
        reject(retryLater("The seat cannot be stored just now", joinLimitMs, "suspended")),
      );
      this.#event.decide(deviceId, event, () => {
        limit.cancel();
        resolve();
      });
    });
  }

  #check(claim: Claim, address: string): HeldSeat | undefined {
    if (this.#event.isClosed) throw new Refusal(410, "The event is closed", { reason: "closed" });
    return this.#parts.rules.check(claim, address);
  }

  // --- by reconnection token ---

  /** The session that a token belongs to, if it may still return; makes its seat's expiry wait. */
  sessionOf(token: unknown): string | undefined {
    const hash = this.#event.isClosed ? undefined : hashReconnectionToken(token);
    const seat = hash === undefined ? undefined : this.#parts.roster.byToken(hash);
    if (seat === undefined || seat.session.tokenHash !== hash) return undefined;
    this.#event.decide(seat.deviceId, { type: "return_admitted" });
    return seat.session.id;
  }

  /** Whose seat a session has; undefined when it has none. */
  deviceOfSession(sessionId: string): string | undefined {
    return this.#parts.roster.bySession(sessionId)?.deviceId;
  }

  /** Lets a session in: closes whatever socket it had. Undefined when this is not, or not any more, its token. */
  present(sessionId: string, token: string): PresentedSession | undefined {
    const hash = this.#event.isClosed ? undefined : hashReconnectionToken(token);
    const seat = hash === undefined ? undefined : this.#parts.roster.bySession(sessionId);
    if (hash === undefined || seat === undefined || seat.session.id !== sessionId) return undefined;
    if (!isSameHash(seat.session.tokenHash, hash)) return undefined;
    const { deviceId } = seat;
    const connection = newId();
    this.#event.decide(deviceId, { type: "return_attempted", connection, session: null });
    return new PresentedSession(deviceId, token, connection);
  }

  /** The framework has given a presented session its new socket. */
  reconnected(client: ConnectedClient, { deviceId, token, connectionId }: PresentedSession): void {
    client.reconnectionToken = token;
    this.#parts.connections.open(client, deviceId, connectionId);
    this.#parts.author.connectionBegan(deviceId, client, "reconnect");
  }
}
