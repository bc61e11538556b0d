// What everyone in the quiz sees, and what only one may. The room, the pages and the tests import it; no answer is in it.
import { defineEventState, t } from "holdfast/schema";

/** `asking`: answers are taken until `ends_at`. `result`: the right answer is shown. */
export type Phase = "lobby" | "asking" | "result" | "over";
/** Whoever plays it with an answer gets twice the points for it, once in the quiz. */
export type Card = "double" | "";

export const quiz = defineEventState({
  participant: {
    score: t.number().default(0),
    has_answered: t.boolean().default(false),
    // Shown to whose view holds this participant: QuizRoom gives everyone a view of itself alone.
    answer: t.number().default(-1).view(),
    plays_card: t.boolean().default(false).view(),
    card: t.string<Card>().default("").view(),
  },
  event: {
    phase: t.string<Phase>().default("lobby"),
    /** The round, from 1; 0 before the first. */
    round: t.number().default(0),
    rounds: t.number().default(0),
    question: t.string().default(""),
    choices: t.array("string"),
    /** The right one of the choices, in `result`; -1 while it is secret. */
    right: t.number().default(-1),
    /** Until when answers are taken, as epoch milliseconds of the server's clock; 0 when none are. */
    ends_at: t.number().default(0),
  },
});
