// A change of a seat, as far as it is logged and counted. The roster's Change (src/seats) is one; nobody else makes any.
import type { DisconnectReason, LeaveReason } from "../protocol/messages.ts";

/** A return that has been proven and has not acknowledged yet. */
interface AttemptFacts {
  readonly startedAt: number;
  /** Null for a return by the seat's own session. */
  readonly session: object | null;
}

interface SeatIds {
  readonly eventId: string;
  readonly deviceId: string;
  readonly userId: string;
}

interface AwayFacts extends SeatIds {
  readonly status: "temporarily_disconnected";
  readonly reason: DisconnectReason;
  readonly disconnectedAt: number;
  readonly graceExpiresAt: number;
  readonly attempt: AttemptFacts | null;
  /** When the absence is announced to everyone else; null once it is. */
  readonly announceAt: number | null;
}

type HeldFacts =
  | (SeatIds & { readonly status: "connected" })
  | (SeatIds & { readonly status: "replacing"; readonly attempt: AttemptFacts })
  | AwayFacts;

/** What telemetry reads of a seat. */
export type SeatFacts =
  | HeldFacts
  | (SeatIds & { readonly status: "permanently_left"; readonly reason: LeaveReason });

/** Instants are epoch ms. */
export interface TransitionFacts {
  /** The type of the event that was decided: `join`, `drop`, `return_completed`, ... */
  readonly event: string;
  readonly before: HeldFacts | undefined;
  readonly after: SeatFacts | undefined;
  readonly effects: readonly unknown[];
  readonly at: number;
}

/** The absence that everyone knows of; undefined for a seat that is here, or whose absence is not announced yet. */
export function announcedAbsence(seat: SeatFacts | undefined): AwayFacts | undefined {
  return seat?.status === "temporarily_disconnected" && seat.announceAt === null ? seat : undefined;
}
