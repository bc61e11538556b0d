// From decided to announced: in one order, each once, whatever the store does; and between a commit and its announcement
// an owner may have been stopped: it announces only what it can still prove.
import { expect } from "chai";
import { systemClock } from "../../../src/clock.ts";
import { AuthorAnnouncements, waitingBytes } from "../../../src/event/messages/author-announcements.ts";
import { Announcer } from "../../../src/event/announcer.ts";
import { CommitBatch, type Decided } from "../../../src/event/stored/commit-batch.ts";
import { authorsAnnouncement } from "../../../src/seats/authors-announcement.ts";
import { PresenceLog } from "../../../src/seats/presence-log.ts";
import type { Change } from "../../../src/seats/roster.ts";
import { CommitQueue } from "../../../src/store/commit-queue.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import type { EventBatch } from "../../../src/store/seat-store.ts";
import { quiet, until } from "../../../harness/wait.ts";

/** A store that another process may write, too: while it fails, or the lease is not proven, nothing is announced. */
class Suspending extends MemoryStore {
  override readonly onFailure = "suspend" as unknown as "serve";
  isFailing = false;
  begun = 0;
  readonly batches: EventBatch[] = [];
  afterCommit: () => void = () => {};
  override async commit(batches: readonly EventBatch[]): Promise<void> {
    this.begun += 1;
    await quiet(50);
    if (this.isFailing) throw new Error("out of reach");
    this.batches.push(...batches);
    await super.commit(batches);
    this.afterCommit();
  }
}

/** An event of which only what it decides, stores and announces is real. */
class Announcing {
  readonly eventId = "e";
  readonly isSending = false;
  readonly announced: string[] = [];
  readonly batch: CommitBatch;
  readonly announcer: Announcer;
  own = { devices: [] as string[], event: false };
  /** How long a hook takes, on a clock of its own. */
  hookMs = 0;
  nowMs = 0;
  /** How many were applied with each patch. */
  readonly patches: number[] = [];

  constructor(commits: CommitQueue) {
    this.batch = new CommitBatch(this, this, this, commits, systemClock);
    this.announcer = new Announcer({
      batch: this.batch,
      store: commits,
      patches: this,
      state: this,
      listener: this,
      telemetry: this,
      recipient: this,
      mail: { isDue: false, deliver: () => {}, close: () => {} },
      details: { isDue: false, gracePeriodMs: 0, deliver: () => {} },
      frameOf: ({ type, payload }) => {
        if (type === "announcement") this.announced.push(payload.type);
        return Buffer.from(type);
      },
      presenceLog: new PresenceLog(1, { replayEvents: 10, replayAgeMs: 1000 }),
      clock: { ...systemClock, precise: () => this.nowMs },
    });
  }
  committed(decided: readonly Decided[]) {
    this.announcer.announce(decided);
  }
  postpone() {
    this.announcer.requestPatch();
  }
  request() {
    const before = this.announced.length;
    this.announcer.applyStored();
    this.patches.push(this.announced.length - before);
    this.announcer.patched();
  }
  ownChanges = () => this.own;
  write = () => ({});
  applied({ deviceId }: Change) {
    this.announced.push(deviceId);
    this.nowMs += this.hookMs;
  }
  allApplied() {}
  setGracePeriod() {}
  sendTo() {}
  part = (devices: Iterable<string>): EventBatch => ({
    eventId: "e",
    upserts: [],
    removals: [...devices],
    facts: undefined,
    entries: undefined,
    isWhole: false,
  });
  whole = () => this.part([]);
  recordTransition() {}
}

/** A handler's effects: held while `isHolding`, then done, or dropped. */
class Held {
  isHolding = false;
  readonly #waiting: { effect: () => void; drop: (() => void) | undefined }[] = [];
  run(effect: () => void, drop?: () => void) {
    if (this.isHolding) this.#waiting.push({ effect, drop });
    else effect();
  }
  end(isThrown: boolean) {
    this.isHolding = false;
    for (const { effect, drop } of this.#waiting.splice(0)) (isThrown ? drop : effect)?.();
  }
}

function joinOf(deviceId: string): Change {
  return { deviceId, event: "join", before: undefined, after: undefined, effects: [], at: 0 };
}

describe("announcing what is stored", () => {
  let isProven: boolean;
  let queue: CommitQueue;
  let store: Suspending;
  let event: Announcing;
  beforeEach(async () => {
    isProven = true;
    store = new Suspending();
    const proof = { holds: () => isProven, fenced: () => {} };
    queue = new CommitQueue(store, systemClock, { reportError() {} }, proof);
    await queue.start();
    event = new Announcing(queue);
  });
  afterEach(() => queue.stop());
  const isStored = async () => (await store.load("e")) !== undefined;

  it("[D1] what is decided is stored first, then announced, then let go, in the order in which it was decided", async () => {
    const steps: string[] = [];
    store.afterCommit = () => steps.push("stored");
    for (const device of ["a", "b"])
      event.batch.decide(joinOf(device), () => steps.push(`${device} of ${event.announced.join("")}`));
    event.announcer.whenIdle(() => steps.push("idle"));
    await until("idle", () => steps.includes("idle"));
    expect(steps).to.deep.equal(["stored", "a of ab", "b of ab", "idle"]);
  });

  it("[D2] what could not be stored is stored in its order, with what was decided meanwhile, and announced once", async () => {
    store.isFailing = true;
    event.batch.decide(joinOf("a"));
    let isAcknowledged = false;
    event.batch.touch("p", () => (isAcknowledged = true));
    await until("a commit is under way", () => store.begun === 1);
    event.batch.decide(joinOf("b"));
    await until("suspended", () => queue.state === "suspended");
    event.batch.decide(joinOf("c"));
    expect([event.announced, isAcknowledged, event.batch.isStored]).to.deep.equal([[], false, false]);
    expect(await event.batch.stored(50)).to.equal(false);
    store.isFailing = false;
    await until("announced", () => event.announced.length === 3);
    expect(event.announced).to.deep.equal(["a", "b", "c"]);
    expect([isAcknowledged, await event.batch.stored()]).to.deep.equal([true, true]);
  });

  it("[D2] whoever waits until all is stored waits for what nobody is told of, too, also when it is tried again", async () => {
    store.isFailing = true;
    event.batch.touch("p");
    await until("suspended", () => queue.state === "suspended");
    expect(event.batch.isStored).to.equal(false);
    store.isFailing = false;
    expect(await event.batch.stored()).to.equal(true);
    expect(store.batches[0]?.removals).to.deep.equal(["p"]);
  });

  it("[P5] what a handler has changed is in the commit that says that its message was taken", async () => {
    event.own = { devices: ["neighbour"], event: false };
    await new Promise<void>((resolve) => event.batch.touch("author", resolve));
    expect(store.batches[0]?.removals).to.have.members(["author", "neighbour"]); // nobody has a seat here
  });

  it("[G2] what an author announces keeps its place among the changes, behind a commit of what the author has changed", async () => {
    const steps: string[] = [];
    store.afterCommit = () => steps.push("stored");
    event.batch.decide(joinOf("a"));
    event.batch.announce(authorsAnnouncement("one", 1), () => steps.push(`one of ${event.announced.join()}`));
    event.own = { devices: ["neighbour"], event: false }; // in the same turn
    event.batch.decide(joinOf("b"));
    await until("announced", () => steps.length === 2);
    expect(steps).to.deep.equal(["stored", "one of a,b,one"]); // hooks are called before frames are made
    expect(store.batches[0]?.removals).to.have.members(["a", "b", "neighbour"]);
  });

  it("[W106] hooks that take long hold up one patch for 20 ms or the first few: the rest follow, in order", async () => {
    const devices = Array.from({ length: 1000 }, (_, index) => `d${index}`);
    const patchesOf = async (hookMs: number) => {
      event.hookMs = hookMs;
      event.announced.length = event.patches.length = 0;
      let isLast = false;
      for (const device of devices) event.batch.decide(joinOf(device), () => (isLast = device === "d999"));
      await until("the last is let go", () => isLast);
      expect(event.announced).to.deep.equal(devices);
      return event.patches;
    };
    expect(await patchesOf(0.01)).to.deep.equal([1000]);
    expect(await patchesOf(1)).to.deep.equal([48, 48, ...Array(18).fill(48), 40]);
    expect(Math.max(...(await patchesOf(50)))).to.equal(16);
  });

  it("[G5] while the store is out of reach nothing goes out, 1 MB waits at most, then all of it once and in order", async () => {
    const effects = new Held();
    const author = new AuthorAnnouncements({ isClosed: false }, event.announcer, event.batch, effects);
    store.isFailing = true;
    const text = "x".repeat(8000);
    author.announce("t0", text);
    await until("suspended", () => queue.state === "suspended");
    let taken = 1;
    while (author.announce(`t${taken}`, text)) taken += 1;
    expect(taken).to.be.within(100, waitingBytes / 8000);
    expect(event.announced).to.deep.equal([]);
    store.isFailing = false;
    await until("announced", () => event.announced.length === taken);
    expect(event.announced).to.deep.equal(Array.from({ length: taken }, (_, i) => `t${i}`));
    expect(author.announce("more", text), "there is room again").to.equal(true);
    await until("announced", () => event.announced.length === taken + 1);
  });

  it("[G4] [G5] what a handler announces counts as waiting until it has thrown, or the event is lost", async () => {
    const effects = new Held();
    const life = { isClosed: false };
    const author = new AuthorAnnouncements(life, event.announcer, event.batch, effects);
    const text = "x".repeat(8000);
    const fill = () => {
      effects.isHolding = true;
      let count = 0;
      while (author.announce("t", text)) count += 1;
      return count;
    };
    const most = fill();
    effects.end(true);
    expect(fill(), "after a throw").to.equal(most);
    life.isClosed = true; // by the same handler, before
    effects.end(false);
    life.isClosed = false;
    expect(fill(), "after the event's end").to.equal(most);
    effects.end(true);
    await quiet(100);
    expect(event.announced).to.deep.equal([]);
  });

  it("[K4] a lease that lapses between the commit and the announcement: announced when it is proven again", async () => {
    store.afterCommit = () => (isProven = false);
    let isAnswered = false;
    event.batch.decide(joinOf("d"), () => (isAnswered = true));
    await until("stored", isStored);
    await quiet(200);
    event.request(); // the room's own patch, meanwhile
    expect(event.announced).to.deep.equal([]);
    expect(isAnswered).to.equal(false);
    store.afterCommit = () => {};
    isProven = true;
    await until("announced", () => event.announced.length === 1 && isAnswered);
  });

  it("[K4] claimed elsewhere: never announced, nothing more is stored, and nobody waits for ever", async () => {
    store.afterCommit = () => (isProven = false);
    let answers = 0;
    event.batch.decide(joinOf("d"), () => (answers += 1));
    await until("stored", isStored);
    event.batch.decide(joinOf("d"), () => (answers += 1));
    event.announcer.close();
    event.batch.discard();
    expect(answers).to.equal(2); // whoever waits is let go: its socket is gone
    await store.forget("e");
    isProven = true;
    event.batch.touchFacts();
    await quiet(800);
    expect(event.announced).to.deep.equal([]);
    expect(await store.load("e")).to.equal(undefined);
  });
});
