// The demo: what an ordinary room would show, what the page says, and that the code that it shows is the room's.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { speakFrom } from "../../../harness/pages/words.ts";
import { questionOf } from "../../../src/demo/state.ts";
import { captionOf, type Scene } from "../../../src/pages/demo/caption.ts";
import { roomCode } from "../../../src/pages/demo/code.ts";
import { type FromPhone, phoneIn, toPhoneIn } from "../../../src/pages/demo/messages.ts";
import { OrdinaryRoom } from "../../../src/pages/demo/ordinary.ts";

const ann: FromPhone = {
  type: "phone",
  phone: "ann",
  status: "connected",
  pending: 0,
  score: 0,
  answered: 0,
  backAfterS: 0,
};
const scene: Scene = {
  ann,
  isDark: false,
  isKilled: false,
  answeredBefore: 0,
  hasBeenDark: false,
  hasBeenKilled: false,
};

describe("the demo", () => {
  before(() => speakFrom("en"));

  it("[B170] in an ordinary room whoever is away has left, and comes back with nothing", () => {
    const room = new OrdinaryRoom();
    const at = (isAway: boolean, score: number) => room.update([{ deviceId: "ann", isAway, score }])[0];
    expect(at(false, 20)).to.include({ hasLeft: false, score: 20 });
    expect(at(true, 20)).to.include({ hasLeft: true, score: 0 });
    expect(at(false, 30), "what waited in the tunnel is lost, too").to.include({ hasLeft: false, score: 0 });
    expect(at(false, 50)).to.include({ score: 20 });
    expect(at(true, 50)).to.include({ hasLeft: true });
    expect(at(false, 50)).to.include({ score: 0 });
  });

  it("[B170] the page says what happens, and what to try next", () => {
    const says = (changes: Partial<Scene>, phone: Partial<FromPhone> = {}) =>
      captionOf({ ...scene, ann: { ...ann, ...phone }, ...changes });
    expect(captionOf({ ...scene, ann: undefined })).to.contain("starting");
    expect(says({}, { status: "connecting" })).to.contain("starting");
    expect(says({})).to.contain("Answer a question");
    expect(says({}, { answered: 1 })).to.contain("tunnel");
    expect(says({ isDark: true }, { status: "reconnecting" })).to.contain("no network");
    expect(says({ isDark: true }, { status: "reconnecting", pending: 1 })).to.contain("Her answer waits");
    expect(says({ hasBeenDark: true }, { status: "reconnecting" })).to.contain("coming back");
    expect(says({ hasBeenDark: true, answeredBefore: 1 }, { answered: 2, backAfterS: 17 })).to.match(
      /after 17 seconds.*counted once/,
    );
    expect(says({ isKilled: true })).to.contain("killed");
    expect(says({ hasBeenDark: true, hasBeenKilled: true })).to.contain("Nothing was lost");
  });

  it("[B170] each question has its sum among the choices, in the place that is the right one", () => {
    for (let number = 0; number < 100; number += 1) {
      const { a, b, choices, right } = questionOf(number);
      expect(choices[right]).to.equal(a + b);
      expect(new Set(choices).size).to.equal(3);
    }
  });

  it("[B170] the code that it shows is the room's own", () => {
    const lines = (text: string) =>
      text
        .split("\n")
        .map((line) => line.trim().replace("(): void {", "() {"))
        .filter((line) => line !== "" && !line.includes("class "));
    const room = lines(readFileSync("src/demo/DemoRoom.ts", "utf8"));
    expect(room.slice(-lines(roomCode).length)).to.deep.equal(lines(roomCode));
  });

  it("[B170] what other windows send is no message of the demo's", () => {
    for (const data of [null, undefined, "phone", { type: "x" }, 5]) {
      expect(phoneIn(data)).to.equal(undefined);
      expect(toPhoneIn(data)).to.equal(undefined);
    }
  });
});
