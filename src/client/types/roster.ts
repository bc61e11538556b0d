// The people of an event, as a page sees them.
import type { DisconnectReason, ParticipantStatus } from "../../protocol/messages.ts";
import type { EventSchema, OwnFields } from "./state.ts";

/** One participant as everyone sees it. Instants are the server's epoch milliseconds, 0 when not applicable. */
export interface RosterEntry<S extends EventSchema = EventSchema> {
  /** The device whose seat this is: unique in the event. */
  readonly deviceId: string;
  /** Whose device it is; several devices may be one user's. */
  readonly userId: string;
  /** What to call them; may be empty, and may be anything that a person has typed: never put it into HTML as it is. */
  readonly displayName: string;
  readonly status: ParticipantStatus;
  /** Why they are away; empty while they are connected. */
  readonly reason: DisconnectReason | "";
  /** When this seat began. */
  readonly joinedAt: number;
  /** When they were lost; 0 while they are connected. */
  readonly disconnectedAt: number;
  /** Until when the seat is kept; 0 while they are connected. */
  readonly graceExpiresAt: number;
  /** It is the seat of this session's own device. */
  readonly isMe: boolean;
  /** The fields that the room's author added, as plain values that never change; the same object until one of them does. */
  readonly own: OwnFields<S>;
}
