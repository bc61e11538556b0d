// What a quiz keeps. The room (QuizRoom.ts) and the page (page.ts) share this file, and its types.
import { defineEventState, t } from "holdfast/schema";

export type Phase = "waiting" | "asking" | "showing";

export const quiz = defineEventState({
  /** Of each participant, beside what everyone has (`display_name`, `status`, ...): kept with the seat. */
  participant: {
    score: t.number().default(0),
    /** Which question it has answered last. */
    answered: t.number().default(-1),
    /** How: kept like the rest, and sent to nobody, because no client has a view that shows it. */
    choice: t.number().default(-1).view(),
  },
  /** Of the event, once. */
  event: {
    phase: t.string<Phase>().default("waiting"),
    number: t.number().default(-1),
    question: t.string().default(""),
    /** One a line. */
    choices: t.string().default(""),
    /** Which of them is right; -1 as long as it is asked. */
    right: t.number().default(-1),
    /** When the phase is over, by the server's clock. */
    ends_at: t.number().default(0),
  },
});
