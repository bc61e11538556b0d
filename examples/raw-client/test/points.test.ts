// The room that the client without packages talks to keeps what the contract says of any room.
import { conformance } from "holdfast/testing";
import { PointsRoom } from "../PointsRoom.ts";

conformance(PointsRoom, {
  change: { how: "publish", type: "points", payload: { n: 1 } },
  publish: {
    type: "points",
    payload: () => ({ n: 1 }),
    effects: ({ participants }) => participants.ann?.points ?? 0,
  },
  refused: { type: "points", payload: { n: -1 } },
  announce: { how: "publish", type: "points", payload: { n: 2 } },
  except: ["M2", "G16"], // it tells nobody anything, and has no private fields
});
