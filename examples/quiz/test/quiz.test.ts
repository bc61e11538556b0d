import { conformance } from "holdfast/testing";
import { QuizRoom } from "../QuizRoom.ts";

// The rules of the contract that any room has to keep, at this one.
const first = { round: 1, choice: 0, plays_card: true };
conformance(QuizRoom, {
  begin: { by: "host", type: "next" },
  change: { how: "publish", type: "answer", payload: first },
  publish: {
    type: "answer",
    times: 1,
    payload: () => first,
    effects: ({ participants }) => Object.values(participants).filter((one) => one.has_answered).length,
  },
  refused: { type: "answer", payload: { ...first, round: 99 } },
  changing: ["ends_at"], // it is later by as much as there was no server
  except: ["M2", "G1"], // it tells nobody anything, and announces when all have answered
});
