// What everyone in the game sees. The room, the pages and the tests import it, so it loads no server code.
import { defineEventState, t } from "holdfast/schema";
import { z } from "zod";

export const teams = ["red", "blue"] as const;
export type Team = (typeof teams)[number];

/** `closed`: nobody may buzz. `open`: whoever comes first. `answering`: somebody has. */
export type Phase = "closed" | "open" | "answering";

export const game = defineEventState({
  participant: { team: t.string<Team>().default("red") },
  event: {
    phase: t.string<Phase>().default("closed"),
    round: t.number().default(0),
    /** Who has buzzed first, by device; empty while nobody has. */
    answering: t.string().default(""),
    /** Until when the answer is waited for, as epoch milliseconds of the server's clock; 0 while nobody answers. */
    answer_until: t.number().default(0),
    red: t.number().default(0),
    blue: t.number().default(0),
  },
});

/** What a join has to say: which team one is in. */
export const joinOptions = z.object({ team: z.enum(teams) });
