// Which part of the session a message from the room is for; whatever is not ours is a room author's.
import type { Announcement, AnnouncementType, HeartbeatAck } from "../protocol/messages.ts";
import {
  type OutboxAck,
  outboxAckType,
  type PresenceResumed,
  presenceResumedType,
} from "../protocol/session.ts";

export interface Hearers {
  announced(announcement: Announcement): void;
  beatAcknowledged(ack: HeartbeatAck): void;
  resumed(answer: PresenceResumed): void;
  outboxAcknowledged(ack: OutboxAck): void;
  authors(type: string, payload: unknown): void;
}

const announcementTypes: readonly AnnouncementType[] = [
  "participant_joined",
  "participant_temporarily_disconnected",
  "participant_reconnected",
  "participant_left",
];

/** Takes a message, and hands it on. Ours are objects; anything else under their names is ignored. */
export function hearing(hearers: Hearers): (type: string, payload: unknown) => void {
  const own = new Map<string, (payload: object) => void>([
    ["heartbeat_ack", (payload) => hearers.beatAcknowledged(payload as HeartbeatAck)],
    [presenceResumedType, (payload) => hearers.resumed(payload as PresenceResumed)],
    [outboxAckType, (payload) => hearers.outboxAcknowledged(payload as OutboxAck)],
  ]);
  for (const type of announcementTypes)
    own.set(type, (payload) => hearers.announced({ type, payload } as Announcement));
  return (type, payload) => {
    const hear = own.get(type);
    if (hear === undefined) hearers.authors(type, payload);
    else if (typeof payload === "object" && payload !== null) hear(payload);
  };
}
