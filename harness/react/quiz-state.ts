// The state of the events that the React pages of tests are in.
import { defineEventState, schema, t } from "../../src/schema/index.ts";

const Round = schema({ no: t.number().default(0), question: t.string().default("") }, "Round");

export const quiz = defineEventState({
  participant: { score: t.number().default(0), tags: t.array("string") },
  event: { round: Round, steps: t.number().default(0), teams: t.map("number") },
});
