// Everyone in the event, as plain entries that stay as they last were while the connection is lost. Reads the room's
// state; compares instead of rebuilding, because a patch changes a few of two thousand. Never announces anything.
import type { DisconnectReason, ParticipantStatus } from "../../protocol/messages.ts";
import type { RosterEntry } from "../types/index.ts";

interface ParticipantView {
  readonly device_id: string;
  readonly user_id: string;
  readonly display_name: string;
  readonly status: ParticipantStatus;
  readonly reason: DisconnectReason | "";
  readonly joined_at: number;
  readonly disconnected_at: number;
  readonly grace_expires_at: number;
}

/** What the client reads of an event's state; a room author's fields are beside it. */
export interface EventView {
  readonly event_id: string;
  readonly grace_period_ms: number;
  readonly heartbeat_interval_ms: number;
  readonly participants?: {
    readonly size: number;
    forEach(each: (participant: ParticipantView, deviceId: string) => void): void;
  };
}

export class Roster {
  readonly #deviceId: string;
  #entries: ReadonlyMap<string, RosterEntry> = new Map();

  constructor(deviceId: string) {
    this.#deviceId = deviceId;
  }

  get entries(): ReadonlyMap<string, RosterEntry> {
    return this.#entries;
  }

  /** Our own seat's beginning, as the state says; 0 when we have none. */
  get joinedAt(): number {
    return this.#entries.get(this.#deviceId)?.joinedAt ?? 0;
  }

  /** Takes the state over; true when something has changed, and `entries` is then another map. */
  update(state: EventView): boolean {
    const next = new Map<string, RosterEntry>();
    let hasChanged = false;
    state.participants?.forEach((participant, deviceId) => {
      const known = this.#entries.get(deviceId);
      if (known !== undefined && isSame(known, participant)) next.set(deviceId, known);
      else {
        hasChanged = true;
        next.set(deviceId, this.#entryOf(participant, deviceId));
      }
    });
    hasChanged ||= next.size !== this.#entries.size;
    if (hasChanged) this.#entries = next;
    return hasChanged;
  }

  #entryOf(participant: ParticipantView, deviceId: string): RosterEntry {
    return {
      deviceId,
      userId: participant.user_id,
      displayName: participant.display_name,
      status: participant.status,
      reason: participant.reason,
      joinedAt: participant.joined_at,
      disconnectedAt: participant.disconnected_at,
      graceExpiresAt: participant.grace_expires_at,
      isMe: deviceId === this.#deviceId,
    };
  }
}

function isSame(entry: RosterEntry, participant: ParticipantView): boolean {
  return (
    entry.status === participant.status &&
    entry.graceExpiresAt === participant.grace_expires_at &&
    entry.disconnectedAt === participant.disconnected_at &&
    entry.joinedAt === participant.joined_at &&
    entry.reason === participant.reason &&
    entry.displayName === participant.display_name &&
    entry.userId === participant.user_id
  );
}
