// Who was removed from an event and may not come again, by device: what they were called, and when. Which devices those are
// the roster says; here is what a host sees of them, one entry each, so that the next costs the same however many there are.
import { parseKeptRemoval } from "../../protocol/incoming/event-changes.ts";
import type { RemovedDevice } from "../../protocol/event-details.ts";
import type { Change } from "../../seats/roster.ts";
import type { EventEntries } from "../stored/entries.ts";

const mostRemoved = 1000;
const prefix = "removed/";

/** Which devices may not come again. Implemented by seats/roster. */
interface Kicked {
  kicked(): readonly string[];
}

/** Hears that the list is another now, in the store. Implemented by event/details/details. */
export interface RemovalListener {
  removalStored(): void;
}

interface Removal {
  readonly display_name: string;
  readonly at: number;
}

export class RemovedDevices {
  readonly #kicked: Kicked;
  readonly #entries: EventEntries;
  readonly #listener: RemovalListener;
  /** As it is stored. */
  readonly #removals = new Map<string, Removal>();

  constructor(kicked: Kicked, entries: EventEntries, listener: RemovalListener) {
    this.#kicked = kicked;
    this.#entries = entries;
    this.#listener = listener;
  }

  /** Takes over what was stored; of whom an earlier version removed no more than the device is known. */
  restore(): void {
    for (const [key, text] of this.#entries.all())
      if (key.startsWith(prefix)) this.#removals.set(key.slice(prefix.length), parseKeptRemoval(text));
    for (const deviceId of this.#kicked.kicked())
      if (!this.#removals.has(deviceId)) this.#removals.set(deviceId, { display_name: "", at: 0 });
  }

  /** A participant was removed, or a removed device may come again. */
  decided({ deviceId, event, before, at }: Change): void {
    if (event === "unkick") this.#drop(deviceId);
    else if (before !== undefined) this.#add(deviceId, { display_name: before.displayName, at });
  }

  #add(deviceId: string, removal: Removal): void {
    this.#entries.put(prefix + deviceId, JSON.stringify(removal), () => {
      this.#removals.delete(deviceId); // the latest is the last
      this.#removals.set(deviceId, removal);
      this.#listener.removalStored();
    });
  }

  #drop(deviceId: string): void {
    this.#entries.drop(prefix + deviceId, () => {
      this.#removals.delete(deviceId);
      this.#listener.removalStored();
    });
  }

  /** How many there are. */
  get total(): number {
    return this.#removals.size;
  }

  /** The latest first, so many as a host can look at. O(n log n). */
  list(): RemovedDevice[] {
    return [...this.#removals]
      .map(([device_id, removal]) => ({ device_id, ...removal }))
      .toReversed()
      .toSorted((a, b) => b.at - a.at)
      .slice(0, mostRemoved);
  }
}
