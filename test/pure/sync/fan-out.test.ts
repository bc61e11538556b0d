// How a patch goes out to many: in slices, in order for each, and no more often than it is worth.
import { type Client, ClientState } from "@colyseus/core";
import { expect } from "chai";
import { systemClock } from "../../../src/clock.ts";
import { FanOut } from "../../../src/sync/fan-out.ts";
import { Pace } from "../../../src/sync/patch-throttle.ts";
import { PatchCycle } from "../../../src/sync/patch-cycle.ts";
import { WriteGate } from "../../../src/sync/write-gate.ts";
import { until } from "../../../harness/wait.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const busy = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until; );
};

class Ear {
  readonly heard: string[] = [];
  readonly state: ClientState = ClientState.JOINED;
  readonly ref: unknown;

  constructor(costMs = 0) {
    const write = (bytes: Buffer) => {
      busy(costMs);
      this.heard.push(bytes.toString());
    };
    this.ref = { readyState: 1, OPEN: 1, _socket: { write } };
  }
}
const ears = (count: number, costMs = 0) => Array.from({ length: count }, () => new Ear(costMs));
const clients = (those: Ear[]) => those as unknown as Client[];
const socketOf = (ear: Ear | undefined) => ear?.ref as never;

describe("fan-out", () => {
  let done: number;
  let mayTell: boolean;
  let maySpeak: boolean;
  let gate: WriteGate;
  let fanOut: FanOut;
  beforeEach(() => {
    done = 0;
    mayTell = true;
    maySpeak = true;
    gate = new WriteGate({ maySpeak: () => maySpeak, isWaiting: (socket) => fanOut.isWaiting(socket) });
    const host = { mayTell: () => mayTell, maySpeak: () => maySpeak, gate };
    fanOut = new FanOut({ ...host, done: () => (done += 1) });
  });
  const hello = Buffer.from("hello");

  it("[E19] writes to a few in one turn, and to many in slices between which others have their turn", async () => {
    const few = ears(10);
    fanOut.begin(clients(few), hello, true);
    expect([done, few.every(({ heard }) => heard.length === 1)]).to.deep.equal([1, true]);
    const many = ears(200, 1);
    let turns = 0;
    fanOut.begin(clients(many), hello, true);
    while (fanOut.isUnderWay) {
      turns += 1;
      await turn();
    }
    expect(turns).to.be.greaterThan(3);
    expect([done, many.every(({ heard }) => heard.length === 1)]).to.deep.equal([2, true]);
  });

  it("[E19] what is sent meanwhile overtakes nothing: not to one, not to all; nobody gets anything twice", async () => {
    const many = ears(100, 1);
    const last = many.at(-1);
    fanOut.begin(clients(many), hello, true);
    expect(last?.heard).to.deep.equal([]);
    fanOut.catchUp(socketOf(last));
    expect(last?.heard).to.deep.equal(["hello"]);
    fanOut.finish();
    fanOut.begin(clients(many), Buffer.from("again"), true);
    await until("all told", () => !fanOut.isUnderWay);
    for (const { heard } of many) expect(heard).to.deep.equal(["hello", "again"]);
  });

  it("[E19] goes to those who have the state, and to their sockets of that moment", async () => {
    const many = ears(100, 1);
    const [joining, back] = [new Ear(), many.at(-1) as Ear];
    Object.assign(joining, { state: ClientState.JOINING });
    fanOut.begin(clients([joining, ...many]), hello, true);
    const fresh = new Ear();
    Object.assign(back, { ref: fresh.ref });
    await until("all told", () => !fanOut.isUnderWay);
    expect([joining.heard, fresh.heard, back.heard]).to.deep.equal([[], [], ["hello"]]);
  });

  it("[K4] stands still while nothing may be told, goes on when it may, and not at all when the room is gone", async () => {
    const many = ears(100, 1);
    fanOut.begin(clients(many), hello, true);
    mayTell = false;
    const count = () => many.filter(({ heard }) => heard.length > 0).length;
    const told = count();
    await new Promise((resolve) => setTimeout(resolve, 60));
    fanOut.finish();
    fanOut.catchUp(socketOf(many.at(-1)));
    expect([count(), done]).to.deep.equal([told, 0]);
    mayTell = true;
    await until("all told", () => done === 1);
    expect(count()).to.equal(100);
    fanOut.begin(clients(many), hello, true);
    fanOut.stop();
    await turn();
    expect([fanOut.isUnderWay, done]).to.deep.equal([false, 1]);
  });

  it("[K4] a room author's own state waits for no lease", () => {
    mayTell = false;
    const few = ears(3);
    fanOut.begin(clients(few), hello, false);
    expect(few.map(({ heard }) => heard.length)).to.deep.equal([1, 1, 1]);
  });
});

describe("patch cycle", () => {
  it("[E19] a patch that an author's hook asks for comes after the one that called the hook, and takes none away", async () => {
    const many = ears(60, 0.5);
    const question = { hasCommitted: true, isChanged: false, patches: 0 };
    const source = {
      applyStored() {
        if (!question.hasCommitted) return undefined;
        question.hasCommitted = false;
        question.isChanged = true; // a seat is written
        cycle.ask(); // and its hook asks for a patch
        return Buffer.from("told");
      },
      patched() {},
      delivered() {},
    };
    const patch = () => {
      if (!question.isChanged) return false;
      question.isChanged = false;
      question.patches += 1;
      cycle.send(Buffer.from(`patch ${question.patches} `));
      return true;
    };
    const nothing = () => {};
    const cycle: PatchCycle = new PatchCycle(
      {
        clients: clients(many),
        source: () => source,
        patch,
        patched: nothing,
        leaving: nothing,
        tickClock: nothing,
        mayTell: () => true,
        maySpeak: () => true,
        guard: (_where, run) => void run(),
      },
      systemClock,
    );
    cycle.run();
    await until("all told", () => !cycle.isSending);
    for (const { heard } of many) expect(heard).to.deep.equal(["patch 1 told"]);
    question.isChanged = true;
    await until("the patch that was asked for has come", () => many.every(({ heard }) => heard.length === 2));
    cycle.stop();
  });
});

describe("pace", () => {
  it("[E20] the first patch after a quiet time waits for nothing, cheap ones follow 20 ms apart, dear ones further", () => {
    const pace = new Pace();
    expect(pace.waitMs(1000)).to.be.at.most(0);
    pace.began(1000);
    pace.took(1);
    expect(pace.waitMs(1005)).to.equal(15);
    expect(pace.waitOfRhythmMs(1000.1)).to.be.at.most(0);
    pace.took(25);
    expect([pace.waitMs(1000), pace.waitOfRhythmMs(1000)]).to.deep.equal([125, 125]);
  });

  it("[E20] however dear a patch is, the last to be told has heard of it within 250 ms of the one before", () => {
    const pace = new Pace();
    pace.began(0);
    for (const tookMs of [30, 60, 100, 130]) {
      pace.took(tookMs);
      expect(pace.waitMs(0) + tookMs).to.be.at.most(240);
      expect(pace.waitMs(0)).to.be.at.least(100);
    }
  });
});
