// An event as hosts have it over HTTP. Implements host-api's port HostedEvent.
import type { Event } from "../../event/event.ts";
import type { HostedEvent as Hosted } from "../../host-api/ports.ts";
import type { EventChange } from "../../protocol/event-details.ts";
import type { EventAnswer } from "../../protocol/host-api.ts";
import type { HostAction, HostActionResult } from "../../protocol/session.ts";

/** A store that takes longer has failed: as for a join. */
const storedWithinMs = 3000;

export class HostedEvent implements Hosted {
  readonly #event: Event;

  constructor(event: Event) {
    this.#event = event;
  }

  get isClosed(): boolean {
    return this.#event.isClosed;
  }

  describe(): EventAnswer["event"] {
    const { details, census, isClosed } = this.#event;
    return { ...details.shownToHosts(), ...census, is_closed: isClosed };
  }

  change(change: EventChange): Promise<boolean> {
    this.#event.details.change(change);
    return this.#event.batch.stored(storedWithinMs);
  }

  act(action: HostAction): Promise<HostActionResult> {
    return this.#event.actions.perform(action);
  }

  close(): Promise<boolean> {
    void this.#event.close();
    return this.#event.batch.stored(storedWithinMs);
  }
}
