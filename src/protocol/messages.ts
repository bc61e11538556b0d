// The messages of a room, their payloads and the closed lists of reasons (snake_case: these are wire names).
// Types and constants only. Shared by server, client, pages and load tests.

/** Why a participant is away: the socket closed or died, the page stopped beating, or the server restarted. */
export const disconnectReasons = ["connection_lost", "heartbeat_timeout", "server_restart"] as const;
/** One of `disconnectReasons`. */
export type DisconnectReason = (typeof disconnectReasons)[number];

/** Why a participant left for good. */
export const leaveReasons = ["consented", "grace_expired", "kicked", "event_closed"] as const;
/** One of `leaveReasons`. */
export type LeaveReason = (typeof leaveReasons)[number];

/** What others see of a participant; one who left is not in the state any more. */
export type ParticipantStatus = "connected" | "temporarily_disconnected";

/**
 * Where an announcement stands in its room's history. `seq` rises by one with each that everyone is sent; `epoch` rises
 * with every room that takes the event over (a restart, another machine), and seq begins anew. What is sent to the
 * returner alone (`participant_reconnected` after a takeover) has none of the three.
 */
export interface HistoryPosition {
  epoch?: number;
  seq?: number;
  /** When it was announced, epoch milliseconds on the server's clock. */
  at?: number;
}
interface WhoPayload extends HistoryPosition {
  device_id: string;
  user_id: string;
}
/** A participant took a new seat. */
export type ParticipantJoined = WhoPayload;
/** A participant came back to its seat. */
export type ParticipantReconnected = WhoPayload;
/** A participant is away; its seat is kept. */
export interface ParticipantTemporarilyDisconnected extends WhoPayload {
  reason: DisconnectReason;
  /** Epoch milliseconds on the server's clock (see `heartbeat_ack` for the offset). */
  grace_expires_at: number;
}
/** A participant left for good. */
export interface ParticipantLeft extends WhoPayload {
  reason: LeaveReason;
}
/** What a room author announces to all: `this.announce(type, payload)`. Always has its place in the history. */
export interface AuthorsAnnouncement extends HistoryPosition {
  type: string;
  /** JSON; absent when it was announced without one. */
  payload?: unknown;
  /** Of what those who are away are told as well (`Told.announcement_id`): who has this has had that. */
  id?: string;
}
/** The answer to a `heartbeat`. */
export interface HeartbeatAck {
  /** Epoch milliseconds on the server's clock. */
  server_time: number;
}

/** Everything a room says of its own accord; a room author's messages come on top. */
export interface RoomMessages {
  participant_joined: ParticipantJoined;
  participant_temporarily_disconnected: ParticipantTemporarilyDisconnected;
  participant_reconnected: ParticipantReconnected;
  participant_left: ParticipantLeft;
  announcement: AuthorsAnnouncement;
  heartbeat_ack: HeartbeatAck;
}

/** What a room announces of its participants: four kinds of message. */
export type AnnouncementType = Exclude<keyof RoomMessages, "announcement" | "heartbeat_ack">;
/** What a room announces of a participant, by its type. */
export type Announcement = {
  [Type in AnnouncementType]: { readonly type: Type; readonly payload: Readonly<RoomMessages[Type]> };
}[AnnouncementType];
/** Whatever everyone is sent in one numbered order: the room's own announcements, and its author's. */
export type HistoryEntry =
  | Announcement
  | { readonly type: "announcement"; readonly payload: Readonly<AuthorsAnnouncement> };

/** Colyseus room name of every event. */
export const roomName = "event";
/** Client to room: "I am alive". */
export const heartbeatType = "heartbeat";
