// What a phone was sent, in words: what a test compares. Numbers of the wire (epochs, positions, instants) are left out of it;
// `received` has each message as it came.
import type { LeaveReason, DisconnectReason } from "../../protocol/messages.ts";

/** One thing that a phone was sent. */
export type Seen =
  /** Somebody took a seat, or came back to it. */
  | { readonly type: "participant_joined" | "participant_reconnected"; readonly device_id: string }
  | {
      readonly type: "participant_temporarily_disconnected";
      readonly device_id: string;
      readonly reason: DisconnectReason;
    }
  | { readonly type: "participant_left"; readonly device_id: string; readonly reason: LeaveReason }
  /** `room.announce(name, payload)` */
  | { readonly type: "announcement"; readonly name: string; readonly payload?: unknown }
  /** `participants.tell(deviceId, name, payload)` */
  | { readonly type: "told"; readonly name: string; readonly payload?: unknown }
  /** `client.send(name, payload)` or `room.broadcast(name, payload)` */
  | { readonly type: "message"; readonly name: string; readonly payload?: unknown };

/** A message of a room as it came. */
export interface ReceivedMessage {
  readonly type: string;
  readonly payload: unknown;
  /** When, by the test's clock. */
  readonly at: number;
}

const aboutParticipants = new Set([
  "participant_joined",
  "participant_reconnected",
  "participant_temporarily_disconnected",
  "participant_left",
]);

/** A message in words. */
export function inWords(type: string, payload: unknown): Seen {
  const { device_id, reason, ...named } = (payload ?? {}) as Record<string, unknown>;
  if (aboutParticipants.has(type))
    return { type, device_id, ...(reason === undefined ? {} : { reason }) } as Seen;
  if (type === "announcement" || type === "told") return withPayload(type, String(named.type), named.payload);
  return withPayload("message", type, payload);
}

const withPayload = (type: "announcement" | "told" | "message", name: string, payload: unknown): Seen =>
  payload === undefined ? { type, name } : { type, name, payload };
