// What a room needs before it can be: that its event is this process's, what is stored of it, and its epoch.
import type { Clock } from "../../clock.ts";
import { retryHintMs, retryLater } from "../../protocol/refusal.ts";
import { epochAfter } from "../../seats/presence-log.ts";
import type { SeatStore, StoredEvent } from "../../store/seat-store.ts";

/** In a cluster: which events are this process's. Implemented by cluster/member. */
export interface Ownership {
  /** At which epoch this process owns the event; undefined when it does not. */
  epochOf(eventId: string): number | undefined;
  /**
   * False while another process may have claimed what is this one's without its knowing: it has stood still, and Redis
   * has not answered since. While Redis is known to be out of reach application messages flow.
   */
  maySpeak(): boolean;
}

/** What an event is opened from. */
export interface OpeningServices {
  /** Undefined for a process that is alone: all events are its own. */
  readonly ownership: Ownership | undefined;
  readonly store: Pick<SeatStore, "load" | "onFailure">;
  /** Implemented by store/commit-queue. */
  readonly commits: {
    /** True for an event that is over and that the store may still have. */
    isForgetting(eventId: string): boolean;
  };
  readonly clock: Clock;
  /** Implemented by ops/telemetry. */
  readonly telemetry: { reportError(where: string, error: unknown, fields: { event_id: string }): void };
}

/** What an event begins with. */
export interface OpenedEvent {
  readonly stored: StoredEvent | undefined;
  readonly epoch: number;
}

/** @throws Refusal 503 when the event is another process's, or cannot be read. */
export async function openEvent(
  { ownership, store, commits, clock, telemetry }: OpeningServices,
  eventId: string,
): Promise<OpenedEvent> {
  const leased = ownership?.epochOf(eventId);
  // [K3] who does not own the event must not even read it
  if (ownership !== undefined && leased === undefined)
    throw retryLater("The event is served elsewhere", retryHintMs, "moving");
  // An event of this name is over, and the store has not forgotten it yet. SQLite does so before it stores anything of
  // the new one; in Redis, and with a lease to be given up, the new one has to wait for that.
  const isForgetting = commits.isForgetting(eventId);
  if (isForgetting && store.onFailure === "suspend")
    throw retryLater("The event is being closed", retryHintMs, "moving");
  try {
    const stored = isForgetting ? undefined : await store.load(eventId);
    return { stored, epoch: leased ?? epochAfter(stored?.facts.epoch ?? 0, clock.now()) };
  } catch (error) {
    telemetry.reportError("store", error, { event_id: eventId });
    throw retryLater("The event cannot be read just now", retryHintMs);
  }
}
