// An event's entries on their way into the store: whatever fails, is asked for whole or changes meanwhile, what the store
// ends with is what the event has.
import { expect } from "chai";
import fc from "fast-check";
import {
  CommitBatch,
  type CommitListener,
  type StorableEvent,
} from "../../../src/event/stored/commit-batch.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import type { EntryChanges, EventBatch } from "../../../src/store/seat-store.ts";
import { systemClock } from "../../../src/clock.ts";
import { batch, facts } from "../../../harness/contracts/store-contract.ts";

/** Everything around a commit batch: an event without seats, an author who changed nothing, a queue that counts. */
class Surroundings implements CommitListener, StorableEvent {
  requests = 0;
  /** How often the author was asked what has changed. */
  asked = 0;
  readonly batch = new CommitBatch(this, this, this, this, systemClock);

  committed(): void {}
  postpone(): void {}
  whole = (entries: EntryChanges | undefined) => batch("e", { facts, entries, isWhole: true });
  part = (_devices: Iterable<string>, entries: EntryChanges | undefined, hasFacts: boolean) =>
    batch("e", { facts: hasFacts ? facts : undefined, entries });
  ownChanges() {
    this.asked += 1;
    return { devices: [], event: false };
  }
  join(): void {}
  request(): void {
    this.requests += 1;
  }
  markDirty(): void {}
  leave(): void {}
}

describe("an event's entries", () => {
  let event: Surroundings;
  beforeEach(() => {
    event = new Surroundings();
    event.batch.takeDecided(false); // what a new event is
    event.batch.committed();
    event.requests = 0;
  });

  it("[D63] what changes is in the next commit, each key once, as it is then, in the order of its first change", () => {
    const { entries } = event.batch;
    entries.put("b", "1");
    entries.put("a", "1");
    entries.put("c", "1");
    entries.put("b", "2");
    entries.drop("c");
    expect(event.batch.isStored).to.equal(false);
    expect(event.requests).to.be.greaterThan(0);
    expect(event.batch.takeDecided(false)?.entries).to.deep.equal({
      put: [
        ["b", "2"],
        ["a", "1"],
      ],
      drop: ["c"],
    });
    event.batch.committed();
    expect(event.batch.isStored).to.equal(true);
    expect(event.batch.takeDecided(false)).to.equal(undefined);
    event.batch.touchFacts();
    expect(event.batch.takeDecided(false)?.entries, "nothing again").to.equal(undefined);
  });

  it("[D63] what failed comes first in the next try, and whoever waits is called once it is stored", () => {
    const { entries } = event.batch;
    const called: string[] = [];
    entries.put("a", "1", () => called.push("a"));
    entries.put("b", "1", () => called.push("b"));
    event.batch.takeDecided(false);
    entries.put("c", "1", () => called.push("c"));
    entries.put("a", "2");
    entries.drop("b", () => called.push("no b"));
    event.batch.putBack();
    expect(called).to.deep.equal([]);
    expect(event.batch.takeDecided(false)?.entries).to.deep.equal({
      put: [
        ["a", "2"],
        ["c", "1"],
      ],
      drop: ["b"],
    });
    event.batch.committed();
    expect(called).to.deep.equal(["a", "b", "c", "no b"]);
  });

  it("[D63] what an author has changed is in the same commit", () => {
    event.batch.entries.put("a", "1");
    event.batch.takeDecided(false);
    expect(event.asked).to.equal(1);
    event.batch.committed();
    event.batch.entries.drop("a");
    event.batch.takeDecided(false);
    expect(event.asked).to.equal(2);
  });

  it("[D63] what was restored is not stored again, but with everything else", () => {
    event.batch.entries.restore(new Map([["a", "1"]]));
    expect(event.batch.takeDecided(false)).to.equal(undefined);
    event.batch.entries.put("b", "1");
    expect(event.batch.takeDecided(false)?.entries).to.deep.equal({ put: [["b", "1"]], drop: [] });
    event.batch.committed();
    expect(event.batch.takeDecided(true)?.entries?.put.map(([key]) => key)).to.deep.equal(["a", "b"]);
  });

  it("[D63] refuses what is too long to be an entry, and keeps what it had", () => {
    const { entries } = event.batch;
    entries.put("k", "v");
    expect(() => entries.put("k", "x".repeat(1_048_577))).to.throw(RangeError, "longer than 1048576");
    expect(() => entries.put("x".repeat(1025), "v")).to.throw(RangeError, "longer than 1024");
    expect([...entries.all()]).to.deep.equal([["k", "v"]]);
  });

  it("[D63] the store ends with what the event has, whatever fails and whatever changes during a commit", async () => {
    const key = fc.constantFrom("a", "b", "c", "d");
    const step = fc.oneof(
      fc.record({ do: fc.constant("put" as const), key, value: fc.string({ maxLength: 2 }) }),
      fc.record({ do: fc.constant("drop" as const), key }),
      fc.record({ do: fc.constant("take" as const), isWhole: fc.boolean() }),
      fc.record({ do: fc.constantFrom("committed" as const, "put back" as const, "degraded" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const [{ batch: committing }, store] = [new Surroundings(), new MemoryStore()];
        const model = new Map<string, string>();
        let [underWay, waiting, isDirty]: [EventBatch | undefined, number, boolean] = [undefined, 0, false];
        const stored = () => {
          waiting -= 1;
        };
        const finish = async () => {
          if (underWay !== undefined) await store.commit([underWay]);
          if (underWay !== undefined) committing.committed();
          underWay = undefined;
        };
        for (const next of steps) {
          if (next.do === "put") {
            model.set(next.key, next.value);
            waiting += 1;
            committing.entries.put(next.key, next.value, stored);
          } else if (next.do === "drop") {
            model.delete(next.key);
            committing.entries.drop(next.key);
          } else if (next.do === "take") {
            if (underWay !== undefined) continue;
            const isWhole = next.isWhole || isDirty;
            underWay = committing.takeDecided(isWhole);
            if (isWhole) isDirty = false;
          } else if (next.do === "committed") await finish();
          else if (underWay !== undefined) {
            if (next.do === "put back") committing.putBack();
            else committing.committed(); // SQLite: served on from memory, to be written whole
            isDirty ||= next.do === "degraded" || underWay.isWhole;
            underWay = undefined;
          }
        }
        await finish();
        underWay = committing.takeDecided(isDirty);
        await finish();
        expect((await store.load("e"))?.entries ?? new Map()).to.deep.equal(model);
        expect(waiting).to.equal(0);
        expect(committing.isStored).to.equal(true);
      }),
      { numRuns: 500 },
    );
  });
});
