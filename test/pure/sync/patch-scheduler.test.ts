// When patches are made: one at a time, by one timer, at once after a quiet time, and no more often than they are worth.
import { systemClock } from "../../../src/clock.ts";
import { expect } from "chai";
import { Lane } from "../../../src/sync/lane.ts";
import type { Guard } from "../../../src/sync/guard.ts";
import { PatchScheduler, type StatePatch } from "../../../src/sync/patch-scheduler.ts";
import type { PatchSource } from "../../../src/sync/patch-source.ts";
import { PatchThrottle } from "../../../src/sync/patch-throttle.ts";
import { type Receiver, WriteQueue } from "../../../src/sync/write-queue.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";
import { until } from "../../../harness/wait.ts";

class Ear implements Receiver {
  readonly lane = new Lane();
  readonly isJoined = true;
  readonly isOpen = true;
  readonly received: string[] = [];
  costMs = 0.5;
  writeNow(frames: Buffer) {
    for (const until = performance.now() + this.costMs; performance.now() < until; );
    this.received.push(frames.toString());
  }
  writeSoon(frames: Buffer) {
    this.writeNow(frames);
  }
  sendLater() {}
}

/** An event with something to announce, and a state that changes when it is announced. */
class Event implements PatchSource, StatePatch, Guard {
  readonly ears = Array.from({ length: 60 }, () => new Ear());
  readonly log: string[] = [];
  readonly clock = new FakeClock();
  readonly scheduler: PatchScheduler;
  readonly permission = { mayAnnounce: true, maySpeak: true };
  isStored = false;
  isChanged = false;
  patches = 0;

  constructor() {
    const queue = new WriteQueue(this.permission, systemClock);
    this.scheduler = new PatchScheduler(queue, this.ears, this, this.clock);
    this.scheduler.begin(this, this);
  }
  reportError(_where: string, error: unknown) {
    throw error;
  }
  call<Owner, Args extends unknown[]>(
    _where: string,
    owner: Owner,
    hook: ((this: Owner, ...args: Args) => unknown) | undefined,
    ...args: Args
  ) {
    hook?.apply(owner, args);
  }
  whenApplied = () => {};
  applyStored() {
    if (!this.isStored) return undefined;
    this.isStored = false;
    this.isChanged = true; // a seat is written
    this.log.push("applied");
    this.whenApplied();
    return Buffer.from("announced");
  }
  patched() {
    this.log.push("patched");
  }
  delivered() {
    this.log.push("delivered");
  }
  make() {
    if (!this.isChanged) return false;
    this.isChanged = false;
    this.patches += 1;
    this.scheduler.send(Buffer.from(`patch ${this.patches} `));
    return true;
  }
  made() {}
  tickClock() {
    this.log.push("ticked");
  }
  receivedByAll = (count: number) => this.ears.every(({ received }) => received.length === count);
}

describe("patch scheduler", () => {
  let event: Event;
  beforeEach(() => {
    event = new Event();
  });
  afterEach(() => event.scheduler.stop());

  it("[E1] [E20] what is stored after a quiet time is announced at once, behind the patch that shows it", async () => {
    event.isStored = true;
    event.scheduler.request();
    expect(event.log.slice(0, 2)).to.deep.equal(["applied", "patched"]);
    await until("everyone has been sent it", () => event.log.includes("delivered"));
    for (const { received } of event.ears) expect(received).to.deep.equal(["patch 1 announced"]);
  });

  it("[E19] a patch that an author's hook asks for comes after the one that called the hook, and takes none away", async () => {
    event.isStored = true;
    event.whenApplied = () => event.scheduler.ask();
    event.scheduler.request();
    await until("everyone has been sent it", () => !event.scheduler.isSending);
    for (const { received } of event.ears) expect(received).to.deep.equal(["patch 1 announced"]);
    event.isChanged = true;
    await event.clock.advance(250);
    await until("the patch that was asked for has come", () => event.receivedByAll(2));
  });

  it("[E20] after a dear patch both who asks and what is stored wait for the same next one; the room's clock goes on", async () => {
    event.isChanged = true;
    event.scheduler.ask();
    await until("the first has been sent", () => event.log.includes("delivered")); // 30 ms of writes
    event.isChanged = event.isStored = true;
    expect(event.scheduler.ask()).to.equal(false);
    expect(event.log.at(-1)).to.equal("ticked");
    event.scheduler.request();
    await event.clock.advance(90);
    expect(event.patches).to.equal(1);
    await event.clock.advance(160);
    expect(event.patches).to.equal(2);
    await until("the second has been sent", () => event.receivedByAll(2));
    expect(event.ears[0]?.received[1]).to.equal("patch 2 announced");
  });

  it("[E20] what is stored does not wait for one who asked when patches were dearer", async () => {
    event.isChanged = true;
    event.scheduler.ask();
    await until("the dear one has been sent", () => event.log.includes("delivered")); // 30 ms of writes
    await event.clock.advance(250);
    for (const ear of event.ears) ear.costMs = 0;
    event.permission.mayAnnounce = false;
    event.isStored = true;
    event.scheduler.request();
    expect(event.scheduler.ask(), "the second is on its way").to.equal(false);
    event.permission.mayAnnounce = true;
    await until("the second has been sent", () => event.receivedByAll(2));
    event.isStored = true;
    event.scheduler.request();
    await event.clock.advance(60);
    expect(event.patches).to.equal(3);
  });

  it("[E19] makes no patch before there is one to make, and none after the end", () => {
    const queue = new WriteQueue({ mayAnnounce: true, maySpeak: true }, systemClock);
    const early = new PatchScheduler(queue, [], event, event.clock);
    expect(early.ask()).to.equal(false);
    event.isChanged = true;
    event.scheduler.stop();
    event.scheduler.request();
    expect([event.scheduler.ask(), event.patches]).to.deep.equal([false, 0]);
  });
});

describe("patch throttle", () => {
  it("[E20] the first patch after a quiet time waits for nothing, cheap ones follow 20 ms apart, dear ones further", () => {
    const throttle = new PatchThrottle();
    expect(throttle.delayMs(1000)).to.be.at.most(0);
    throttle.recordStart(1000);
    throttle.recordCost(1);
    expect(throttle.delayMs(1005)).to.equal(15);
    expect(throttle.askedDelayMs(1000.1)).to.be.at.most(0);
    throttle.recordCost(25);
    expect([throttle.delayMs(1000), throttle.askedDelayMs(1000)]).to.deep.equal([125, 125]);
  });

  it("[E20] however dear a patch is, the last to be sent it has it within 250 ms of the one before", () => {
    const throttle = new PatchThrottle();
    throttle.recordStart(0);
    for (const costMs of [30, 60, 100, 130]) {
      throttle.recordCost(costMs);
      expect(throttle.delayMs(0) + costMs).to.be.at.most(240);
      expect(throttle.delayMs(0)).to.be.at.least(100);
    }
  });
});
