// The end of an event that its host, or its author, closes: everyone is sent that, and then every socket is closed.
import type { Connections } from "../../connections/connections.ts";
import type { Roster } from "../../seats/roster.ts";
import type { Announcer } from "../announcer.ts";
import type { CommitBatch } from "../stored/commit-batch.ts";
import type { Parting } from "./parting.ts";
import type { Decider, EventAuthor } from "../ports.ts";
import type { Retention } from "./retention.ts";
import type { EventTimers } from "../timers/event-timers.ts";

/** The event that is closed. Implemented by event/event. */
interface ClosableEvent extends Decider {
  readonly timers: Pick<EventTimers, "end">;
  readonly batch: Pick<CommitBatch, "touchFacts">;
  readonly announcer: Pick<Announcer, "whenIdle">;
  readonly retention: Pick<Retention, "remember">;
  readonly parting: Pick<Parting, "isLost">;
}

type ClosedAuthor = Pick<EventAuthor, "eventClosing" | "eventClosed">;

export class Closing {
  readonly #event: ClosableEvent;
  readonly #author: ClosedAuthor;
  readonly #connections: Pick<Connections, "all" | "cut">;
  readonly #roster: Pick<Roster, "seats">;
  #isClosed = false;
  #closed = Promise.resolve();

  constructor(
    event: ClosableEvent,
    author: ClosedAuthor,
    connections: Pick<Connections, "all" | "cut">,
    roster: Pick<Roster, "seats">,
  ) {
    this.#event = event;
    this.#author = author;
    this.#connections = connections;
    this.#roster = roster;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes over what an earlier process left. */
  restore(isClosed: boolean): void {
    this.#isClosed = isClosed;
  }

  /** See `Event.close`. */
  close(): Promise<void> {
    if (!this.#isClosed) this.#closed = this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { timers, batch, announcer, retention, parting } = this.#event;
    this.#isClosed = true;
    this.#author.eventClosing();
    timers.end();
    batch.touchFacts();
    for (const { deviceId } of this.#roster.seats()) this.#event.decide(deviceId, { type: "close_event" });
    await new Promise<void>((resolve) => announcer.whenIdle(resolve));
    for (const connection of this.#connections.all()) this.#connections.cut(connection, "eventClosed");
    retention.remember();
    if (!parting.isLost) this.#author.eventClosed(); // or it is another process's by now
  }
}
