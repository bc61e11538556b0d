// What is published: kept, numbered, sent again, and settled once, over cuts, lost acknowledgements, reloads and seats.
import { expect } from "chai";
import fc from "fast-check";
import { Packr } from "msgpackr";
import { frameBytes } from "../../../src/client/connection/sdk/frame-size.ts";
import { isJson } from "../../../src/client/outbox/json.ts";
import type { Failed } from "../../../src/client/outbox/messages.ts";
import { maxWaiting, Outbox, type Settlement } from "../../../src/client/outbox/outbox.ts";
import { OutboxStore } from "../../../src/client/outbox/outbox-store.ts";
import { SafeStorage } from "../../../src/client/platform/safe-storage.ts";
import type { Json } from "../../../src/client/types.ts";
import {
  maxFrameBytes,
  type OutboxPosition,
  type OutboxPublish,
  outboxPublishType,
  outboxWindow,
} from "../../../src/protocol/session.ts";
import { judge, type OutboxTaken, taking } from "../../../src/seats/outbox.ts";
import { FakeStorage } from "../../../harness/clients/fake-environment.ts";

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

  it("[C11] over 1,000 random histories of cuts, lost frames, reloads, lost seats and memories that went back each takes effect once and in order", () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.constant("publish" as const) },
      { weight: 6, arbitrary: fc.constant("send" as const) },
      { weight: 4, arbitrary: fc.constant("deliver" as const) },
      { weight: 3, arbitrary: fc.constant("commit" as const) },
      { weight: 3, arbitrary: fc.constant("acknowledge" as const) },
      { weight: 2, arbitrary: fc.constant("cut" as const) },
      { weight: 3, arbitrary: fc.constant("return" as const) },
      { weight: 1, arbitrary: fc.constant("reload" as const) },
      { weight: 1, arbitrary: fc.constant("rewind" as const) },
      { weight: 1, arbitrary: fc.constant("crash" as const) },
      { weight: 1, arbitrary: fc.constant("loseSeat" as const) },
      { weight: 1, arbitrary: fc.constant("restoreStore" as const) },
      { weight: 1, arbitrary: fc.constant("flush" as const) },
      { weight: 1, arbitrary: fc.constant("killBrowser" as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: "max" }), (steps) => new History().play(steps)),
      { numRuns: 1000 },
    );
  });

  it("[C12] the size of a frame is never underestimated", () => {
    for (const size of [0, 10, 31, 32, 255, 256, 4000]) {
      const payload = "x".repeat(size);
      const real = new Packr().pack(payload).length + 1 + 1 + 4;
      expect(frameBytes("type", payload)).to.be.within(real, real + 9);
    }
  });
});

type Step =
  | "publish"
  | "send"
  | "deliver"
  | "commit"
  | "acknowledge"
  | "cut"
  | "return"
  | "reload"
  | "rewind"
  | "crash"
  | "loseSeat"
  | "restoreStore"
  | "flush"
  | "killBrowser";

/** A room with the server's own rule, a network that loses and a page that is reloaded. */
class History {
  readonly #storage = new FakeStorage();
  #outbox = open(this.#storage);
  #count = 0;
  #life = 1;
  /** What the room knows of the seat, and what of it is stored. */
  #taken: OutboxTaken | null = null;
  #stored: OutboxTaken | null = null;
  #applied: number[] = [];
  #storedApplied = 0;
  /** What was stored before that, of this seat. */
  #older: { taken: OutboxTaken | null; applied: number }[] = [];
  /** What the browser has really written, and what the loss of the rest makes nobody's business. */
  #disk = new Map<string, string>();
  readonly #forgotten = new Set<number>();
  #isKilled = false;
  /** Killed, and not connected since. */
  #isFresh = false;
  readonly #done = new Map<number, Failed | undefined>();
  #numbers = new Map<number, number>();
  #up: OutboxPublish[] = [];
  #down: OutboxPosition[] = [];
  #isOpen = false;

  play(steps: readonly Step[]): void {
    for (const step of steps) this[step]();
    for (const step of ["cut", "return"] as const) this[step]();
    for (let turn = 0; turn < 400 && this.#outbox.pending > 0; turn++) {
      this.send();
      this.deliver();
      this.commit();
      this.acknowledge();
      if (turn % 20 === 19) this.rewind();
    }
    expect(this.#outbox.pending, "everything is settled").to.equal(0);
    expect(new Set(this.#applied).size, "each at most once").to.equal(this.#applied.length);
    expect(this.#applied, "in order").to.deep.equal(this.#applied.toSorted((a, b) => a - b));
    const applied = new Set(this.#applied);
    for (let value = 1; value <= this.#count; value++) {
      if (this.#forgotten.has(value)) continue;
      const failed = this.#done.get(value);
      if (failed === undefined) expect(applied.has(value), `message ${value}`).to.equal(true);
      else expect(failed.reason).to.equal("seat_lost");
    }
  }

  publish(): void {
    this.#count += 1;
    const n = this.#outbox.add("say", this.#count);
    if (typeof n !== "number") throw new Error("full");
    this.#numbers.set(n, this.#count);
  }

  send(): void {
    const frame = this.#isOpen ? this.#outbox.frame() : undefined;
    if (frame !== undefined) this.#up.push(frame);
  }

  deliver(): void {
    const frame = this.#up.shift();
    if (frame === undefined) return;
    for (const [index, { payload }] of frame.messages.entries()) {
      const n = frame.first + index;
      if (judge(this.#taken, frame.stream, n) !== "apply") continue;
      this.#applied.push(payload as number);
      this.#taken = taking(this.#taken, frame.stream, n, undefined, outboxWindow);
    }
  }

  /** Only what is stored is acknowledged. */
  commit(): void {
    if (this.#stored !== this.#taken) this.#older.push({ taken: this.#stored, applied: this.#storedApplied });
    this.#stored = this.#taken;
    this.#storedApplied = this.#applied.length;
    if (this.#isOpen && this.#taken !== null) this.#down.push({ ...this.#taken, refused: [] });
  }

  acknowledge(): void {
    const ack = this.#down.shift();
    if (ack !== undefined) this.#settle(this.#outbox.acknowledged(ack));
  }

  cut(): void {
    this.#isOpen = false;
    this.#up = this.#up.slice(0, this.#count % 2); // some of it is at the server already
    while (this.#up.length > 0) this.deliver();
    this.#down = [];
  }

  return(): void {
    this.cut();
    this.#isOpen = true;
    this.#isFresh = false;
    const stored = this.#stored === null ? null : { ...this.#stored, refused: [] };
    this.#settle(this.#outbox.connected(this.#life, stored));
  }

  reload(): void {
    if (this.#isFresh) return; // a page that never met the room cannot tell its numbers from those that were lost
    this.cut();
    this.#outbox = open(this.#storage);
  }

  rewind(): void {
    this.#outbox.rewind();
  }

  /** The server dies: it has what it stored. */
  crash(): void {
    this.#isOpen = false;
    this.#up = [];
    this.#down = [];
    this.#taken = this.#stored;
    this.#applied = this.#applied.slice(0, this.#storedApplied);
  }

  loseSeat(): void {
    if (this.#isKilled) return; // who forgot what was sent sends it again from the next seat
    this.flush();
    this.cut();
    this.#life += 1;
    this.#taken = null;
    this.#stored = null;
    this.#older = [];
  }

  /** The server dies, and its store has lost its last commits, acknowledged or not. */
  restoreStore(): void {
    const older = this.#older.pop();
    if (older === undefined) return;
    this.cut();
    for (const value of this.#applied.slice(older.applied))
      if (this.#done.has(value)) this.#forgotten.add(value);
    this.#stored = older.taken;
    this.#storedApplied = older.applied;
    this.crash();
  }

  flush(): void {
    this.#disk = new Map(this.#storage.items);
  }

  /** The page dies, and its storage has lost what was not flushed; of the same outbox, and the room has time to store. */
  killBrowser(): void {
    const streamOf = (items: Map<string, string>) =>
      /"stream":"(.+?)"/.exec(items.get("holdfast:outbox:k") ?? "")?.[1];
    if (streamOf(this.#disk) !== streamOf(this.#storage.items)) return;
    if (this.#isFresh) return;
    this.#isKilled = true;
    this.#isFresh = true;
    this.cut();
    this.commit();
    this.#storage.items.clear();
    for (const [key, text] of this.#disk) this.#storage.items.set(key, text);
    for (const value of this.#numbers.values()) if (!this.#done.has(value)) this.#forgotten.add(value);
    this.#numbers = new Map();
    for (const [key, text] of this.#disk) {
      const n = Number(/^holdfast:outbox:k:(\d+)$/.exec(key)?.[1]);
      if (Number.isNaN(n)) continue;
      const { payload } = JSON.parse(text) as { payload: number };
      this.#numbers.set(n, payload);
      this.#done.delete(payload);
      this.#forgotten.delete(payload);
    }
    this.#outbox = open(this.#storage);
  }

  #settle(settled: readonly Settlement[]): void {
    for (const { n, failed } of settled) {
      const value = this.#numbers.get(n);
      if (value === undefined) throw new Error(`number ${n} was never given`);
      expect(this.#done.has(value), "settled once").to.equal(false);
      this.#done.set(value, failed);
    }
  }
}
