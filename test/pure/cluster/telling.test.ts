// Between a commit and its word to everyone an owner may have been stopped: it tells only what it can still prove.
import { expect } from "chai";
import { systemClock } from "../../../src/clock.ts";
import { type PublishedEvent, Publisher, type Stage } from "../../../src/event/announcer.ts";
import { PresenceLog } from "../../../src/seats/presence-log.ts";
import type { Change } from "../../../src/seats/roster.ts";
import { CommitQueue } from "../../../src/store/commit-queue.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import type { EventBatch } from "../../../src/store/seat-store.ts";
import { quiet, until } from "../../../harness/wait.ts";

class Suspending extends MemoryStore {
  override readonly onFailure = "suspend" as unknown as "serve";
  afterCommit: () => void = () => {};
  override async commit(batch: readonly EventBatch[]): Promise<void> {
    await super.commit(batch);
    this.afterCommit();
  }
}

describe("cluster: telling under a lease", () => {
  let isProven: boolean;
  let queue: CommitQueue;
  let store: Suspending;
  let publisher: Publisher;
  let told: number;
  beforeEach(async () => {
    isProven = true;
    told = 0;
    store = new Suspending();
    const proof = { holds: () => isProven, fenced: () => {} };
    queue = new CommitQueue(store, systemClock, { reportError() {} }, proof);
    await queue.start();
    const stage: Stage & PublishedEvent = {
      eventId: "e",
      waitMs: () => 0,
      isTelling: () => false,
      publish: () => {
        publisher.applyCommitted();
        publisher.tell();
      },
      write: () => ({}),
      sendTo: () => {},
      onApplied: () => (told += 1),
      stored: () => undefined,
      ownChanges: () => ({ devices: [], event: false }),
      allStored: () => [],
      facts: () => ({ isClosed: false, epoch: 1, kicked: [], schema: "", own: null }),
      postpone: () => {},
    };
    const history = new PresenceLog(1, { replayEvents: 10, replayAgeMs: 1000 });
    publisher = new Publisher(stage, stage, queue, systemClock, history);
  });
  afterEach(() => queue.stop());
  const change = { deviceId: "d", event: "join", before: undefined, after: undefined, effects: [], at: 0 };

  it("[K4] a lease that lapses between the commit and the word: told when it is proven again", async () => {
    store.afterCommit = () => (isProven = false);
    let isAnswered = false;
    publisher.decide(change as Change, () => (isAnswered = true));
    await until("stored", async () => (await store.load("e")) !== undefined);
    await quiet(200);
    publisher.applyCommitted(); // the room's own patch, meanwhile
    publisher.tell();
    expect(told).to.equal(0);
    expect(isAnswered).to.equal(false);
    store.afterCommit = () => {};
    isProven = true;
    await until("told", () => told === 1 && isAnswered);
  });

  it("[K4] claimed elsewhere: never told, nothing more is stored, and nobody waits for ever", async () => {
    store.afterCommit = () => (isProven = false);
    let answers = 0;
    publisher.decide(change as Change, () => (answers += 1));
    await until("stored", async () => (await store.load("e")) !== undefined);
    publisher.decide(change as Change, () => (answers += 1));
    publisher.abandon();
    expect(answers).to.equal(2); // whoever waits is let go: its socket is gone
    await store.forget("e");
    isProven = true;
    publisher.touchFacts();
    await quiet(800);
    expect(told).to.equal(0);
    expect(await store.load("e")).to.equal(undefined);
  });
});
