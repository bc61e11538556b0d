// What of a change this server does not bear, whatever the schema allows. Pure.
import type { EventChange } from "../../protocol/event-details.ts";
import { Refusal } from "../../protocol/refusal.ts";

/** Settings of these names, in lower case. */
export interface ChangeLimits {
  readonly maxParticipants: number;
  readonly quietTimeMs?: number;
}

/** A shorter grace would be over before the drop is announced. */
const shortestGraceMs = ({ quietTimeMs = 0 }: ChangeLimits): number => quietTimeMs + 1;

/** @throws Refusal 400 for what this server's settings do not allow */
export function checkChange({ capacity, grace_period_ms: graceMs }: EventChange, limits: ChangeLimits): void {
  const most = limits.maxParticipants;
  if (capacity !== undefined && capacity > most)
    throw invalid("capacity", `this server has ${most} seats for an event at most`);
  const least = shortestGraceMs(limits);
  if (graceMs !== undefined && graceMs < least)
    throw invalid("grace_period_ms", `it must be at least ${least}, because short drops are silent here`);
}

/** The same change, as far as this server bears it: what was asked of one process may be opened by another. */
export function withinLimits(change: EventChange, limits: ChangeLimits): EventChange {
  const { capacity, grace_period_ms: graceMs } = change;
  return {
    ...change,
    ...(capacity === undefined ? {} : { capacity: Math.min(capacity, limits.maxParticipants) }),
    ...(graceMs === undefined ? {} : { grace_period_ms: Math.max(graceMs, shortestGraceMs(limits)) }),
  };
}

const invalid = (field: string, why: string) =>
  new Refusal(400, `Invalid ${field}: ${why}`, { reason: "invalid_field" });
