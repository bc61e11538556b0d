// What a host says of an event beside its seats: types, names and limits only (no validator: a browser's bundle holds this
// file; `protocol/incoming/event-changes.ts` has the schemas). snake_case: these are wire names.

/** What of an event's details a host may give and change; what is left out stays as it is. */
export interface EventChange {
  /** What people call it; "" for none. */
  title?: string | undefined;
  /** How many seats there are, held ones included. Who has a seat keeps it when this becomes less. */
  capacity?: number | undefined;
  /** How long a seat is held for one who drops from now on, in ms. */
  grace_period_ms?: number | undefined;
  who_may_join?: WhoMayJoin | undefined;
  /** True: no new seats for now. A return is never refused for it. */
  is_locked?: boolean | undefined;
  /** Who is to come; the whole list. */
  expected_names?: readonly string[] | undefined;
}

/** `listed`: only who comes with one of `expected_names`, compared without case, accents and spaces. */
export type WhoMayJoin = "anyone" | "listed";
/** The closed list of them. */
export const whoMayJoin: readonly WhoMayJoin[] = ["anyone", "listed"];

/** What everyone may know of an event. */
export interface EventDetails {
  event_id: string;
  /** The name of its type; `event` on a server whose one type has no name. */
  type: string;
  /** "" where nobody has given one. */
  title: string;
  capacity: number;
  grace_period_ms: number;
  who_may_join: WhoMayJoin;
  is_locked: boolean;
  /** When it was opened first, in epoch ms. */
  created_at: number;
}

/** What its hosts know of it. */
export interface HostEventDetails extends EventDetails {
  expected_names: string[];
  /** Devices that were removed and may not come again: the latest 1,000, the latest first. */
  removed: RemovedDevice[];
  /** How many were removed in all; more than `removed` has only when there are more than 1,000. */
  removed_total: number;
}

/** One device that was removed from an event. */
export interface RemovedDevice {
  device_id: string;
  /** What its participant was called; "" when it had no name, or it is not known any more. */
  display_name: string;
  /** When, in epoch ms; 0 when it is not known. */
  at: number;
}

/** In code points, as long as a display name and a half: it has to fit a phone's screen and a projector's. */
export const longestTitle = 120;
/** As long as a display name. */
export const longestExpectedName = 64;
/** A large lecture; more is no list that a person compares with. */
export const mostExpectedNames = 2000;
/** The range of MAX_PARTICIPANTS; a server's own limit is its setting. */
export const highestCapacity = 100_000;
/** The range of GRACE_PERIOD_MS, in ms. */
export const [shortestGraceMs, longestGraceMs] = [100, 86_400_000];

/**
 * The characters of a code that the server makes: no vowels, so that no words come about, and of those that look alike (0 O,
 * 1 I L, 2 Z, 5 S, 6 G, 8 B, U V) one at most.
 */
export const eventCodeAlphabet = "CDFHJKMNPQRTVWXY23456789";
export const eventCodeLength = 6;
