// What everyone in the lesson sees. The register is not in it: that is the teacher's.
import { defineEventState, t } from "holdfast/schema";

export const lesson = defineEventState({
  participant: { has_hand_up: t.boolean().default(false) },
  event: { topic: t.string().default("") },
});

/** One line of the register. Instants are epoch milliseconds of the server's clock, durations milliseconds. */
export interface RegisterRow {
  readonly name: string;
  /** Whether it is on the list of those who are to come. */
  readonly is_expected: boolean;
  readonly is_here: boolean;
  /** When they first came; 0 for somebody who has not come at all. */
  readonly came_at: number;
  /** When they went for good; 0 for somebody who has not. */
  readonly left_at: number;
  readonly times_away: number;
  readonly away_ms: number;
  /** From coming to going (or now), without the time away. */
  readonly here_ms: number;
}

/** What the teacher is answered. */
export interface Attendance {
  readonly rows: readonly RegisterRow[];
  readonly csv: string;
}
