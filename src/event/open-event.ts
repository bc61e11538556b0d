// What a room needs before it can be: that its event is this process's, what is stored of it, and its epoch.
import { retryHintMs, retryLater } from "../protocol/refusal.ts";
import { epochAfter } from "../seats/presence-log.ts";
import type { StoredEvent } from "../store/seat-store.ts";
import type { RoomContext } from "./context.ts";

/** @throws Refusal 503 when the event is another process's, or cannot be read. */
export async function openEvent(
  { ownership, store, commits, clock, telemetry }: RoomContext,
  eventId: string,
): Promise<{ stored: StoredEvent | undefined; epoch: number }> {
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
