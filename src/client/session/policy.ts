// How long a session bears silence, waits for an attempt, and tries in all: as an application asks for, or our own times.
// Pure.
import type { ConnectionPolicy } from "../connection/connection-manager.ts";
import type { JoinEventOptions } from "../types/index.ts";

const usual = { silenceTimeoutMs: 15_000, attemptTimeoutMs: 5000, giveUpAfterMs: 600_000 };

/** `canRenew`: the proof can be asked for again. @throws RangeError for a time that is not a positive number of ms. */
export function policyOf(options: JoinEventOptions, canRenew: boolean): ConnectionPolicy {
  const times = { ...usual };
  for (const name of Object.keys(usual) as (keyof typeof usual)[]) {
    times[name] = options[name] ?? usual[name];
    if (!(times[name] > 0)) throw new RangeError(`${name} is a time in ms, above 0`);
  }
  return { ...times, canRenew };
}
