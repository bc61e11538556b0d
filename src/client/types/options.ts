// What an application gives to `joinEvent`.
import type { Json } from "../../protocol/json.ts";

/** What is kept over a reload: `localStorage` has this shape. */
export interface KeyValueStorage {
  /** The value, or null when there is none. */
  getItem(key: string): string | null;
  /** Keeps the value; may throw when there is no room. */
  /** May throw: what cannot be written is kept in memory where that does no harm, and else refused to its caller. */
  setItem(key: string, value: string): void;
  /** Forgets it; nothing happens when there is none. */
  removeItem(key: string): void;
}

/** What `joinEvent` needs; only `url` and `eventId` have to be given. */
export interface JoinEventOptions {
  /** The server, as http(s):// or ws(s)://, with a path if it is behind one. */
  readonly url: string;
  /** The event: 1 to 128 characters. */
  readonly eventId: string;
  /** This device; made up once, one for all events, and kept in `storage`, when left out. */
  readonly deviceId?: string;
  /**
   * The proof: in token mode the JWT (a function is asked before every join, and once more when the server says 401);
   * in open mode made up once for this event and device, and kept.
   */
  readonly sessionToken?: string | (() => string | Promise<string>);
  /** Whose device this is, in open mode; the device's own id when left out. In token mode it must not contradict the token. */
  readonly userId?: string;
  /** What others see, up to 64 characters. */
  readonly displayName?: string;
  /** What the room's author asks of a join beside (`joinOptions`): JSON of up to 4096 characters. Sent with every join. */
  readonly joinOptions?: Readonly<Record<string, Json>>;
  /** `observer` watches without a seat; a host's token makes it a host. */
  readonly role?: "participant" | "observer";
  /**
   * The type of events that it is to be, by its name on the server (letters, digits, `_` and `-`): a new event is opened
   * as one, and one of another type is refused (409 `other_type`). Left out, it is any, and the default one for a new event.
   */
  readonly eventType?: string;
  /** It never opens the event: one that does not exist is refused (404 `no_such_event`). */
  readonly mustExist?: boolean;
  /**
   * An event that is full is asked again every 5 to 10 s, or when the server says, until there is a place; `state.reason` is
   * `full` meanwhile. Without it, being full ends the session as `refused`.
   */
  readonly waitForPlace?: boolean;
  /** Where identity, outbox and what is known of the seat are kept; `localStorage` in a browser, memory elsewhere. */
  readonly storage?: KeyValueStorage;
  /** Nothing inbound for this long, in ms, and the path is dead. Left out, as long as the room itself bears it: 9,000 by default; 15,000 where it does not say. */
  readonly silenceTimeoutMs?: number;
  /** One attempt waits this long for an answer, in ms; on a network that is known to need longer up to three times as long. 5,000. */
  readonly attemptTimeoutMs?: number;
  /** Trying for this long, in ms, in vain, the session fails as `unreachable`; sleep and time without a network do not count. 600,000. */
  readonly giveUpAfterMs?: number;
}
