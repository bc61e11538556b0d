// The port by which admission knows the event rooms of this process. Implemented by rooms/directory/room-directory, and by rooms/EventRoom.
import type { Caller, Claim, ParticipantClaim } from "../identity/identity.ts";

/** A room that can say no before a socket exists. */
export interface AdmittingRoom {
  /** It is being closed, and lets nobody in. */
  readonly isDisposing: boolean;
  /**
   * Lets a proven claim in, or not. A return that is let in makes the expiry of its seat wait.
   * @returns whether it is a return to a seat that is held, or a join
   * @throws Refusal when this claim cannot have, or return to, a seat
   */
  admit(claim: Claim, caller: Caller): "return" | "join";
  /**
   * Asks the room's author about a seat for a claim that was let in; undefined where it has nothing to say.
   * @returns the own fields, as JSON, that a new participant begins with
   * @throws Refusal
   */
  requestSeat(claim: ParticipantClaim, who: "return" | "join"): Promise<string | undefined> | undefined;
  /** Which session a reconnection token is good for; undefined for none. Its seat waits with it. */
  checkReconnectionToken(token: string): string | undefined;
  /** Whose seat a session has; undefined when it has none. */
  deviceOfSession(sessionId: string): string | undefined;
}

/** A seat that is kept for a socket, in the form that the SDK reads. */
export interface Reservation {
  readonly sessionId: string;
  /** With which its socket is to come back; only for who has just shown it. */
  readonly reconnectionToken?: string;
}

export interface RoomDirectory {
  /** How many events have a room in this process, or are about to have one. */
  readonly size: number;
  /** True for an event that is about to have one, and is counted. */
  isOpening(eventId: string): boolean;
  /** The room of an event that is open here. */
  get(roomId: string): AdmittingRoom | undefined;
  /** Which event a room has, and the name of its type. */
  eventOf(roomId: string): { readonly eventId: string; readonly type: string } | undefined;
  /** Reserves a seat for a claim that the room has admitted. @throws Refusal */
  reserve(roomId: string, claim: Claim): Promise<Reservation>;
  /** The reservation of a session that returns by its token: its seat is kept already. */
  reservationOf(roomId: string, sessionId: string): Reservation;
}
