// What a test says of an event, of a phone that joins it, and of a restart.
import type { Config } from "../config.ts";
import type { IdentityProvider } from "../identity/provider.ts";
import type { EventRoom } from "../rooms/EventRoom.ts";
import type { AnyEventRoom } from "../rooms/framework/event-room.ts";
import type { SeatStore } from "../store/seat-store.ts";
import type { PhoneClient } from "./phone/page.ts";

/** What `testEvent` may be told. */
export interface TestEventOptions {
  /** Settings of the server; the defaults are those of `createApp`. Those of events that are open at once must agree. */
  readonly config?: Partial<Config>;
  /** Says who somebody is, instead of what `config.authMode` asks for. */
  readonly identity?: IdentityProvider;
  /** Where the server stores what is decided, to be looked at or made to fail; one of its own in memory, when left out. */
  readonly store?: SeatStore;
  /** The event's id; one that no other event of this process has, when left out. */
  readonly eventId?: string;
  /** What `onEventOpened` is given. */
  readonly options?: unknown;
}

/** What a phone's join may be told. */
export interface PhoneOptions {
  /** `stock`: as an unmodified Colyseus client, which asks for nothing that it missed. */
  readonly client?: PhoneClient;
  /** A token of an identity provider, instead of the secret that every phone has. */
  readonly token?: string;
  /**
   * What the join contains beside, as the room's `joinOptions` takes it; or instead of what every phone says of itself:
   * `{ session_token: "another secret" }`, `{ device_id: "ann" }`, `{ display_name: undefined }` for none.
   */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What a restart may be told. */
export interface RestartOptions<R extends AnyEventRoom = EventRoom> {
  /** How long there is no server, in ms. */
  readonly downMs?: number;
  /** The class from now on, its next release; the same, when left out. */
  readonly room?: new () => R;
}
