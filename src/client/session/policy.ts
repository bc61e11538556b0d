// How long a session bears silence, waits for an attempt, and tries in all: as an application asks for, or our own times;
// silence, where the application says nothing, as the room judges it.
// Pure.
import type { ConnectionPolicy } from "../connection/connection-manager.ts";
import type { JoinEventOptions } from "../types/index.ts";

const usual = { attemptTimeoutMs: 5000, giveUpAfterMs: 600_000 };

/** `canRenew`: the proof can be asked for again. @throws RangeError for a time that is not a positive number of ms. */
export function policyOf(options: JoinEventOptions, canRenew: boolean): ConnectionPolicy {
  return {
    silenceTimeoutMs: timeOf("silenceTimeoutMs", options.silenceTimeoutMs),
    attemptTimeoutMs: timeOf("attemptTimeoutMs", options.attemptTimeoutMs) ?? usual.attemptTimeoutMs,
    giveUpAfterMs: timeOf("giveUpAfterMs", options.giveUpAfterMs) ?? usual.giveUpAfterMs,
    canRenew,
    waitsForPlace: options.waitForPlace === true,
  };
}

function timeOf(name: string, ms: number | undefined): number | undefined {
  if (ms !== undefined && !(ms > 0)) throw new RangeError(`${name} is a time in ms, above 0`);
  return ms;
}
