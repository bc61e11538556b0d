// The suite of rules that any room class must keep: a room that keeps them, rooms that break some on purpose, and what is
// said where something cannot be checked. All on the test kit's server.
import { expect } from "chai";
import {
  CarelessRoom,
  DealingRoom,
  ForgetfulRoom,
  HastyRoom,
  howToCheck,
  LeakyRoom,
  SoundRoom,
  TalkativeRoom,
} from "../../../harness/servers/rooms-under-test.ts";
import { checkConformance, conformance, type Verdict } from "../../../src/testing/index.ts";

const withOutcome = (verdicts: readonly Verdict[], outcome: Verdict["outcome"]) =>
  verdicts.filter((verdict) => verdict.outcome === outcome).map(({ id }) => id);

describe("conformance of a room", () => {
  conformance(SoundRoom, howToCheck);

  it("[V80] each rule of a room that keeps the contract is checked, and kept", async () => {
    const verdicts = await checkConformance(SoundRoom, howToCheck);
    expect(verdicts.filter(({ outcome }) => outcome !== "kept")).to.deep.equal([]);
    expect(verdicts.length).to.be.at.least(20);
  });

  it("[V80] what a room tells at a join, and in what is done first, is no part of what it is made to tell", async () => {
    const verdicts = await checkConformance(DealingRoom, { ...howToCheck, begin: { type: "next" } });
    expect(verdicts.filter(({ outcome }) => outcome !== "kept")).to.deep.equal([]);
  });

  it("[V81] a room that breaks three rules is said to break those three, and why", async () => {
    const verdicts = await checkConformance(CarelessRoom, howToCheck);
    const broken = verdicts.filter(({ outcome }) => outcome === "broken");
    expect(broken.map(({ id }) => id)).to.have.members(["P14", "G16", "D6"]);
    const because = Object.fromEntries(broken.map((verdict) => [verdict.id, verdict.because]));
    expect(because.P14).to.match(/^a refused message has had an effect: .*"score":10.*"score":1010/);
    expect(because.G16).to.match(/sees (?:ann|bob)'s card, which is private$/);
    expect(because.D6).to.match(/^after a restart what the room keeps is .*"round":0.*, and was .*"round":1/);
    expect(because.D6).to.match(/; what differs: round \(what is meant to goes into the option changing\)$/);
    const changing = await checkConformance(CarelessRoom, { ...howToCheck, changing: ["round"] });
    expect(withOutcome(changing, "broken")).to.not.include("D6");
  });

  for (const [room, least] of [
    [TalkativeRoom, ["S3", "S11", "E1", "S18"]],
    [HastyRoom, ["S3", "S4", "S11", "S2", "E1"]],
    [ForgetfulRoom, ["S2", "D4", "D6"]],
    [LeakyRoom, ["A7"]],
  ] as const)
    it(`[V81] what ${room.name} breaks is found`, async () => {
      const verdicts = await checkConformance(room, howToCheck);
      expect(withOutcome(verdicts, "broken")).to.include.members([...least]);
    });

  it("[V82] what the options do not say how to try is not checked, and said to be missing", async () => {
    const verdicts = await checkConformance(SoundRoom, { except: ["S1"], privateFields: [] });
    expect(withOutcome(verdicts, "broken")).to.deep.equal([]);
    expect(withOutcome(verdicts, "not checked")).to.have.members(["S1", "P4", "P14", "M2", "G1", "G16"]);
    const because = verdicts.find(({ id }) => id === "P4")?.because;
    expect(because).to.equal("the option publish is missing: what a participant publishes");
  });
});
