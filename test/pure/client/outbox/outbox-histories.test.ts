// Random histories of an outbox and a room, each of which may lose what it had not stored: every message once, in order.
import { expect } from "chai";
import fc from "fast-check";
import type { Failed } from "../../../../src/client/outbox/messages.ts";
import { Outbox, type Settlement } from "../../../../src/client/outbox/outbox.ts";
import { OutboxStore } from "../../../../src/client/outbox/outbox-store.ts";
import { SafeStorage } from "../../../../src/client/platform/safe-storage.ts";
import { type OutboxPosition, type OutboxPublish, outboxWindow } from "../../../../src/protocol/session.ts";
import { judge, type OutboxTaken, taking } from "../../../../src/seats/outbox.ts";
import { FakeStorage } from "../../../../harness/clients/fakes/fake-environment.ts";

let ids = 0;
const newId = () => `stream-${++ids}`;
const open = (storage = new FakeStorage()) =>
  new Outbox(new OutboxStore(new SafeStorage(storage), "k", newId()), newId);

describe("client outbox histories", () => {
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
