// What is published: kept, numbered, sent again, and settled once, over cuts, lost acknowledgements, reloads and seats.
import { expect } from "chai";
import type { Failed } from "../../../../src/client/outbox/messages.ts";
import { Outbox } from "../../../../src/client/outbox/outbox.ts";
import { OutboxStore } from "../../../../src/client/outbox/outbox-store.ts";
import { SafeStorage } from "../../../../src/client/platform/safe-storage.ts";
import { type OutboxPosition, type OutboxPublish, outboxWindow } from "../../../../src/protocol/session.ts";
import { FakeStorage } from "../../../../harness/clients/fakes/fake-environment.ts";

let ids = 0;
const newId = () => `stream-${++ids}`;
const open = (storage = new FakeStorage()) =>
  new Outbox(new OutboxStore(new SafeStorage(storage), "k", newId()), newId);
const position = (frame: OutboxPublish, last: number, refused: OutboxPosition["refused"] = []) => ({
  stream: frame.stream,
  last,
  refused,
});
const reasonOf = (added: number | Failed) => (typeof added === "number" ? "taken" : added.reason);
function next(outbox: Outbox): OutboxPublish {
  const frame = outbox.frame();
  if (frame === undefined) throw new Error("nothing to send");
  return frame;
}

describe("client outbox", () => {
  it("[C11] numbers from 1, batches, and settles what is acknowledged, in order", () => {
    const outbox = open();
    outbox.connected(7, null);
    for (const word of ["a", "b", "c"]) outbox.add("say", word);
    const frame = next(outbox);
    expect(frame).to.deep.include({
      first: 1,
      messages: ["a", "b", "c"].map((payload) => ({ type: "say", payload })),
    });
    expect(outbox.frame()).to.equal(undefined);
    expect(outbox.acknowledged(position(frame, 2))).to.deep.equal([{ n: 1 }, { n: 2 }]);
    expect(outbox.pending).to.equal(1);
    expect(outbox.acknowledged(position(frame, 3, [{ n: 3, error: "No" }]))).to.deep.equal([
      { n: 3, failed: { reason: "refused", sentence: "No" } },
    ]);
    expect(outbox.acknowledged(position(frame, 3))).to.deep.equal([]);
  });

  it("[C11] after a cut it goes back to what the room has, and sends the rest again with the same numbers", () => {
    const outbox = open();
    outbox.connected(7, null);
    for (let word = 1; word <= 5; word++) outbox.add("say", word);
    const frame = next(outbox);
    expect(outbox.connected(7, position(frame, 3))).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(next(outbox)).to.deep.include({ stream: frame.stream, first: 4 });
  });

  it("[C11] the room has taken nothing yet: everything again, in the same stream", () => {
    const outbox = open();
    outbox.connected(7, null);
    outbox.add("say", 1);
    const frame = next(outbox);
    expect(outbox.connected(7, null)).to.deep.equal([]);
    expect(next(outbox)).to.deep.equal(frame);
  });

  it("[C11] no more than 64 are under way", () => {
    const outbox = open();
    outbox.connected(7, null);
    for (let word = 1; word <= 200; word++) outbox.add("say", word);
    const frame = next(outbox);
    expect(frame.messages.length).to.equal(outboxWindow);
    expect(outbox.frame()).to.equal(undefined);
    outbox.acknowledged(position(frame, 10));
    expect(next(outbox)).to.deep.include({ first: 65 });
  });

  it("[C11] a reload finds what is waiting, with the numbers it was sent with", () => {
    const storage = new FakeStorage();
    const before = open(storage);
    before.connected(7, null);
    for (let word = 1; word <= 5; word++) before.add("say", word);
    const frame = next(before);
    before.acknowledged(position(frame, 2));
    const after = open(storage);
    expect(after.pending).to.equal(3);
    after.add("say", 6);
    after.connected(7, position(frame, 4));
    expect(next(after)).to.deep.equal({
      stream: frame.stream,
      first: 5,
      messages: [
        { type: "say", payload: 5 },
        { type: "say", payload: 6 },
      ],
    });
  });

  it("[C11] on another seat what was under way is lost, what was never sent begins a new stream", () => {
    const storage = new FakeStorage();
    const before = open(storage);
    before.connected(7, null);
    for (const word of ["sent", "sent too"]) before.add("say", word);
    const frame = next(before);
    before.add("say", "never sent");
    for (const outbox of [open(storage), before].slice(0, 1)) {
      const settled = outbox.connected(8, null);
      expect(settled.map(({ n, failed }) => [n, failed?.reason])).to.deep.equal([
        [1, "seat_lost"],
        [2, "seat_lost"],
      ]);
      const fresh = next(outbox);
      expect(fresh.stream).not.to.equal(frame.stream);
      expect(fresh).to.deep.include({ first: 1, messages: [{ type: "say", payload: "never sent" }] });
      expect(outbox.acknowledged(position(frame, 9)), "a late acknowledgement of the old seat").to.deep.equal(
        [],
      );
    }
  });

  it("[C11] a seat that has taken another outbox since cannot say what became of ours", () => {
    const outbox = open();
    outbox.connected(7, null);
    outbox.add("say", 1);
    const frame = next(outbox);
    outbox.acknowledged(position(frame, 1));
    outbox.add("say", 2);
    next(outbox);
    outbox.add("say", 3);
    const settled = outbox.connected(7, { stream: "another's", last: 4, refused: [] });
    expect(settled.map(({ failed }) => failed?.reason)).to.deep.equal(["seat_lost"]);
    expect(next(outbox)).to.deep.include({ first: 1, messages: [{ type: "say", payload: 3 }] });
  });

  it("[C11] also when nothing of ours was acknowledged before the other outbox came", () => {
    const outbox = open();
    outbox.connected(7, null);
    outbox.add("say", 1);
    next(outbox);
    const settled = outbox.connected(7, { stream: "another's", last: 4, refused: [] });
    expect(settled.map(({ failed }) => failed?.reason)).to.deep.equal(["seat_lost"]);
  });

  it("[C9] who has lost the outbox to another page writes nothing of it any more", () => {
    const storage = new FakeStorage();
    const older = open(storage);
    older.connected(7, null);
    older.add("say", 1);
    const frame = next(older);
    open(storage);
    const kept = new Map(storage.items);
    expect(reasonOf(older.add("say", 2))).not.to.equal("taken");
    older.acknowledged(position(frame, 1));
    older.clear();
    expect(storage.items).to.deep.equal(kept);
  });

  it("[C11] a device that lost its storage begins beside what the seat remembers, and survives a cut before the first acknowledgement", () => {
    const outbox = open();
    const old = { stream: "of a lost storage", last: 9, refused: [] };
    outbox.connected(7, old);
    outbox.add("say", 1);
    const frame = next(outbox);
    expect(outbox.connected(7, old)).to.deep.equal([]);
    expect(next(outbox)).to.deep.equal(frame);
  });

  it("[C11] what the caller changes after publishing is not published", () => {
    const outbox = open();
    const payload = { list: [1] };
    outbox.connected(7, null);
    outbox.add("say", payload);
    payload.list.push(2);
    expect(next(outbox).messages).to.deep.equal([{ type: "say", payload: { list: [1] } }]);
  });
});
