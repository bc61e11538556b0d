import { conformance } from "holdfast/testing";
import { ClassRoom } from "../ClassRoom.ts";

// The rules of the contract that any room has to keep, at this one.
conformance(ClassRoom, {
  publish: {
    type: "hand",
    times: 1,
    payload: () => ({ is_up: true }),
    effects: ({ participants }) => Object.values(participants).filter((pupil) => pupil.has_hand_up).length,
  },
  refused: { type: "hand", payload: { is_up: "perhaps" } },
  except: ["M2", "G1", "G16"], // it tells and announces nothing, and has no private fields
});
