// Who comes to an event: a join by identity, asked about before its socket exists and again with it, or a session that
// proves itself by its reconnection token. Gives sockets to seats; what that means for a seat the roster decides.
import type { Caller, Claim } from "../identity/identity.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { SeatEvent } from "../seats/events.ts";
import type { HeldSeat } from "../seats/seat.ts";
import type { RoomContext } from "./context.ts";
import { toldInTime } from "./with-timeout.ts";
import { hashReconnectionToken, newReconnectionToken } from "../connections/reconnection-token.ts";
import type { PresentedSession, Reconnections } from "../connections/reconnections.ts";
import type { Retention } from "./retention.ts";
import type { SeatClient } from "../rooms/seat-client.ts";
import type { SeatConnections } from "../connections/seat-connections.ts";
import type { SeatRules } from "./seat-rules.ts";
import type { Sockets } from "../connections/connections.ts";

/** The event that they come to. EventHost is one. */
interface OpenEvent {
  readonly eventId: string;
  readonly isClosed: boolean;
}

interface Parts {
  readonly rules: SeatRules;
  readonly reconnections: Reconnections;
  readonly sockets: Sockets;
  readonly connections: Pick<SeatConnections<unknown>, "began">;
  readonly retention: Retention;
  /** Lets the roster decide; `whenTold` runs once that is stored and told. */
  readonly decide: (deviceId: string, event: SeatEvent, whenTold?: () => void) => boolean;
}

export class Arrivals {
  readonly #context: RoomContext;
  readonly #event: OpenEvent;
  readonly #parts: Parts;

  constructor(context: RoomContext, event: OpenEvent, parts: Parts) {
    this.#context = context;
    this.#event = event;
    this.#parts = parts;
  }

  /** Says no, or which of both it is, before a socket exists; a return that is let in makes its seat's expiry wait. */
  admit(claim: Claim, caller: Caller): "return" | "join" {
    const seat = this.#check(claim, caller.address);
    if (seat === undefined) this.#context.limits.join(claim, caller);
    else this.#parts.decide(seat.deviceId, { type: "return_admitted" });
    return seat === undefined ? "join" : "return";
  }

  /** Gives a socket its seat. Resolves when a new seat is stored and in the state; a return is complete only later. */
  async join(client: SeatClient, claim: Claim): Promise<void> {
    this.#context.limits.used(client.sessionId);
    const seat = this.#check(claim, "unknown"); // admission has counted the address; what it saw may have changed
    this.#parts.retention.remember();
    client.reconnectionToken = newReconnectionToken();
    if (claim.role === "observer") {
      this.#parts.sockets.open(client, null).isHost = claim.isHost;
      return;
    }
    const { deviceId } = claim;
    const connection = this.#parts.sockets.open(client, deviceId);
    const session = {
      id: client.sessionId,
      tokenHash: hashReconnectionToken(client.reconnectionToken) as string,
    };
    if (seat !== undefined) {
      const displayName = claim.displayName ?? undefined;
      // [D2] the token that JOIN_ROOM is about to carry is stored first, too
      const event = { type: "return_attempted", connection: connection.id, session, displayName } as const;
      const how = seat.status === "temporarily_disconnected" ? "return" : "takeover";
      await toldInTime(this.#context.clock, (told) => {
        this.#parts.decide(deviceId, event, told);
        this.#parts.connections.began(deviceId, client, how); // what it replaces has been closed by now
      });
      return;
    }
    const participant = {
      eventId: this.#event.eventId,
      deviceId,
      userId: claim.userId ?? deviceId,
      displayName: claim.displayName ?? "",
      proof: this.#context.proofs.proofOf(claim),
    };
    this.#parts.connections.began(deviceId, client, "join");
    await toldInTime(this.#context.clock, (told) =>
      this.#parts.decide(deviceId, { type: "join", connection: connection.id, session, participant }, told),
    );
  }

  #check(claim: Claim, address: string): HeldSeat | undefined {
    if (this.#event.isClosed) throw new Refusal(410, "The event is closed", { reason: "closed" });
    return this.#parts.rules.check(claim, address);
  }

  // --- the SDK's own reconnection ---

  /** Answers the HTTP half of `client.reconnect`. */
  sessionOf(token: unknown): string | undefined {
    return this.#event.isClosed ? undefined : this.#parts.reconnections.sessionOf(token);
  }

  /** Whose seat a session has; undefined when it has none. */
  deviceOfSession(sessionId: string): string | undefined {
    return this.#parts.reconnections.deviceOf(sessionId);
  }

  present(sessionId: string, token: string): PresentedSession | undefined {
    return this.#event.isClosed ? undefined : this.#parts.reconnections.present(sessionId, token);
  }

  /** The framework has given a presented session its new socket. */
  reconnected(client: SeatClient, presented: PresentedSession): void {
    client.reconnectionToken = presented.token;
    this.#parts.sockets.open(client, presented.deviceId, presented.connectionId);
    this.#parts.connections.began(presented.deviceId, client, "reconnect");
  }
}
