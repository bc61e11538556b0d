// The event's state as this session last had it, and who is told what is new in it: the roster, those who follow single changes, and
// the application. Never asks for a state, and knows no connection.
import type { EventView } from "../presence/roster.ts";
import type { StateChanges } from "../state/changes.ts";
import type { SessionParts } from "./session-parts.ts";

type ShownParts = Pick<SessionParts, "roster" | "followers" | "events" | "entries">;

/** A listener may end the session: then nobody is told the rest. Implemented by client/connection/status-machine. */
interface Ending {
  readonly isOver: boolean;
}

export class ShownEvent {
  readonly #parts: ShownParts;
  #view: EventView | undefined;

  constructor(parts: ShownParts) {
    this.#parts = parts;
  }

  /** The state; undefined before the first. */
  get view(): EventView | undefined {
    return this.#view;
  }

  /**
   * Takes a state that has come, and tells nobody yet.
   * @param changes what is new in it; undefined for a whole one
   * @returns the devices whose entries are others now; undefined when none is
   */
  take(view: EventView, changes: StateChanges | undefined): Iterable<string> | undefined {
    this.#view = view;
    return this.#parts.roster.update(view, changes);
  }

  /** @param changed what `take` has returned for this state */
  announce(
    view: EventView,
    changes: StateChanges | undefined,
    changed: Iterable<string> | undefined,
    session: Ending,
  ): void {
    const { roster, followers, events, entries } = this.#parts;
    followers.update(view, changes);
    for (const deviceId of changed ?? [])
      if (entries.hasListeners(deviceId) && !session.isOver)
        entries.emit(deviceId, roster.entries.get(deviceId));
    if (changed !== undefined && !session.isOver) events.emit("roster", roster.entries);
    if (changes?.length !== 0 && !session.isOver) events.emit("state", view);
  }
}
