// Who follows a session's state change by change. The session knows no more of them, so that a page which follows none
// does not load what that takes.
import type { StateChanges } from "./changes.ts";
import type { ErrorReporter } from "./listeners.ts";

/** Implemented by client/state/callbacks. */
export interface StateFollower {
  /** @param changes since the state before; undefined for a whole one */
  update(state: object, changes: StateChanges): void;
  /** Nothing more comes. */
  end(): void;
}

/** Where a session has its followers. */
export const followersOf: unique symbol = Symbol("holdfast.followers");

export class StateFollowers {
  /** Takes the errors of what they call. */
  readonly errors: ErrorReporter;
  readonly #followers = new Set<StateFollower>();
  #state: object | undefined;
  #isOver = false;

  constructor(errors: ErrorReporter) {
    this.errors = errors;
  }

  /** The follower gets the state that is there, and then each change. */
  add(follower: StateFollower): void {
    if (this.#state !== undefined) follower.update(this.#state, undefined);
    if (this.#isOver) follower.end();
    this.#followers.add(follower);
  }

  update(state: object, changes: StateChanges): void {
    this.#state = state;
    for (const follower of this.#followers) follower.update(state, changes);
  }

  end(): void {
    this.#isOver = true;
    for (const follower of this.#followers) follower.end();
  }
}
