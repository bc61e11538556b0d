// What Holdfast promises everyone holds in this room, too, whatever it does: one test for each rule (docs/testing.md).
import { conformance } from "holdfast/testing";
import { QuizRoom } from "../src/QuizRoom.ts";

const first = { number: 0, choice: 0 };

conformance(QuizRoom, {
  change: { how: "publish", type: "answer", payload: first },
  publish: {
    type: "answer",
    payload: () => first,
    effects: ({ participants }) =>
      Object.values(participants).filter(({ answered }) => answered === 0).length,
    times: 1, // an answer a question
  },
  refused: { type: "answer", payload: { number: 99, choice: 0 } },
  changing: ["ends_at"], // when a timer fires, which a restart makes later
  except: ["M2", "G1"], // it tells nobody anything, and announces when all have answered (quiz.test.ts)
});
