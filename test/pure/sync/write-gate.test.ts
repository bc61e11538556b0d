// What a room may not say yet is kept, and comes in its order for each socket when it may be said.
import { type Client, ClientState } from "@colyseus/core";
import { expect } from "chai";
import { Corks } from "../../../src/sync/write-coalescing.ts";
import { FanOut } from "../../../src/sync/fan-out.ts";
import { WriteGate } from "../../../src/sync/write-gate.ts";
import { until } from "../../../harness/wait.ts";

class Ear {
  readonly state = ClientState.JOINED;
  heard = "";
  readonly ref = {
    readyState: 1,
    OPEN: 1,
    _socket: { write: (bytes: Buffer) => void (this.heard += bytes.toString()), cork() {}, uncork() {} },
  } as never;
}

describe("write gate", () => {
  let mayTell: boolean;
  let maySpeak: boolean;
  let gate: WriteGate;
  let fanOut: FanOut;
  const ears = [new Ear(), new Ear()] as const;
  const say = (word: string, ear: Ear = ears[0]) => {
    fanOut.catchUp(ear.ref); // as every client does before it is sent anything
    gate.write(ear.ref, Buffer.from(word));
  };
  const patch = (word: string, announces = true) =>
    fanOut.begin(ears as unknown as Client[], Buffer.from(word), announces);
  beforeEach(() => {
    for (const ear of ears) ear.heard = "";
    [mayTell, maySpeak] = [true, true];
    gate = new WriteGate({ maySpeak: () => maySpeak, isWaiting: (socket) => fanOut.isWaiting(socket) });
    const host = { mayTell: () => mayTell, maySpeak: () => maySpeak, gate, done: () => {} };
    fanOut = new FanOut(host);
  });
  const heard = async (words: string, ear: Ear = ears[0]) =>
    until(
      () => `${words}; heard ${ear.heard}`,
      () => ear.heard === words,
    );

  it("[K18] nothing is written while nothing may be said; then everything in its order, once", async () => {
    maySpeak = false;
    mayTell = false;
    say("a");
    patch("P", false);
    say("b");
    expect(ears.map((ear) => ear.heard)).to.deep.equal(["", ""]);
    maySpeak = true;
    say("c"); // before anything kept has been asked about
    await heard("aPbc");
    await heard("P", ears[1]);
    say("d");
    expect(ears[0].heard).to.equal("aPbcd");
  });

  it("[K18] what was kept for an event that is lost is never said", async () => {
    maySpeak = false;
    say("a");
    fanOut.stop();
    gate.drop();
    maySpeak = true;
    say("b");
    await new Promise((resolve) => setTimeout(resolve, 60)); // longer than it waits between two looks
    expect(ears[0].heard).to.equal("b");
  });

  it("[K19] while a patch may not be told, an answer waits behind it; others get theirs at once", async () => {
    mayTell = false;
    patch("P");
    say("a");
    gate.write(ears[0].ref, Buffer.from("b"), new Corks());
    expect(ears[0].heard).to.equal("");
    mayTell = true;
    await heard("Pab");
    say("c");
    expect(ears[0].heard).to.equal("Pabc");
  });

  it("[K19] the patch comes between what was said before it and after it", async () => {
    [maySpeak, mayTell] = [false, false];
    say("a");
    patch("P");
    say("b");
    maySpeak = true; // Redis is out of reach: words flow, announcements do not
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(ears[0].heard).to.equal("");
    mayTell = true;
    await heard("aPb");
  });
});
