// What the page remembers of its own session beside the session itself, and how an absence has ended. Pure.
import type { KeptSeat, Returned, RosterEntry } from "../../../client/index.ts";

/** How an absence ended. */
export interface Comeback {
  readonly at: number;
  readonly awayMs: number;
  readonly isNewSeat: boolean;
  /** Everything that happened meanwhile has been shown. */
  readonly isWhole: boolean;
  /** A host had removed this device, and has let it in again. */
  readonly wasRemoved: boolean;
}

/** A page that was loaded again was away; below this nobody noticed, and nothing is said. */
const unnoticedMs = 5000;

/** How an outage ended. @param at in the server's time */
export function afterOutage({ outageMs, isNewSeat, resumed }: Returned, at: number): Comeback {
  return { at, awayMs: outageMs, isNewSeat, isWhole: resumed, wasRemoved: false };
}

/** How the absence of somebody ended whom a host had removed. @param at in the server's time */
export function afterRemoval(at: number): Comeback {
  return { at, awayMs: 0, isNewSeat: true, isWhole: false, wasRemoved: true };
}

/**
 * How the absence of a page that was loaded again ended; undefined when there is nothing to say of it.
 * @param kept the seat of the last visit, as it was known before the first connection
 * @param me the seat that it has now
 */
export function afterReload(
  kept: KeptSeat | undefined,
  me: RosterEntry | undefined,
  at: number,
): Comeback | undefined {
  if (kept === undefined || me === undefined) return undefined;
  const isNewSeat = me.joinedAt !== kept.joinedAt;
  const awayMs = at - kept.since;
  return isNewSeat || awayMs >= unnoticedMs
    ? { at, awayMs, isNewSeat, isWhole: false, wasRemoved: false }
    : undefined;
}
