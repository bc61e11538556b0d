// One of the two memories goes back: the browser's (it writes lazily, and loses its last writes when it is killed), or
// the server's (power loss, a backup). Nothing is said to be stored that is not, and nothing waits for ever.
import { expect } from "chai";
import { Outbox, type Settlement } from "../../../../src/client/outbox/outbox.ts";
import { OutboxStore } from "../../../../src/client/outbox/outbox-store.ts";
import { SafeStorage } from "../../../../src/client/platform/safe-storage.ts";
import type { OutboxPosition, OutboxPublish } from "../../../../src/protocol/session.ts";
import { judge, type OutboxTaken, taking } from "../../../../src/seats/outbox.ts";
import { FakeStorage } from "../../../../harness/clients/fakes/fake-environment.ts";

let ids = 0;
const newId = () => `stream-${++ids}`;
const headKey = "holdfast:outbox:k";
const open = (storage: FakeStorage) =>
  new Outbox(new OutboxStore(new SafeStorage(storage), "k", newId()), newId);

/** What a browser has on its disk at this moment. */
function flushed({ items }: FakeStorage): FakeStorage {
  const disk = new FakeStorage();
  for (const [key, text] of items) disk.items.set(key, text);
  return disk;
}

/** A seat, with the server's own rule; everything is stored at once. */
class Seat {
  taken: OutboxTaken | null = null;
  readonly applied: unknown[] = [];

  get position(): OutboxPosition | null {
    return this.taken === null ? null : { ...this.taken, refused: [] };
  }

  take({ stream, first, messages }: OutboxPublish): OutboxPosition {
    for (const [index, { payload }] of messages.entries()) {
      if (judge(this.taken, stream, first + index) !== "apply") continue;
      this.taken = taking(this.taken, stream, first + index, undefined, 64);
      this.applied.push(payload);
    }
    return this.position ?? { stream, last: 0, refused: [] };
  }

  /** Everything that waits goes through, or ten frames were not enough. */
  drain(outbox: Outbox): Settlement[] {
    const settled: Settlement[] = [];
    for (let turn = 0; turn < 10 && outbox.pending > 0; turn++) {
      const frame = outbox.frame();
      if (frame === undefined) outbox.rewind();
      else settled.push(...outbox.acknowledged(this.take(frame)));
    }
    return settled;
  }
}

/** An outbox whose seat has taken these. */
function delivered(seat: Seat, storage: FakeStorage, words: readonly string[]): Outbox {
  const outbox = open(storage);
  outbox.connected(7, seat.position);
  for (const word of words) outbox.add("say", word);
  seat.drain(outbox);
  return outbox;
}

describe("client outbox whose storage went back", () => {
  it("[C19] numbers that the room has already taken are not used again: what is published takes effect", () => {
    const seat = new Seat();
    const storage = new FakeStorage();
    const before = delivered(seat, storage, ["a"]);
    const disk = flushed(storage);
    for (const word of ["b", "c", "d"]) before.add("say", word);
    seat.drain(before);
    const after = open(disk);
    for (const word of ["e", "f"]) after.add("say", word);
    expect(after.connected(7, seat.position)).to.deep.equal([]);
    expect(seat.drain(after).length).to.equal(2);
    expect(seat.applied).to.deep.equal(["a", "b", "c", "d", "e", "f"]);
  });

  it("[C19] what was waiting and has been taken meanwhile is done, what was not is sent", () => {
    const seat = new Seat();
    const storage = new FakeStorage();
    const before = open(storage);
    before.connected(7, null);
    for (const word of ["a", "b"]) before.add("say", word);
    const disk = flushed(storage);
    before.add("say", "c");
    seat.drain(before);
    const after = open(disk);
    after.add("say", "d");
    expect(after.connected(7, seat.position)).to.deep.equal([{ n: 1 }, { n: 2 }]);
    expect(seat.drain(after)).to.deep.equal([{ n: 3 }]);
    expect(seat.applied).to.deep.equal(["a", "b", "c", "d"]);
  });

  it("[C19] also when the room says it late, with an acknowledgement", () => {
    const seat = new Seat();
    const storage = new FakeStorage();
    const before = delivered(seat, storage, ["a"]);
    const stored = seat.position;
    const disk = flushed(storage);
    for (const word of ["b", "c", "d"]) before.add("say", word);
    seat.drain(before);
    const after = open(disk);
    after.add("say", "e");
    after.connected(7, stored); // the rest was taken, but not stored yet
    expect(seat.drain(after)).to.deep.equal([{ n: 2 }]);
    expect(seat.applied).to.deep.equal(["a", "b", "c", "d", "e"]);
  });
});

describe("client outbox whose room went back", () => {
  it("[C20] behind what was acknowledged: what waits is sent under new numbers, and none of it twice", () => {
    const seat = new Seat();
    const outbox = delivered(seat, new FakeStorage(), ["a", "b"]);
    const older = seat.taken;
    outbox.add("say", "c");
    seat.drain(outbox);
    for (const word of ["d", "e"]) outbox.add("say", word);
    outbox.frame(); // under way when the server dies
    seat.taken = older;
    seat.applied.length = 2;
    expect(outbox.connected(7, seat.position)).to.deep.equal([]);
    expect(seat.drain(outbox).length).to.equal(2);
    expect(seat.applied).to.deep.equal(["a", "b", "d", "e"]);
  });

  it("[C20] to before it knew this outbox, too", () => {
    for (const earlier of [null, { stream: "the one before", last: 4, refused: [] }]) {
      const seat = new Seat();
      seat.taken = earlier;
      const outbox = delivered(seat, new FakeStorage(), ["a"]);
      outbox.add("say", "b");
      outbox.frame();
      seat.taken = earlier;
      seat.applied.length = 0;
      expect(outbox.connected(7, seat.position)).to.deep.equal([]);
      seat.drain(outbox);
      expect(seat.applied).to.deep.equal(["b"]);
    }
  });
});

describe("client outbox whose storage fails", () => {
  it("[C12] what cannot be said to be sent is not sent, and goes out when it can", () => {
    const storage = new FakeStorage();
    const outbox = open(storage);
    outbox.connected(7, null);
    outbox.add("say", 1);
    storage.isForbidden = true;
    expect(outbox.frame()).to.equal(undefined);
    storage.isForbidden = false;
    const afterReload = open(flushed(storage));
    expect(afterReload.connected(8, null), "never sent, so not lost with the seat").to.deep.equal([]);
    expect(afterReload.frame()?.messages.length).to.equal(1);
    expect(outbox.frame()?.messages.length).to.equal(1);
  });

  it("[C12] a storage filled to the last byte by others still lets everything out", () => {
    const storage = new FakeStorage();
    const seat = new Seat();
    const outbox = open(storage);
    outbox.connected(1_800_000_000_000, null);
    for (let word = 0; word < 12; word++) outbox.add("say", word);
    storage.quota = [...storage.items].reduce((sum, [key, text]) => sum + key.length + text.length, 0);
    expect(seat.drain(outbox).length).to.equal(12);
  });

  it("[C12] messages whose head is unreadable are nobody's, and are not published under a new one", () => {
    const storage = new FakeStorage();
    const before = open(storage);
    before.connected(7, null);
    for (const word of [1, 2, 3]) before.add("say", word);
    before.takeBack(2);
    storage.items.set(`${headKey}:2`, '{"type":"say","payload":"not of this outbox"}');
    before.add("say", 2);
    storage.items.set(`${headKey}:5`, '{"type":"say","payload":"nor this"}');
    storage.items.set(headKey, "garbage");
    const after = open(storage);
    expect([...storage.items.keys()].filter((key) => /:[12]$/.test(key))).to.deep.equal([]);
    for (const word of [1, 2, 3, 4]) after.add("say", word);
    expect(open(storage).pending).to.equal(4);
  });

  it("[C9] an emptied storage is not another page: everything that waits is written again", () => {
    const storage = new FakeStorage();
    const outbox = open(storage);
    outbox.connected(7, null);
    for (const word of [1, 2]) outbox.add("say", word);
    storage.items.clear();
    expect(outbox.add("say", 3)).to.equal(3);
    expect(open(flushed(storage)).pending).to.equal(3);
    storage.items.clear();
    expect(outbox.frame()?.messages.length).to.equal(3);
    open(storage); // but this is
    outbox.rewind();
    expect(outbox.frame()).to.equal(undefined);
    expect(outbox.add("say", 4)).to.have.property("reason");
  });

  it("[C12] an outbox that ended empty leaves nothing in the storage", () => {
    const storage = new FakeStorage();
    const outbox = open(storage);
    outbox.connected(7, null);
    outbox.add("say", 1);
    outbox.clear();
    expect([...storage.items.keys()]).to.deep.equal([]);
  });
});
