// The server of a test's events, over all of its lives: one app in this process, and whatever events are open on it. Moves the
// clock, lets what is under way end, and has the server restart and die.
import { MemoryStore } from "../../store/memory-store.ts";
import type { SeatStore } from "../../store/seat-store.ts";
import type { MemorySocket } from "../memory/memory-socket.ts";
import type { Surroundings } from "../phone/page.ts";
import { breath, quiet } from "../quiet.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { CrashListener, CrashPoint } from "./crashing-store.ts";
import { Incarnation, type Inheritance, type RoomClass } from "./incarnation.ts";
import type { TestLog } from "./test-log.ts";

/** An operation that needs more of the server's time than this is waiting for something that will not come. */
const patienceMs = 120_000;
/** An author's code may ask others, who take the machine's time: so long nothing else is made of a wait. */
const authorsTimeMs = 1000;
/** What needs a store that is held is waited for so long, in ms of the machine: as long as `quiet` waits. */
const heldTimeMs = 10_000;
const always = () => true;

/** What a server is begun with. */
export interface Given extends Pick<Inheritance, "config" | "identity" | "log"> {
  /** Where it stores what is decided; undefined: in memory. */
  readonly store: SeatStore | undefined;
}

/** A class that takes the place of a type's. */
export interface NextRelease {
  readonly type: string;
  readonly room: RoomClass;
}

/** @throws RangeError for what no test can wait for */
function checkDuration(what: string, ms: number): void {
  if (!Number.isFinite(ms) || ms < 0)
    throw new RangeError(`${what}: ${ms} is no number of milliseconds, 0 or more`);
}

export class TestServer implements Surroundings, CrashListener {
  readonly clock = new VirtualClock();
  readonly #types = new Map<string, RoomClass>();
  readonly #given: Given;
  readonly #inherited: Inheritance;
  #settling: Promise<void> | undefined;
  #life: Incarnation;
  #dyingAt: CrashPoint | undefined;
  /** Something has been stored since a death was asked for. */
  #hasStored = false;

  private constructor(given: Given, name: string, room: RoomClass) {
    this.#types.set(name, room);
    this.#given = given;
    this.#inherited = {
      ...given,
      clock: this.clock,
      store: given.store ?? new MemoryStore(),
      types: this.#types,
    };
    this.#life = new Incarnation(this.#inherited, this);
  }

  /** A server with one type of events. */
  static async start(given: Given, name: string, room: RoomClass): Promise<TestServer> {
    const server = new TestServer(given, name, room);
    await server.#life.start();
    return server;
  }

  /** The name of a class's type, which is one of the server's from now on. */
  typeOf(room: RoomClass, wanted: string): string {
    const known = [...this.#types].find(([, each]) => each === room);
    if (known !== undefined) return known[0];
    let name = wanted;
    for (let no = 2; this.#types.has(name); no++) name = `${wanted}${no}`;
    this.#life.addType(name, room);
    this.#types.set(name, room);
    return name;
  }

  /** An event's test is over. What a test has stored in a store of its own is the test's. */
  async end(eventId: string): Promise<void> {
    this.#life.end(eventId);
    if (this.#inherited.store !== this.#given.store) await this.#inherited.store.forget(eventId);
  }

  get life(): Incarnation {
    return this.#life;
  }

  get log(): TestLog {
    return this.#inherited.log;
  }

  connect(): MemorySocket {
    return this.#life.connect();
  }

  // --- time ---

  /** Lets time pass, and everything happen that is due. */
  async advance(ms: number): Promise<void> {
    checkDuration("advance", ms);
    await quiet(this.#life);
    const end = this.clock.now() + ms;
    while (this.clock.fireNext(end)) await quiet(this.#life);
    this.clock.moveTo(end);
    await this.settle();
  }

  /** Lets what is under way end, and everyone be sent what is decided, stored or changed; no time passes. */
  settle(): Promise<void> {
    this.#settling ??= this.#settle();
    return this.#settling;
  }

  async #settle(): Promise<void> {
    try {
      do await quiet(this.#life);
      while (this.#life.showAll());
    } finally {
      this.#settling = undefined; // likewise
    }
  }

  async until<Value>(done: Promise<Value>, mayWait: () => boolean = always): Promise<Value> {
    let isDone = false;
    const settled = done.finally(() => (isDone = true));
    settled.catch(() => {}); // it is awaited below
    const startedAt = performance.now();
    const limit = this.clock.now() + patienceMs;
    await this.settle();
    while (!isDone && mayWait()) {
      await breath();
      await this.settle();
      const waitedMs = performance.now() - startedAt;
      if (isDone || waitedMs < authorsTimeMs) continue;
      if (this.#life.isHeld) {
        if (waitedMs < heldTimeMs) continue; // it is somebody else who lets the store go
        throw new Error("The store is held, and what is waited for needs it: releaseStore() comes first");
      }
      if (this.clock.fireNext(limit)) await this.settle();
      else throw new Error(`Nothing is under way, and what is waited for has not come in ${patienceMs} ms`);
    }
    return settled;
  }

  // --- the store ---

  /** What is decided from now on waits to be stored. */
  async hold(): Promise<void> {
    await this.settle();
    this.#life.hold();
  }

  /** It is stored now. */
  release(): Promise<void> {
    this.#life.release();
    return this.settle();
  }

  // --- lives ---

  /** @param release undefined: the same classes */
  async restart(downMs: number, release?: NextRelease): Promise<void> {
    checkDuration("restart: downMs", downMs);
    await this.#life.stop();
    if (release !== undefined) this.#types.set(release.type, release.room);
    await this.#next(downMs);
  }

  /** @param point undefined: at once */
  async crash(point: CrashPoint | undefined, downMs: number): Promise<void> {
    checkDuration("crash: downMs", downMs);
    if (point === undefined) this.#life.die();
    else await this.#dieAt(point);
    await this.#life.bury();
    await this.#next(downMs);
  }

  async #dieAt(point: CrashPoint): Promise<void> {
    this.#dyingAt = point;
    this.#hasStored = false;
    await this.settle();
    const hasCome = this.#dyingAt === undefined;
    this.#dyingAt = undefined;
    if (hasCome) return;
    if (point !== "after announcement" || !this.#hasStored)
      throw new Error(
        `crash("${point}"): nothing came to that point; begin what is to be stored first, without awaiting it`,
      );
    this.#life.die();
  }

  reached(point: CrashPoint): void {
    if (point === "after commit") this.#hasStored = true;
    if (this.#dyingAt !== point) return;
    this.#dyingAt = undefined;
    this.#life.die();
  }

  async #next(downMs: number): Promise<void> {
    await this.#away(downMs);
    this.#life = new Incarnation(this.#inherited, this);
    await this.#life.start();
    await this.settle();
  }

  /** Time passes without a server. */
  async #away(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    while (this.clock.fireNext(end)) await quiet(this.#life);
    this.clock.moveTo(end);
  }

  close(): Promise<void> {
    return this.#life.stop();
  }
}
