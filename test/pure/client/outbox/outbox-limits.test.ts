// What an outbox refuses, and what fits into a frame and into the storage.
import { expect } from "chai";
import fc from "fast-check";
import { Packr } from "msgpackr";
import { frameBytes } from "../../../../src/client/connection/sdk/frame-size.ts";
import { isJson } from "../../../../src/protocol/json.ts";
import type { Failed } from "../../../../src/client/outbox/messages.ts";
import { maxWaiting, Outbox } from "../../../../src/client/outbox/outbox.ts";
import { OutboxStore } from "../../../../src/client/outbox/outbox-store.ts";
import { SafeStorage } from "../../../../src/client/platform/safe-storage.ts";
import type { Json } from "../../../../src/client/types/index.ts";
import {
  maxFrameBytes,
  type OutboxPosition,
  type OutboxPublish,
  outboxPublishType,
} from "../../../../src/protocol/session.ts";
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

describe("client outbox limits", () => {
  it("[C12] every frame fits, measured as the SDK encodes it, also with hostile shapes", () => {
    const packr = new Packr();
    const payload = fc.oneof(
      fc.string({ maxLength: 600, unit: "grapheme" }),
      fc.array(
        fc.dictionary(fc.string({ maxLength: 8 }), fc.double({ noNaN: true, noDefaultInfinity: true }), {
          maxKeys: 12,
        }),
      ),
      fc.integer(),
      fc.array(fc.boolean(), { maxLength: 500 }),
    );
    fc.assert(
      fc.property(fc.array(payload, { minLength: 1, maxLength: 80 }), (payloads) => {
        const outbox = open();
        outbox.connected(7, null);
        const taken = payloads.filter(
          (each) => isJson(each) && reasonOf(outbox.add("a type", each as Json)) === "taken",
        );
        let sent = 0;
        for (let frame = outbox.frame(); frame !== undefined; frame = outbox.frame()) {
          expect(packr.pack(frame).length + 1 + 1 + outboxPublishType.length).to.be.at.most(maxFrameBytes);
          expect(frame.messages.map((message) => message.payload)).to.deep.equal(
            JSON.parse(JSON.stringify(taken.slice(sent, sent + frame.messages.length))),
          );
          sent += frame.messages.length;
          outbox.acknowledged(position(frame, sent));
        }
        expect(sent).to.equal(taken.length);
      }),
      { numRuns: 300 },
    );
  });

  it("[C12] what can never be sent, or is not JSON, or is too much, is refused to its caller", () => {
    const outbox = open();
    expect(reasonOf(outbox.add("say", "x".repeat(maxFrameBytes)))).to.equal("too_large");
    expect(reasonOf(outbox.add("t".repeat(129), 1))).to.equal("too_large");
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const holes: unknown[] = [];
    holes.length = 3;
    for (const value of [
      () => 1,
      Number.NaN,
      new Date(),
      new Map(),
      1n,
      { a: undefined },
      cycle,
      holes,
      Symbol("x"),
    ])
      expect(reasonOf(outbox.add("say", value as Json)), String(typeof value)).to.equal("not_json");
    expect(outbox.pending).to.equal(0);
    for (let count = 0; count < maxWaiting; count++) outbox.add("say", count);
    expect(reasonOf(outbox.add("say", 0))).to.equal("outbox_full");
    const heavy = open();
    let count = 0;
    while (reasonOf(heavy.add("say", "y".repeat(3500))) === "taken") count += 1;
    expect(count).to.be.within(70, 75);
  });

  it("[C12] a storage that is full refuses the message and keeps nothing of it; one that is forbidden is done without", () => {
    const storage = new FakeStorage();
    const outbox = open(storage);
    outbox.add("say", 1);
    const kept = new Map(storage.items);
    storage.quota = [...kept].reduce((sum, [key, value]) => sum + key.length + value.length, 0) + 10;
    expect(reasonOf(outbox.add("say", 2))).to.equal("outbox_full");
    expect(storage.items).to.deep.equal(kept);
    expect(outbox.pending).to.equal(1);
    const forbidden = new FakeStorage();
    forbidden.isForbidden = true;
    const inMemory = open(forbidden);
    expect(reasonOf(inMemory.add("say", 1))).to.equal("taken");
    inMemory.connected(7, null);
    expect(next(inMemory).messages.length).to.equal(1);
  });

  it("[C12] one more costs one write, whatever waits", () => {
    const storage = new FakeStorage();
    const outbox = open(storage);
    for (let count = 0; count < 500; count++) outbox.add("say", count);
    const before = storage.writes;
    outbox.add("say", "one more");
    expect(storage.writes - before).to.equal(1);
  });

  it("[C12] what is left half-written or meddled with is not trusted", () => {
    for (const text of ["", "{", "null", "[]", '{"stream":""}', '{"stream":"s","first":"1"}', "7"]) {
      const storage = new FakeStorage();
      storage.items.set("holdfast:outbox:k", text);
      const outbox = open(storage);
      expect(outbox.pending).to.equal(0);
      outbox.connected(7, null);
      outbox.add("say", 1);
      expect(next(outbox)).to.deep.include({ first: 1 });
    }
  });

  it("[C12] what was never sent can be taken back; what was may still take effect and is kept", () => {
    const outbox = open();
    outbox.connected(7, null);
    for (const word of [1, 2]) outbox.add("say", word);
    const frame = next(outbox);
    const third = outbox.add("say", 3);
    outbox.add("say", 4);
    outbox.takeBack(1);
    expect(outbox.pending).to.equal(2);
    expect(outbox.add("say", 5)).to.equal(third);
    outbox.acknowledged(position(frame, 2));
    expect(next(outbox)).to.deep.include({ first: 3, messages: [{ type: "say", payload: 5 }] });
  });

  it("[C12] the size of a frame is never underestimated", () => {
    for (const size of [0, 10, 31, 32, 255, 256, 4000]) {
      const payload = "x".repeat(size);
      const real = new Packr().pack(payload).length + 1 + 1 + 4;
      expect(frameBytes("type", payload)).to.be.within(real, real + 9);
    }
  });
});
