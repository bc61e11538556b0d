import { conformance } from "holdfast/testing";
import { BuzzerRoom } from "../BuzzerRoom.ts";

// The rules of the contract that any room has to keep, at this one.
const press = { round: 1 };
conformance(BuzzerRoom, {
  joinOptions: ({ number }) => ({ team: number % 2 === 0 ? "blue" : "red" }),
  begin: { by: "host", type: "open" },
  publish: {
    type: "buzz",
    times: 1,
    payload: () => press,
    effects: ({ answering }) => (answering === "" ? 0 : 1),
  },
  refused: { type: "buzz", payload: { round: 99 } },
  announce: { how: "publish", type: "buzz", payload: press },
  changing: ["answer_until"], // it is later by as much as there was no server
  except: ["M2", "G16"], // it tells whoever presses, and has no private fields
});
