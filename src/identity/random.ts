// Random bytes for secrets, drawn in one call for many: one call for each costs more than all else that a token needs.
import { randomFillSync } from "node:crypto";

const pool = Buffer.allocUnsafeSlow(6144);
let taken = pool.length;

/** `count` random bytes (at most 6144), in base64url: fresh from the system's generator, given out once. */
export function randomText(count: number): string {
  return take(count).toString("base64url");
}

/** `count` random bytes, a copy. */
export function randomBytes(count: number): Buffer {
  return Buffer.from(take(count));
}

function take(count: number): Buffer {
  if (taken + count > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  taken += count;
  return pool.subarray(taken - count, taken);
}
