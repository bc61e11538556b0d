// What everyone sees of a poll. The room, the page and the tests import it, so it loads no server code.
import { defineEventState, t } from "holdfast/schema";

export const poll = defineEventState({
  /** An index into the options; -1 for who has not voted. */
  participant: { vote: t.number().default(-1) },
  event: {
    /** The poll that is on, from 1. */
    number: t.number().default(0),
    question: t.string().default(""),
    options: t.array("string"),
    /** Until when one may vote, as epoch milliseconds of the server's clock. */
    ends_at: t.number().default(0),
  },
});
