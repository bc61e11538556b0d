// Random histories of what a participant is told, with virtual time: the event's mailboxes and our client's inbox as they
// are, and between them a network that loses, a store that may lag behind, pages that are loaded again, servers that die.
import { expect } from "chai";
import fc from "fast-check";
import { Inbox } from "../../../src/client/inbox/inbox.ts";
import { SafeStorage } from "../../../src/client/platform/safe-storage.ts";
import type { ConnectedClient, Connection, Receipt } from "../../../src/connections/connection.ts";
import { EventEntries } from "../../../src/event/stored/entries.ts";
import { Mailboxes } from "../../../src/event/messages/mailboxes.ts";
import type { Told, ToldAck, ToldPosition } from "../../../src/protocol/session.ts";
import { toldWindow } from "../../../src/seats/mailbox.ts";
import type { ConnectedSeat, HeldSeat } from "../../../src/seats/seat.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";

const device = "a/b";
// biome-ignore format: weights read best as rows
const kinds = [
  "tell", "tell", "tell", "tell", "tell", "burst", "commit", "commit", "commit", "down", "down", "down", "down", "up", "up",
  "up", "wait", "wait", "cut", "return", "return", "reload", "crash", "restoreStore", "loseSeat", "handlers", "throw",
  "suspend", "resume", "quiet", "quiet",
] as const;
type Kind = (typeof kinds)[number];

/** Time that moves by hand, for the one timer of an inbox. */
class VirtualTime {
  at = 1000;
  readonly #due = new Set<{ at: number; run: () => void }>();
  readonly now = () => this.at;
  readonly report = () => {};
  after(delayMs: number, run: () => void) {
    const timer = { at: this.at + delayMs, run };
    this.#due.add(timer);
    return { cancel: () => void this.#due.delete(timer) };
  }
  pass(ms: number): void {
    this.at += ms;
    for (const timer of this.#due) if (timer.at <= this.at && this.#due.delete(timer)) timer.run();
  }
}

/** What goes down one connection, in order: a message, or a ping with its number. */
type Down = { readonly told: Told } | { readonly ping: number };

/** One connection, as the event sees it. */
class Wire {
  readonly id: string;
  readonly deviceId = device;
  readonly isAcknowledged = true;
  receipt: Receipt;
  readonly down: Down[] = [];
  readonly up: (ToldAck | { readonly pong: number } | { readonly asks: ToldPosition })[] = [];
  readonly client: ConnectedClient;

  constructor(id: string, receipt: Receipt, store: { readonly state: string }) {
    this.id = id;
    this.receipt = receipt;
    const send = (_type: string, told: Told) => {
      expect(store.state, "nothing is sent while nothing may be announced").to.equal("ok");
      expect(this.receipt, "a client of ours says first how far it is").not.to.equal("unknown");
      this.down.push({ told });
    };
    this.client = { connection: this, send } as unknown as ConnectedClient;
  }
  askForReceipt(no: number): void {
    this.down.push({ ping: no });
  }
}

class World {
  readonly #isOurs: boolean;
  // what outlives a server
  #kept = new Map<string, string>();
  #older: { kept: Map<string, string>; lasting: unknown[] }[] = [];
  #epoch = 1;
  // the server
  #mailboxes!: Mailboxes;
  #entries!: EventEntries;
  #keys = new Set<string>();
  #whenStored: (() => void)[] = [];
  #isHolding: (() => void)[] | undefined;
  readonly #store = { state: "ok" as "ok" | "suspended" };
  // the network
  #wire: Wire | undefined;
  #connections = 0;
  // the participant
  readonly #time = new VirtualTime();
  readonly #storage = new FakeStorage();
  #inbox!: Inbox;
  #stopHandling: (() => void) | undefined;
  #joinedAt = 10;
  // the witness
  #count = 0;
  /** What was told to this seat, and what of it was stored last: the rest may be lost. */
  #told: number[] = [];
  #storedCount = 0;
  readonly #handled: number[] = [];
  readonly #forgotten = new Set<number>();
  #numbers = new Set<string>();

  constructor(isOurs: boolean) {
    this.#isOurs = isOurs;
    this.#startServer(new Map());
    this.#startPage();
  }

  #startServer(kept: ReadonlyMap<string, string>): void {
    this.#keys = new Set();
    this.#whenStored = [];
    this.#entries = new EventEntries({
      noteEntry() {},
      touchEntry: (key, whenStored) => {
        this.#keys.add(key);
        if (whenStored !== undefined) this.#whenStored.push(whenStored);
      },
    });
    this.#entries.restore(kept);
    const seat = () => ({ deviceId: device, joinedAt: this.#joinedAt }) as HeldSeat;
    const speakers = {
      seatOf: (client: ConnectedClient) =>
        client === this.#wire?.client ? (seat() as ConnectedSeat) : undefined,
      clientOf: () => this.#wire?.client,
    };
    const effects = {
      isHolding: false,
      run: (effect: () => void, drop?: () => void) => {
        if (this.#isHolding === undefined) effect();
        else this.#isHolding.push(drop ?? (() => {}));
      },
    };
    this.#mailboxes = new Mailboxes(
      speakers,
      { get: (id) => (id === device ? seat() : undefined) },
      this.#entries,
      this.#store,
      effects,
    );
    if (kept.size > 0 || this.#epoch > 1) this.#mailboxes.restore(this.#epoch);
  }

  #startPage(): void {
    const storage = new SafeStorage(this.#storage);
    this.#inbox = new Inbox(this.#time, storage, "k", { hasOutbox: true });
    this.#stopHandling = undefined;
    this.handlers();
  }

  // --- steps ---

  tell(): void {
    this.#count += 1;
    try {
      expect(this.#mailboxes.tell(device, "n", this.#count)).to.equal(true);
    } catch (error) {
      if (error instanceof RangeError) return; // it is full, and its caller knows
      throw error;
    }
    this.#told.push(this.#count);
  }

  burst(): void {
    for (let n = 0; n < 100; n++) this.tell();
  }

  /** A handler that tells, and then throws. */
  throw(): void {
    this.#isHolding = [];
    this.#mailboxes.tell(device, "n", -1);
    for (const drop of this.#isHolding) drop();
    this.#isHolding = undefined;
  }

  commit(): void {
    if (this.#store.state === "suspended") return;
    this.#older.push({ kept: new Map(this.#kept), lasting: this.#told.slice(0, this.#storedCount) });
    const { put = [], drop = [] } = this.#entries.changes(this.#keys) ?? {};
    for (const [key, value] of put) this.#kept.set(key, value);
    for (const key of drop) this.#kept.delete(key);
    this.#keys = new Set();
    this.#storedCount = this.#told.length;
    for (const whenStored of this.#whenStored.splice(0)) whenStored();
    this.#mailboxes.deliver();
  }

  suspend(): void {
    this.#store.state = "suspended";
  }

  resume(): void {
    this.#store.state = "ok";
    this.#mailboxes.deliver();
  }

  return(): void {
    this.cut();
    this.#connections += 1;
    this.#wire = new Wire(`c${this.#connections}`, this.#isOurs ? "unknown" : "pong", this.#store);
    if (this.#isOurs) {
      const { up } = this.#wire;
      this.#inbox.connected({
        send: (_type, ack) => {
          up.push(ack as ToldAck);
          return true;
        },
      });
      up.push({ asks: { ...this.#inbox.position } });
    } else this.#mailboxes.arrived(this.#wire as unknown as Connection);
  }

  cut(): void {
    const lost = this.#wire;
    if (lost === undefined) return;
    if (this.#count % 2 === 0) for (let n = lost.up.length; n > 0; n--) this.up(); // it was there already
    this.#wire = undefined;
    this.#inbox.disconnected();
  }

  down(): void {
    const next = this.#wire?.down.shift();
    if (next === undefined) return;
    if ("ping" in next) return void this.#wire?.up.push({ pong: next.ping });
    const { no, payload } = next.told;
    expect(this.#told.indexOf(payload as number), "only what is stored is sent").to.be.within(
      0,
      this.#storedCount - 1,
    );
    const name = `${next.told.joined_at} ${no} ${String(payload)}`;
    const sameNumber = [...this.#numbers].find((known) => known.startsWith(`${next.told.joined_at} ${no} `));
    expect(sameNumber ?? name, "a number never means something else").to.equal(name);
    this.#numbers.add(name);
    if (this.#isOurs) this.#inbox.received(next.told);
    else if (!this.#handled.includes(payload as number)) this.#handled.push(payload as number);
  }

  up(): void {
    const [wire, next] = [this.#wire, this.#wire?.up.shift()];
    if (wire === undefined || next === undefined) return;
    if ("pong" in next) this.#mailboxes.received(wire as unknown as Connection, next.pong);
    else if ("asks" in next) this.#mailboxes.resumed(wire.client, next.asks);
    else this.#mailboxes.acknowledged(wire.client, next);
    const underWay = wire.down.filter((each) => "told" in each).length;
    expect(underWay, "portions").to.be.at.most(toldWindow.messages);
  }

  /** Everything works for a while. */
  quiet(): void {
    this.resume();
    if (this.#wire === undefined) this.return();
    for (let turn = 0; turn < 50; turn++) {
      this.commit();
      for (let n = this.#wire?.down.length ?? 0; n > 0; n--) this.down();
      for (let n = this.#wire?.up.length ?? 0; n > 0; n--) this.up();
      this.wait();
    }
  }

  wait(): void {
    this.#time.pass(60);
  }

  reload(): void {
    this.cut();
    this.#startPage();
  }

  /** The server dies: it has what it stored. */
  crash(): void {
    this.cut();
    this.#store.state = "ok";
    this.#epoch += 1; // the least that it may be: its clock may have gone back
    this.#told = this.#told.slice(0, this.#storedCount);
    this.#startServer(new Map(this.#kept));
  }

  /** The server dies, and its store has lost what it had stored last. */
  restoreStore(): void {
    const older = this.#older.pop();
    if (older === undefined) return;
    this.#kept = older.kept;
    for (const lost of this.#told.slice(older.lasting.length)) this.#forgotten.add(lost);
    this.#storedCount = older.lasting.length;
    this.#epoch += 100_000; // time has passed: more than it could have told meanwhile
    this.crash();
  }

  loseSeat(): void {
    this.cut();
    this.#mailboxes.seatLeft(device);
    this.#store.state = "ok";
    this.commit();
    expect([...this.#kept.keys()], "the mailbox goes with the seat").to.deep.equal([]);
    for (const lost of this.#told) if (!this.#handled.includes(lost)) this.#forgotten.add(lost);
    this.#joinedAt += 10;
    this.#told = [];
    this.#storedCount = 0;
    this.#older = [];
    this.#numbers = new Set();
  }

  /** The application listens, or stops listening. */
  handlers(): void {
    if (this.#stopHandling === undefined)
      this.#stopHandling = this.#inbox.on("n", (n: number) => void this.#handled.push(n));
    else {
      this.#stopHandling();
      this.#stopHandling = undefined;
    }
  }

  play(steps: readonly Kind[]): void {
    for (const step of steps) this[step]();
    if (this.#stopHandling === undefined) this.handlers();
    this.return();
    const all = this.#told;
    for (let rounds = 0; rounds < 8; rounds++) this.quiet();
    expect(new Set(this.#handled).size, "each once").to.equal(this.#handled.length);
    expect(this.#handled, "in order").to.deep.equal(this.#handled.toSorted((a, b) => a - b));
    const missing = all.filter((n) => !this.#handled.includes(n) && !this.#forgotten.has(n));
    expect(missing, "none missing").to.deep.equal([]);
    this.commit();
    expect([...this.#kept.values()].join(""), "nothing is kept of what is handled").to.equal("");
    expect(this.#kept.size).to.be.at.most(1);
  }
}

describe("histories of what a participant is told", function () {
  this.timeout(60_000);
  const steps = fc.array(fc.constantFrom(...kinds), { maxLength: 150, size: "max" });

  it("[M2] [M5] [M7] [M8] [M9] [M10] [M13] our client handles each once and in order, over cuts, reloads, restarts, stores that went back and lost seats", () => {
    fc.assert(
      fc.property(steps, (history) => new World(true).play(history)),
      { numRuns: 400 },
    );
  });

  it("[M3] [M5] [M7] [M8] [M13] a stock client gets each, in order, and nothing else under its number", () => {
    fc.assert(
      fc.property(steps, (history) => new World(false).play(history)),
      { numRuns: 300 },
    );
  });
});
