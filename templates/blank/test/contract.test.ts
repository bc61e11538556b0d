// What Holdfast promises everyone holds in this room, too, whatever it does: one test for each rule (docs/testing.md).
import { conformance } from "holdfast/testing";
import { MyRoom } from "../src/MyRoom.ts";

const wave = { how: "publish", type: "wave", payload: null } as const;

conformance(MyRoom, {
  change: wave,
  announce: wave,
  publish: { type: "wave", payload: () => null, effects: ({ waves }) => waves },
  refused: { type: "wave", payload: "not what a wave is" },
  except: ["M2", "G16"], // it tells nobody anything alone, and has no private field: remove what becomes untrue
});
