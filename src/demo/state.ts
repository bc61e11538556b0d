// What everyone in the demo's little quiz sees, and its questions, which need no language. The room and the page import it.
import { defineEventState, t } from "../schema/index.ts";

export const demoQuiz = defineEventState({
  participant: {
    score: t.number().default(0),
    /** How many questions this participant has answered; everyone goes at their own pace. */
    answered: t.number().default(0),
  },
});

export interface DemoQuestion {
  readonly a: number;
  readonly b: number;
  /** One of them is the sum. */
  readonly choices: readonly number[];
  /** An index into the choices. */
  readonly right: number;
}

/** The question with this number, from 0: `a + b`. The same for everyone. */
export function questionOf(number: number): DemoQuestion {
  const a = 3 + ((number * 7) % 9);
  const b = 2 + ((number * 5) % 8);
  const right = (number * 2 + 1) % 3;
  return { a, b, choices: [0, 1, 2].map((i) => a + b + i - right), right };
}
