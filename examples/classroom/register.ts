// The register: who was there, when they were away and for how long. Knows no room and no clock; every instant is given.
import { z } from "zod";
import type { RegisterRow } from "./state.ts";

const stay = z.object({
  name: z.string(),
  came_at: z.number(),
  left_at: z.number(), // 0: not yet
  times_away: z.number(),
  away_ms: z.number(), // of those absences that are over
  away_since: z.number(), // 0: here
});
type Stay = z.infer<typeof stay>;

/** What is stored of a register, by device. */
const saved = z.record(z.string(), stay);

export class Register {
  readonly #stays = new Map<string, Stay>();
  readonly #expected: readonly string[];

  /** @param expected the names of those who are to come */
  constructor(expected: readonly string[]) {
    this.#expected = expected;
  }

  /** Takes over what `toJSON` gave before a restart. @throws when it is something else */
  restore(from: unknown): void {
    for (const [deviceId, each] of Object.entries(saved.parse(from))) this.#stays.set(deviceId, each);
  }

  toJSON(): unknown {
    return Object.fromEntries(this.#stays);
  }

  came(deviceId: string, name: string, at: number): void {
    const before = this.#stays.get(deviceId);
    if (before === undefined) {
      const nothing = { left_at: 0, times_away: 0, away_ms: 0, away_since: 0 };
      this.#stays.set(deviceId, { name, came_at: at, ...nothing });
      return;
    }
    // Who has left and comes again is the same person: the time between is time away.
    before.times_away += 1;
    before.away_ms += at - before.left_at;
    before.left_at = 0;
  }

  wentAway(deviceId: string, at: number): void {
    const one = this.#stays.get(deviceId);
    if (one === undefined || one.away_since > 0) return;
    one.away_since = at;
    one.times_away += 1;
  }

  returned(deviceId: string, at: number): void {
    const one = this.#stays.get(deviceId);
    if (one === undefined || one.away_since === 0) return;
    one.away_ms += at - one.away_since;
    one.away_since = 0;
  }

  /** They are gone for good; since when they were not there is known already if they were away. */
  left(deviceId: string, at: number): void {
    const one = this.#stays.get(deviceId);
    if (one === undefined) return;
    if (one.away_since > 0) one.times_away -= 1; // it was no absence, but the end
    one.left_at = one.away_since || at;
    one.away_since = 0;
  }

  /** Everyone who came, in that order, and everyone who was to come and did not. */
  rows(now: number): RegisterRow[] {
    const stays = [...this.#stays.values()].toSorted((a, b) => a.came_at - b.came_at);
    const names = new Set(stays.map(({ name }) => keyOf(name)));
    const missing = this.#expected.filter((name) => !names.has(keyOf(name)));
    return [...stays.map((each) => this.#rowOf(each, now)), ...missing.map(absentee)];
  }

  #rowOf({ name, came_at, left_at, times_away, away_ms: over, away_since }: Stay, now: number): RegisterRow {
    const away_ms = over + (away_since > 0 ? now - away_since : 0);
    const is_expected = this.#expected.some((each) => keyOf(each) === keyOf(name));
    const is_here = left_at === 0 && away_since === 0;
    const here_ms = (left_at || now) - came_at - away_ms;
    return { name, is_expected, is_here, came_at, left_at, times_away, away_ms, here_ms };
  }
}

/** Names are compared as people write them: case and spaces count for nothing. */
const keyOf = (name: string) => name.trim().replaceAll(/\s+/g, " ").toLowerCase();

function absentee(name: string): RegisterRow {
  const never = { came_at: 0, left_at: 0, times_away: 0, away_ms: 0, here_ms: 0 };
  return { name, is_expected: true, is_here: false, ...never };
}
