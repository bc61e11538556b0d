// What the HTTP of hosts needs of the server around it. Types only.
import type { EventChange } from "../protocol/event-details.ts";
import type { EventAnswer, Invitation, ListedEvent } from "../protocol/host-api.ts";
import type { HostAction, HostActionResult } from "../protocol/session.ts";
import type { Creation, DescribedCreation } from "../protocol/incoming/opening.ts";

/** What an event's hosts know of it. */
export type DescribedEvent = EventAnswer["event"];

/** One event that lives in this process. Implemented by rooms/directory/hosted-event. */
export interface HostedEvent {
  readonly isClosed: boolean;
  describe(): DescribedEvent;
  /** Resolves with whether it is stored in time. @throws Refusal 400 for what this server's settings do not allow */
  change(change: EventChange): Promise<boolean>;
  /** @throws Refusal 400, 410, 503 */
  act(action: HostAction): Promise<HostActionResult>;
  /** Ends it for everyone; the same again for one that is closed. Resolves with whether that is stored in time. */
  close(): Promise<boolean>;
}

/** The events. Implemented by rooms/directory/room-directory. */
export interface HostedEvents {
  /** All of them, of every process, as of a second ago at most. O(events). */
  listed(): Promise<ListedEvent[]>;
  /** An event that lives here. */
  hosted(roomId: string): HostedEvent | undefined;
}

/** Brings back what is stored. Implemented by cluster/member and rooms/directory/sole-process. */
export interface StoredEvents {
  /** @throws Refusal 503 */
  restore(roomId: string): Promise<void>;
}

/** Makes events, wherever they belong. Implemented by server/event-creator. */
export interface EventMaker {
  /** True for the name of a type of events. */
  hasType(name: string): boolean;
  /** @throws Refusal */
  open(creation: Creation): Promise<DescribedCreation>;
}

/** Who is a host, and who may become one. Implemented by ops/host-access. */
export interface Hosts {
  /** True where hosts come by a code, and not by a token of their own. */
  readonly haveCodes: boolean;
  /** Which event a token is for, "*" for all. @throws Refusal 401, 403, 503 */
  scopeOf(token: string): Promise<string>;
  /** Spends a code; undefined when it is none. @throws Refusal 503 */
  redeem(code: string): Promise<{ readonly token: string; readonly eventId: string } | undefined>;
  /** A code for another browser, for one event or for all; undefined where there are none. */
  invite(eventId: string): Invitation | undefined;
  /** In epoch ms. */
  now(): number;
}

/** Counts what an address has done. Implemented by identity/limits/address-limits. */
export interface CreationLimits {
  /** An event is about to be made for this caller. @throws Refusal 429 */
  creates(caller: { readonly address: string; readonly isShared: boolean }): void;
}
