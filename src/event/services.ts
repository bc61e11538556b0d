// What an event is given: by its process, the same for all of them, and by the room around it. Types only.
import type { Clock } from "../clock.ts";
import type { Backlog } from "../connections/backlog.ts";
import type { DropTelemetry } from "../connections/connections.ts";
import type { PingLoop } from "../connections/ping-loop.ts";
import type { AddressLimits } from "../identity/limits/address-limits.ts";
import type { SeatProofs } from "../identity/seat-proofs.ts";
import type { PresenceLogLimits } from "../seats/presence-log.ts";
import type { RosterCounts } from "../seats/roster.ts";
import type { SeatPolicy } from "../seats/seat.ts";
import type {
  AnnouncementFrame,
  Patches,
  SeatState,
  StoreCondition,
  TransitionTelemetry,
} from "./announcer.ts";
import type { Commits } from "./stored/commit-batch.ts";
import type { SharedMessage } from "./details/details-messages.ts";
import type { Forgetter, Reopening } from "./lifetime/parting.ts";
import type { EventAuthor, RoomShell } from "./ports.ts";
import type { SpeakingRight } from "./speaking-right.ts";

/** Settings of these names, in lower case. */
export interface EventSettings extends SeatPolicy, PresenceLogLimits {
  readonly maxParticipants: number;
  readonly eventRetentionMs: number;
}

/** An event that lives in this process. Implemented by event/event. */
export interface LocalEvent {
  readonly eventId: string;
  readonly census: RosterCounts;
  /** Hands the store what it does not have yet. */
  flush(): void;
}

/** What all events of a process share. */
export interface EventServices {
  readonly config: EventSettings;
  readonly clock: Clock;
  readonly commits: Commits & Forgetter & StoreCondition;
  readonly proofs: Pick<SeatProofs, "proofOf" | "proveReturn">;
  readonly limits: AddressLimits;
  readonly pings: PingLoop;
  readonly backlog: Backlog;
  readonly telemetry: TransitionTelemetry & { readonly metrics: DropTelemetry };
  /** Every event that lives in this process. */
  readonly events: Set<LocalEvent>;
  readonly reopening: Reopening;
}

/** What one event has around it. */
export interface EventSurroundings {
  /** Which of the server's types of events it is of, as it is stored. */
  readonly type: string;
  /** The same as clients know it. */
  readonly typeName: string;
  readonly room: RoomShell;
  readonly author: EventAuthor;
  readonly patches: Patches;
  readonly state: SeatState;
  readonly frameOf: AnnouncementFrame;
  readonly sharedMessage: SharedMessage;
  readonly right: SpeakingRight;
}
