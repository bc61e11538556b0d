// Who somebody is, and what proves it: the folder owns claims, proofs, roles, and limits by address and by seat. Who
// somebody is says a provider (provider.ts; three are ready made, in providers/); admission and event ask by
// seat-proofs. Secrets stop here: what comes out is a digest or a subject, never the token. It knows no socket and no room.
import type { JoinRequest, OtherOptions } from "../protocol/incoming/join-options.ts";
import type { Refusal } from "../protocol/refusal.ts";
import type { Claims, HeldSeat } from "../seats/seat.ts";

/** Who is at the other end of a request, as the edge of the server found out (`admission/http/peer`). */
export interface Caller {
  /** The client's address in the form of `address.ts`. */
  readonly address: string;
  /** On this machine, with no proxy between. */
  readonly isLocal: boolean;
  /** A proxy that is not believed has passed the request on: anybody may stand behind its address. */
  readonly isShared: boolean;
  /** Of its HTTP request, with names in lower case: for an identity provider. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** What a join says of itself, once everything that needs no seat has been checked. Plain JSON: it may cross processes. */
export interface ParticipantClaim {
  readonly role: "participant";
  readonly eventId: string;
  readonly deviceId: string;
  /** Null when the join does not say: the device's id on a first join, the seat's on a return. */
  readonly userId: string | null;
  readonly displayName: string | null;
  /** A digest of what proves a seat beside its user: in open mode of the session token, in token mode "". */
  readonly digest: string;
  /** What the token says beside; left out when there is nothing. */
  readonly claims?: Claims;
  /** Its token makes it a host, who wants a seat: it is a participant like any other. */
  readonly isHost?: true;
  /** Join options that are not ours, until the room's author has been asked. */
  readonly options?: OtherOptions;
  readonly hasTooManyOptions?: true;
  /** The room's author was asked about somebody who comes back: it is none who may have a new seat. */
  readonly isReturn?: true;
  /** The author's own fields that a new participant begins with, as JSON: what the author has said. */
  readonly own?: string;
}
export interface ObserverClaim {
  readonly role: "observer";
  readonly eventId: string;
  /** May kick, extend a grace and close the event. */
  readonly isHost: boolean;
  /** Undefined where nobody has said who it is. */
  readonly userId?: string;
  readonly claims?: Claims;
}
export type Claim = ParticipantClaim | ObserverClaim;

/** Claims, and proofs of seats. Implemented by identity/verifier. */
export interface Identity {
  /**
   * Checks a join's token as far as that goes without a seat.
   * @throws Refusal 401 (unreadable, expired, badly signed), 403 (valid, but for something else), 503 (it cannot be said
   * now), and whatever else a provider refuses with
   */
  claim(request: JoinRequest, caller: Caller): Promise<Claim>;
  /**
   * Which event's host this token makes, "*" for every event's.
   * @throws Refusal 401 or 403 when it makes none, 503 when that cannot be said now
   */
  hostOf(token: string): Promise<string>;
  /** What a new seat keeps, to be proven on every return by join. */
  proofOf(claim: ParticipantClaim): string;
  /** Why this claim may not return to that seat; undefined when it may. Takes the same time for every wrong proof. */
  whyNot(claim: ParticipantClaim, seat: HeldSeat): Refusal | undefined;
}
