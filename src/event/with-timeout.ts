// Waits for a seat to be stored and told, but not for ever.
import type { Clock } from "../clock.ts";
import { retryLater } from "../protocol/refusal.ts";

/** A store that takes longer has failed a join: the client is better off with an answer. */
const joinLimitMs = 3000;

/**
 * Runs `decide` and resolves when what it decided has been told.
 * @throws Refusal 503 after 3 s: [D8] a join never hangs, and its retry finds the seat.
 */
export function toldInTime(clock: Clock, decide: (told: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = () => reject(retryLater("The seat cannot be stored just now", joinLimitMs, "suspended"));
    const limit = clock.after(joinLimitMs, late);
    decide(() => {
      limit.cancel();
      resolve();
    });
  });
}
