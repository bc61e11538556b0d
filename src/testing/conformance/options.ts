// What an author says of a room so that its rules can be checked: how to join, and how to make it do something.
import type { Venue } from "./venue.ts";

/** Who is about to join. */
export interface JoiningGuest {
  /** The event that it joins. */
  readonly eventId: string;
  readonly deviceId: string;
  /** 1 for the first of an event, 2 for the next. */
  readonly number: number;
}

/** Something that is sent to the room, so that it does something. */
export interface Action {
  /** Who sends it: a participant (the default), or a host (`hostOnly`), who has no seat. */
  readonly by?: "participant" | "host";
  /** `send` (the default): a message of `messages`. `publish`: one of `onPublish`. */
  readonly how?: "send" | "publish";
  readonly type: string;
  readonly payload?: unknown;
}

/** What is published, and how one sees that it has taken effect. */
export interface PublishOptions<State> {
  readonly type: string;
  /** How many a participant may publish; 8 when left out. */
  readonly times?: number;
  /** What the `n`-th message of a participant is, from 1; each is to be accepted. */
  readonly payload: (n: number) => unknown;
  /**
   * Of the state as plain data (maps are objects): what has taken effect in an event in which one participant has published: how many messages, or their payloads in the
   * order in which they took effect.
   */
  readonly effects: (state: State) => number | readonly unknown[];
}

/** A server that is somewhere else, with the room class under test as its default type, or as `eventType`. */
export interface RealServer {
  /** Its address. */
  readonly url: string;
  /**
   * Ends it and starts it again at the same address, after `downMs` without one; resolves when it accepts connections. With
   * `crash` it is killed. Rules about restarts are not checked where this is left out.
   */
  readonly restart?: (how: "restart" | "crash", downMs: number) => Promise<void>;
  /** A host's token (docs/identity.md), for actions of a host's; it may be asked for each time. */
  readonly hostToken?: () => Promise<string>;
  /** Its `EVENT_RETENTION_MS`, if it is short enough to wait for. What ends an event is not checked where it is left out. */
  readonly retentionMs?: number;
}

/** How a room's conformance is checked. Rules that need something that is left out are `not checked`. */
export interface ConformanceOptions<State = unknown> {
  /** What a client joins with beside `event_id`, `device_id` and `session_token`; in token mode the `session_token`, too. */
  readonly joinOptions?: (guest: JoiningGuest) => object | Promise<object>;
  /** The name by which the events are joined; `event` on a server with an address when left out. */
  readonly eventType?: string;
  /** What is done at the beginning of each check, when its first participants are there: a round is opened, for instance. */
  readonly begin?: Action;
  /** A message that changes the state. */
  readonly change?: Action;
  /** A participant's message that is published, and accepted. */
  readonly publish?: PublishOptions<State>;
  /** A participant's message that is published and whose handler throws, also after `change`. */
  readonly refused?: Action;
  /** A message that makes the room tell the participant `deviceId` something (`participants.tell`). */
  readonly tell?: (deviceId: string) => Action;
  /** A message that makes the room announce something to all (`announce`). */
  readonly announce?: Action;
  /**
   * Fields of a participant that nobody else may see; when left out those that are marked `.view()`. An empty list where others
   * may.
   */
  readonly privateFields?: readonly string[];
  /**
   * Names of fields, the event's or a participant's, that change by themselves: a clock, a countdown, when a timer of `timers.after`
   * fires, which a restart makes later. They are not compared.
   */
  readonly changing?: readonly string[];
  /** Ids of rules that are not to be checked. */
  readonly except?: readonly string[];
  /** Against which server: left out, one of the test kit's, in memory and on virtual time. */
  readonly server?: RealServer | Venue;
}
