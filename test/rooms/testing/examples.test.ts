// The examples keep what the contract says of any room.
import { BuzzerRoom } from "../../../examples/buzzer/BuzzerRoom.ts";
import { ClassRoom } from "../../../examples/classroom/ClassRoom.ts";
import { PartyRoom } from "../../../examples/existing-app/src/rooms/PartyRoom.ts";
import { QuizRoom } from "../../../examples/quiz/QuizRoom.ts";
import { PointsRoom } from "../../../examples/raw-client/PointsRoom.ts";
import { conformance } from "../../../src/testing/index.ts";

describe("conformance of the examples", () => {
  const answer = { round: 1, choice: 0, plays_card: true };
  conformance(QuizRoom, {
    begin: { by: "host", type: "next" },
    change: { how: "publish", type: "answer", payload: answer },
    publish: {
      type: "answer",
      times: 1,
      payload: () => answer,
      effects: ({ participants }) => Object.values(participants).filter((one) => one.has_answered).length,
    },
    refused: { type: "answer", payload: { ...answer, round: 99 } },
    changing: ["ends_at"], // time without a server does not count
  });

  conformance(BuzzerRoom, {
    joinOptions: ({ number }) => ({ team: number % 2 === 0 ? "blue" : "red" }),
    begin: { by: "host", type: "open" },
    publish: {
      type: "buzz",
      times: 1,
      payload: () => ({ round: 1 }),
      effects: ({ answering }) => (answering === "" ? 0 : 1),
    },
    refused: { type: "buzz", payload: { round: 99 } },
    announce: { how: "publish", type: "buzz", payload: { round: 1 } },
    changing: ["answer_until"],
  });

  conformance(ClassRoom, {
    publish: {
      type: "hand",
      times: 1,
      payload: () => ({ is_up: true }),
      effects: ({ participants }) => Object.values(participants).filter((pupil) => pupil.has_hand_up).length,
    },
    refused: { type: "hand", payload: { is_up: "perhaps" } },
  });

  conformance(PartyRoom, { change: { type: "toast" }, announce: { type: "toast" } });

  conformance(PointsRoom, {
    change: { how: "publish", type: "points", payload: { n: 1 } },
    publish: {
      type: "points",
      payload: () => ({ n: 1 }),
      effects: ({ participants }) => participants.ann?.points ?? 0,
    },
    refused: { type: "points", payload: { n: -1 } },
    announce: { how: "publish", type: "points", payload: { n: 2 } },
  });
});
