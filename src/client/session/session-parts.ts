// What a session is put together from. Types only.
import type { Dialer } from "../connection/connection.ts";
import type { ServerClock } from "../connection/server-clock.ts";
import type { Environment } from "../platform/environment.ts";
import type { SafeStorage } from "../platform/safe-storage.ts";
import type { Roster } from "../presence/roster.ts";
import type { StateFollowers } from "../state/followers.ts";
import type { JoinEventOptions, RosterEntry, SessionEvents } from "../types/index.ts";
import type { DetailsFeed } from "./details-feed.ts";
import type { Emitter } from "./emitter.ts";
import type { Identity } from "./identity.ts";
import type { OwnSeat } from "./own-seat.ts";

export interface SessionParts {
  readonly options: JoinEventOptions;
  readonly environment: Environment;
  readonly dialer: Dialer;
  readonly storage: SafeStorage;
  readonly ownSeat: OwnSeat;
  readonly identity: Identity;
  readonly clock: ServerClock;
  readonly roster: Roster;
  readonly followers: StateFollowers;
  readonly events: Emitter<SessionEvents>;
  /** One participant's entry, by its device. */
  readonly entries: Emitter<Record<string, RosterEntry | undefined>>;
  readonly authorMessages: Emitter<Record<string, unknown>>;
  readonly details: DetailsFeed;
}
