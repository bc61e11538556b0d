// The vocabulary of the seat machine: what can happen to a seat, and what the shell has to do about it. Types only.
import type { CloseName } from "../protocol/close-codes.ts";
import type { Announcement, DisconnectReason } from "../protocol/messages.ts";
import type { OutboxTaken } from "./outbox.ts";
import type { ConnectionId, Seat, Session } from "./seat.ts";

export interface NewParticipant {
  readonly eventId: string;
  readonly deviceId: string;
  readonly userId: string;
  readonly displayName: string;
  readonly proof: string;
}

export type SeatEvent =
  | {
      readonly type: "join";
      readonly participant: NewParticipant;
      readonly connection: ConnectionId;
      readonly session: Session;
    }
  /** A proven return was admitted; its socket is not here yet. */
  | { readonly type: "return_admitted" }
  /** A proven return has its socket. `session` null keeps the seat's own (the SDK's reconnection). */
  | {
      readonly type: "return_attempted";
      readonly connection: ConnectionId;
      readonly session: Session | null;
      readonly displayName?: string | undefined;
    }
  | { readonly type: "return_completed"; readonly connection: ConnectionId }
  | { readonly type: "drop"; readonly connection: ConnectionId; readonly reason: DisconnectReason }
  | { readonly type: "frame"; readonly connection: ConnectionId }
  | { readonly type: "heartbeat"; readonly connection: ConnectionId }
  | { readonly type: "leave"; readonly connection: ConnectionId }
  /** A message of the client's outbox was taken. */
  | { readonly type: "published"; readonly connection: ConnectionId; readonly outbox: OutboxTaken }
  | { readonly type: "kick" }
  /** A device that was kicked may come again. */
  | { readonly type: "unkick" }
  | { readonly type: "close_event" }
  /** Time has passed: decide what it decides. */
  | { readonly type: "tick" }
  /** A room author or a host asks for it: the grace is over now. */
  | { readonly type: "expire_now" }
  | { readonly type: "extend_grace"; readonly byMs: number }
  /** Nobody could have returned for this long, and it was our fault: no deadline counts it. */
  | { readonly type: "postpone"; readonly byMs: number };

/** Who is sent an announcement: all, all but the one it is about, or only that one. */
export type Audience = "everyone" | "others" | "self";

export type Effect =
  | { readonly type: "announce"; readonly announcement: Announcement; readonly audience: Audience }
  | { readonly type: "close"; readonly connection: ConnectionId; readonly close: CloseName };

export interface Transition {
  /** Undefined only when nobody has the seat and nobody took it. */
  readonly seat: Seat | undefined;
  readonly effects: readonly Effect[];
}
