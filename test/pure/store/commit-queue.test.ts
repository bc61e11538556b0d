// The queue between rooms and store, with a store that fails when it is told to: nothing is lost, doubled or stuck.
import { expect } from "chai";
import { systemClock } from "../../../src/clock.ts";
import { CommitQueue } from "../../../src/store/commit-queue.ts";
import type { Committer } from "../../../src/store/committer.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import type { EventBatch, Kept } from "../../../src/store/seat-store.ts";
import { quiet, until } from "../../../harness/wait.ts";
import { batch, seat } from "../../../harness/contracts/store-contract.ts";

class ShakyStore extends MemoryStore {
  fails = false;
  kept: Kept = "kept";
  slowMs = 0;
  commits: EventBatch[][] = [];
  concurrent = 0;
  most = 0;
  override async commit(batches: readonly EventBatch[]): Promise<void> {
    this.concurrent += 1;
    this.most = Math.max(this.most, this.concurrent);
    if (this.slowMs > 0) await quiet(this.slowMs);
    this.concurrent -= 1;
    if (this.fails) throw new Error("out of reach");
    this.commits.push([...batches]);
    await super.commit(batches);
  }
  override async alive(at: number): Promise<Kept> {
    if (this.fails) throw new Error("out of reach");
    await super.alive(at);
    const { kept } = this;
    this.kept = "kept";
    return kept;
  }
}
class SuspendingStore extends ShakyStore {
  override readonly onFailure = "suspend" as unknown as "serve";
}

/** A room with devices to store; knows what it was told. */
class Room implements Committer {
  readonly id: string;
  readonly queue: CommitQueue;
  readonly all: string[] = [];
  decided: string[] = [];
  taken: string[] = [];
  told: string[] = [];
  throws = false;
  postponedMs = 0;
  constructor(id: string, queue: CommitQueue) {
    this.id = id;
    this.queue = queue;
    queue.join(this);
  }
  decide(device: string): void {
    this.all.push(device);
    this.decided.push(device);
    this.queue.request(this);
  }
  takeDecided(isWhole: boolean): EventBatch | undefined {
    if (this.throws) throw new Error("an author's onSave threw");
    if (this.taken.length > 0 || (this.decided.length === 0 && !isWhole)) return undefined;
    this.taken = this.decided;
    this.decided = [];
    const upserts = (isWhole ? this.all : this.taken).map((device) => seat(device));
    return batch(this.id, { upserts, isWhole });
  }
  committed(): void {
    this.told.push(...this.taken);
    this.taken = [];
    if (this.decided.length > 0) this.queue.request(this);
  }
  putBack(): void {
    this.decided = [...this.taken, ...this.decided];
    this.taken = [];
  }
  postpone(byMs: number): void {
    this.postponedMs += byMs;
  }
}

describe("durable seats: the commit queue", () => {
  let queue: CommitQueue;
  const troubles: unknown[] = [];
  const errors = { reportError: (_: string, error: unknown) => void troubles.push(error) };
  /** Who is alone has nothing to prove. */
  const sole = { holds: () => true, fenced: () => {} };
  async function start<Store extends ShakyStore>(store: Store): Promise<Store> {
    queue = new CommitQueue(store, systemClock, errors, sole);
    await queue.start();
    return store;
  }
  afterEach(() => queue.stop());
  const stored = async (store: ShakyStore, id: string) =>
    ((await store.load(id))?.seats ?? []).map(({ record }) => record.deviceId);

  it("[D2] one commit for all rooms, one at a time, and everything decided meanwhile in the next", async () => {
    const store = await start(new ShakyStore());
    store.slowMs = 20;
    const rooms = ["a", "b", "c"].map((id) => new Room(id, queue));
    for (const room of rooms) room.decide("1");
    await quiet(10);
    for (const room of rooms) for (const device of ["2", "3"]) room.decide(device);
    const late = new Room("d", queue); // had no part in the commit that is under way
    late.decide("1");
    await until("all are told", () => rooms.every(({ told }) => told.length === 3) && late.told.length === 1);
    expect(store.commits.map((each) => each.length)).to.deep.equal([3, 4]);
    expect(store.most).to.equal(1);
  });

  it("[E9] a room that cannot say what it wants stored keeps no other from being stored", async () => {
    const store = await start(new ShakyStore());
    const [bad, good] = [new Room("bad", queue), new Room("good", queue)];
    bad.throws = true;
    bad.decide("1");
    good.decide("1");
    await until("the good one is told", () => good.told.length === 1);
    bad.throws = false;
    bad.decide("2");
    await until("the bad one goes on", () => bad.told.length === 2);
    expect(await stored(store, "bad")).to.deep.equal(["1", "2"]);
  });

  it("[D7] serves on while degraded, and writes what is dirty whole before it is ok", async () => {
    const store = await start(new ShakyStore());
    const room = new Room("a", queue);
    room.decide("1");
    await until("told", () => room.told.length === 1);
    store.fails = true;
    room.decide("2");
    await until("told all the same", () => room.told.length === 2);
    expect(queue.state).to.equal("degraded");
    room.decide("3");
    await until("told all the same", () => room.told.length === 3);
    store.fails = false;
    await until("ok", () => queue.state === "ok");
    expect(await stored(store, "a")).to.deep.equal(["1", "2", "3"]);
  });

  it("[D7] what could not be written is, when it can be, also when nothing more is decided", async () => {
    const store = await start(new ShakyStore());
    const room = new Room("a", queue);
    store.fails = true;
    room.decide("1");
    await until("told all the same", () => room.told.length === 1);
    store.fails = false;
    await until("ok", () => queue.state === "ok");
    expect(await stored(store, "a")).to.deep.equal(["1"]);
  });

  it("[D8] what is lost during the commit that writes it again is written once more", async () => {
    class Watched extends SuspendingStore {
      whenWritten: () => void = () => {};
      override async commit(batches: readonly EventBatch[]): Promise<void> {
        await super.commit(batches);
        this.whenWritten(); // and nobody has heard of it yet
      }
    }
    const store = await start(new Watched());
    const room = new Room("a", queue);
    room.decide("1");
    await until("told", () => room.told.length === 1);
    store.whenWritten = () => {
      store.whenWritten = () => {};
      void store.forget("a");
      queue.markDirty(room);
    };
    queue.markDirty(room);
    await until("it is written once more", () => store.commits.length === 3);
    expect(await stored(store, "a")).to.deep.equal(["1"]);
    expect(store.commits.map(([each]) => each?.isWhole)).to.deep.equal([false, true, true]);
  });

  it("[D8] tells nothing while suspended; then stores, tells, and says how long it took", async () => {
    const store = await start(new SuspendingStore());
    const room = new Room("a", queue);
    store.fails = true;
    room.decide("1");
    await until("suspended", () => queue.state === "suspended");
    room.decide("2");
    await quiet(700);
    expect(room.told).to.deep.equal([]);
    store.fails = false;
    await until("told", () => room.told.length === 2);
    expect(room.postponedMs).to.be.greaterThan(600);
    expect(store.most).to.equal(1);
  });

  it("[D8] a store that answers and takes nothing, again and again: no time is charged twice", async () => {
    class RefusingStore extends SuspendingStore {
      isFull = true;
      override commit(batches: readonly EventBatch[]): Promise<void> {
        return this.isFull ? Promise.reject(new Error("out of memory")) : super.commit(batches);
      }
    }
    const before = systemClock.now();
    const store = await start(new RefusingStore());
    const room = new Room("a", queue);
    room.decide("1");
    for (let outages = 0; outages < 4; outages++) {
      const known = room.postponedMs;
      await until("it is tried again", () => room.postponedMs > known);
    }
    store.isFull = false;
    await until("told", () => room.told.length === 1);
    expect(room.postponedMs).to.be.at.most(systemClock.now() - before);
  });

  it("[D8] what was lost is written again whole, also for a room whose commit was under way, and again", async () => {
    const store = await start(new SuspendingStore());
    const rooms = ["a", "b"].map((id) => new Room(id, queue));
    for (const room of rooms) room.decide("1");
    await until("told", () => rooms.every(({ told }) => told.length === 1));
    store.slowMs = 600; // longer than the lifeline's beat
    rooms[0]?.decide("2");
    await quiet(20);
    for (const room of rooms) await store.forget(room.id);
    store.kept = "lost";
    await until("everything is there again", async () => {
      const [a, b] = await Promise.all([stored(store, "a"), stored(store, "b")]);
      return a.length === 2 && b.length === 1;
    });
    expect(store.most).to.equal(1);
  });

  it("[D11] a room whose event is forgotten writes nothing any more, also when its commit fails", async () => {
    const store = await start(new SuspendingStore());
    const room = new Room("a", queue);
    store.slowMs = 50;
    store.fails = true;
    room.decide("1");
    await quiet(20);
    queue.leave(room, true);
    room.decide("2");
    await until("suspended", () => queue.state === "suspended");
    store.fails = false;
    await until("ok", () => queue.state === "ok");
    await quiet(100);
    expect(await store.load("a")).to.equal(undefined);
  });

  for (const Store of [ShakyStore, SuspendingStore])
    it(`[D23] what is over is forgotten as soon as the store answers, before anything new of it (${Store.name})`, async () => {
      class Forgetful extends Store {
        override async forget(eventId: string): Promise<void> {
          if (this.fails) throw new Error("out of reach");
          await super.forget(eventId);
        }
      }
      const store = await start(new Forgetful());
      const room = new Room("a", queue);
      room.decide("1");
      await until("told", () => room.told.length === 1);
      store.fails = true;
      queue.leave(room, true);
      queue.forget("a");
      expect(queue.isForgetting("a")).to.equal(true);
      await until("it is noticed", () => queue.state !== "ok");
      const next = new Room("a", queue);
      next.decide("2");
      await quiet(600);
      expect(await stored(store, "a")).to.deep.equal(["1"]);
      store.fails = false;
      await until("ok", () => queue.state === "ok" && !queue.isForgetting("a"));
      await until("stored", async () => (await stored(store, "a")).includes("2"));
      expect(await stored(store, "a")).to.deep.equal(["2"]);
    });

  it("[D22] what another server has taken over: nothing is told or stored any more, and it is said once", async () => {
    const store = await start(new SuspendingStore());
    const room = new Room("a", queue);
    store.kept = "taken";
    await until("suspended", () => queue.state === "suspended");
    expect(queue.why).to.contain("another server has taken over");
    room.decide("1");
    await quiet(1200); // two signs of life later
    expect(room.told).to.deep.equal([]);
    expect(store.commits).to.deep.equal([]);
  });

  it("[D5] flush waits for what is decided, and not for a store that does not answer", async () => {
    const store = await start(new ShakyStore());
    const room = new Room("a", queue);
    store.slowMs = 100;
    room.decide("1");
    await queue.flush(1000);
    expect(room.told).to.deep.equal(["1"]);
    store.slowMs = 1500;
    room.decide("2");
    const startedAt = performance.now();
    await queue.flush(100);
    expect(performance.now() - startedAt).to.be.lessThan(500);
  });

  describe("in a cluster", () => {
    let isProven = true;
    const lost: string[] = [];
    class FencingStore extends SuspendingStore {
      fenced: string[] = [];
      override async commit(batches: readonly EventBatch[]): Promise<void> {
        await super.commit(batches.filter(({ eventId }) => !this.fenced.includes(eventId)));
        return this.fenced as unknown as undefined;
      }
    }
    const proof = { holds: () => isProven, fenced: (eventId: string) => void lost.push(eventId) };
    async function startInCluster(): Promise<FencingStore> {
      const store = new FencingStore();
      isProven = true;
      lost.length = 0;
      queue = new CommitQueue(store, systemClock, errors, proof);
      await queue.start();
      return store;
    }

    it("[K3] what is fenced is neither told nor lost, its room is named, and the others go on", async () => {
      const store = await startInCluster();
      store.fenced = ["a"];
      const [a, b] = [new Room("a", queue), new Room("b", queue)];
      a.decide("1");
      b.decide("1");
      await until("b is told", () => b.told.length === 1);
      expect(a.told).to.deep.equal([]);
      expect(a.decided).to.deep.equal(["1"]);
      expect(lost).to.deep.equal(["a"]);
      store.fenced = []; // it was Redis that had forgotten
      queue.markDirty(a);
      await until("a is told", () => a.told.length === 1);
    });

    it("[K4] suspended from the moment the proof is over, until it is renewed; that time is charged to nobody", async () => {
      const store = await startInCluster();
      const room = new Room("a", queue);
      isProven = false;
      expect(queue.state).to.equal("suspended");
      room.decide("1");
      await quiet(700); // a sign of life in between: it is the proof that counts
      expect(store.commits).to.have.length(0);
      expect(room.told).to.deep.equal([]);
      isProven = true;
      await until("told", () => room.told.length === 1);
      expect(queue.state).to.equal("ok");
      expect(room.postponedMs).to.be.greaterThan(0);
    });
  });
});
