// How many events a process has, and their seats: what the metrics show of it.
import type { LocalEvent } from "../event/services.ts";

/** Counts the seats of these events. O(events). */
export function seatsCensus(events: ReadonlySet<LocalEvent>) {
  let [connected, held] = [0, 0];
  for (const { census } of events) {
    connected += census.connected;
    held += census.held;
  }
  return { events: events.size, connected, held };
}
