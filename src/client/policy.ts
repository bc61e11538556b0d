// The times that a session keeps: an application's, or ours. Pure.
import type { JoinEventOptions } from "./types.ts";

export interface Policy {
  readonly silenceTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly giveUpAfterMs: number;
  /** The proof can be asked for again. */
  readonly canRenew: boolean;
}

/** @throws RangeError for a time that is not a positive number of ms. */
export function policyOf(options: JoinEventOptions, canRenew: boolean): Policy {
  return {
    silenceTimeoutMs: timeOf("silenceTimeoutMs", options.silenceTimeoutMs ?? 15_000),
    attemptTimeoutMs: timeOf("attemptTimeoutMs", options.attemptTimeoutMs ?? 5000),
    giveUpAfterMs: timeOf("giveUpAfterMs", options.giveUpAfterMs ?? 600_000),
    canRenew,
  };
}

function timeOf(name: string, ms: number): number {
  if (ms > 0) return ms;
  throw new RangeError(`${name} is a time in ms, above 0`);
}
