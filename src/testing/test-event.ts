// An event to test a room with: `testEvent(QuizRoom)`.
import type { Clock } from "../clock.ts";
import { EventRoom } from "../rooms/EventRoom.ts";
import type { AnyEventRoom } from "../rooms/framework/event-room.ts";
import type { HostSession } from "../protocol/session.ts";
import type { EventSchema } from "../schema/index.ts";
import { MemoryNetwork } from "./client/memory-network.ts";
import { TestPage } from "./client/test-page.ts";
import type { JoinEventOptions } from "../client/types/index.ts";
import { Phone } from "./phone/phone.ts";
import { HostPhone } from "./phone/host-phone.ts";
import { post } from "./phone/wire-connection.ts";
import { type LogLine, type ReportedError, TestLog } from "./server/test-log.ts";
import type { CrashPoint } from "./server/crashing-store.ts";
import { OpenEvents } from "./open-events.ts";
import type { PhoneOptions, RestartOptions, TestEventOptions } from "./options.ts";
import type { TestServer } from "./server/test-server.ts";

/** The schema of a room's class. */
type SchemaOf<R> = R extends { schema: infer S extends EventSchema } ? S : EventSchema;

/** An event that a test has to itself, on a server in this process. */
export class TestEvent<R extends AnyEventRoom = EventRoom> {
  readonly eventId: string;
  readonly #server: TestServer;
  readonly #type: string;
  readonly #open: OpenEvents;
  readonly #isTokenMode: boolean;

  /** Made by `testEvent`. */
  constructor(eventId: string, type: string, server: TestServer, open: OpenEvents, isTokenMode: boolean) {
    this.eventId = eventId;
    this.#type = type;
    this.#server = server;
    this.#open = open;
    this.#isTokenMode = isTokenMode;
  }

  /** The room, an instance of the class; after a restart another. @throws Error when it is over */
  get room(): R {
    const room = this.#server.life.room(this.eventId);
    if (room === undefined) throw new Error(`The event ${JSON.stringify(this.eventId)} has no room`);
    return room as unknown as R;
  }

  /** The time of the server, its rooms and its phones. */
  get clock(): Pick<Clock, "now"> {
    return this.#server.clock;
  }

  /**
   * A phone joins, and has the room's state when this resolves.
   * @param name its device's id and its participant's name, unless `options` say otherwise
   * @throws JoinRefused with code, reason and sentence, as the server answers
   * @example await rejects(event.join("mallory", { options: { device_id: "ann" } }), { code: 401 });
   */
  async join(
    name: string,
    { client = "holdfast", token, options }: PhoneOptions = {},
  ): Promise<Phone<SchemaOf<R>>> {
    this.#open.check(this);
    const { sessionToken: session_token } = this.#proofOf(name);
    const proof = session_token === undefined ? {} : { session_token };
    const usual = { event_id: this.eventId, device_id: name, display_name: name, ...proof };
    const join: Record<string, unknown> = { ...usual, ...options };
    const identity = { type: this.#type, options: join, token };
    const device = typeof join.device_id === "string" ? join.device_id : name;
    return new Phone<SchemaOf<R>>(device, this.#server, identity, client).join();
  }

  /**
   * A host joins: an observer that may kick, change graces and close the event.
   * @param token of an identity provider; without one the server's one-time link makes it a host
   * @throws JoinRefused
   */
  async host({ token }: { readonly token?: string } = {}): Promise<HostPhone<SchemaOf<R>>> {
    this.#open.check(this);
    const join = { event_id: this.eventId, role: "observer" };
    const secret = token === undefined ? { session_token: await this.#hostToken() } : {};
    const identity = { type: this.#type, options: { ...join, ...secret }, token };
    return new HostPhone<SchemaOf<R>>("host", this.#server, identity, "holdfast").join();
  }

  /** An observer joins: it sees everything, and has no seat. @throws JoinRefused */
  async observe({ client = "holdfast", token, options }: PhoneOptions = {}): Promise<Phone<SchemaOf<R>>> {
    this.#open.check(this);
    const join = { event_id: this.eventId, role: "observer", ...options };
    const identity = { type: this.#type, options: join, token };
    return new Phone<SchemaOf<R>>("observer", this.#server, identity, client).join();
  }

  /**
   * A page with our own client joins: its session does by itself what it does in a browser, as the test's time passes.
   * @param name its device's id and its participant's name, unless `options` say otherwise
   * @param options as `joinEvent` takes them, but for the server's address
   * @throws SessionEndedError for a join that is refused
   * @example
   * const ann = await event.page("ann");
   * await ann.drop();
   * await event.advance(1000);
   * assert.equal(ann.session.status, "connected");
   */
  async page(
    name: string,
    options: Partial<Omit<JoinEventOptions, "url">> = {},
  ): Promise<TestPage<SchemaOf<R>>> {
    this.#open.check(this);
    const joining = { eventId: this.eventId, deviceId: name, displayName: name, ...this.#proofOf(name) };
    return new TestPage<SchemaOf<R>>(this.#server, { ...joining, ...options }).join();
  }

  /**
   * The server's address and a `fetch` that leads there, for a client of any other kind: an unmodified Colyseus client in this
   * process. What it does by itself goes by the machine's clock; `until` lets the server do its part.
   * @example
   * const { url, fetch } = event.network();
   * const client = new Client(url, { fetchFn: fetch });
   * const room = await event.until(client.joinOrCreate("event", { event_id: event.eventId, device_id, session_token }));
   */
  network(): Pick<MemoryNetwork, "url" | "fetch"> {
    return new MemoryNetwork(this.#server);
  }

  /** The secret that every device has in open mode. */
  #proofOf(name: string): { sessionToken?: string } {
    return this.#isTokenMode ? {} : { sessionToken: `the secret of ${name}` };
  }

  async #hostToken(): Promise<string> {
    const code = this.#server.life.newHostCode();
    if (code === undefined)
      throw new Error("host: in this identity mode a host needs a token of the provider's");
    const answer = this.#server.until(post<HostSession>(this.#server, "/host/session", { code }));
    return (await answer).host_token;
  }

  /**
   * What the server has reported as errors in this event: what an author's hooks and handlers threw, above all, which it
   * catches. Also written to standard error, unless `config.logLevel` is `silent`.
   * @example assert.deepEqual(event.errors, []);
   */
  get errors(): readonly ReportedError[] {
    return this.#server.log.errors.filter(({ eventId }) => eventId === this.eventId || eventId === undefined);
  }

  /**
   * Every line that the event's server has logged, over all of its lives, from `info` on: also of other events that share it.
   * `config.logLevel` says only what is written to standard error, too.
   * @example assert.equal(event.log.filter(({ where }) => where === "onMessage").length, 1);
   */
  get log(): readonly LogLine[] {
    return this.#server.log.lines;
  }

  /** Lets time pass: every timer fires that is due by then, in order. Resolves when nothing is under way any more. */
  advance(ms: number): Promise<void> {
    return this.#server.advance(ms);
  }

  /**
   * Resolves as `done` does, for what a client of its own asks for: meanwhile the server sends what it has decided. The clock
   * moves only when `done` has not come after a second of the machine's.
   */
  until<Value>(done: Promise<Value>): Promise<Value> {
    return this.#server.until(done);
  }

  /** Resolves when nothing is under way any more, and every phone has been sent what it is to know. No time passes. */
  settle(): Promise<void> {
    return this.#server.settle();
  }

  /**
   * The store stands still: what is decided from now on, of every event that is open, is not stored, and so nobody is told of it,
   * until `releaseStore()`, a restart, a crash or `close()`. Time can pass meanwhile. Begin what waits for the store, and await it
   * when that has been let go.
   * @example
   * await event.holdStore();
   * await ann.drop();
   * const back = ann.return(); // decided, and not known to anybody
   * await event.settle();
   * await event.releaseStore();
   * await back;
   */
  holdStore(): Promise<void> {
    return this.#server.hold();
  }

  /** What waited is stored. */
  releaseStore(): Promise<void> {
    return this.#server.release();
  }

  /**
   * The server ends as it does for a deploy, and starts again on what is stored: every phone is away then.
   */
  restart({ downMs = 0, room }: RestartOptions<R> = {}): Promise<void> {
    return this.#server.restart(downMs, room === undefined ? undefined : { type: this.#type, room });
  }

  /**
   * The server dies as by `kill -9`, and another starts on what is stored: every phone is away then.
   * @param point where: at once, when left out; else where what is under way comes to that point first
   * @param downMs how long there is none
   * @throws Error when nothing comes to that point
   * @example
   * const answer = ann.publish("answer", 3); // on its way
   * await event.crash("after commit"); // stored, and nobody knows
   * await ann.return();
   * await answer;
   */
  crash(point?: CrashPoint, { downMs = 0 }: { readonly downMs?: number } = {}): Promise<void> {
    return this.#server.crash(point, downMs);
  }

  /** The event is over; with the last of them, the server. */
  close(): Promise<void> {
    return this.#open.close(this);
  }
}

const openEvents = new OpenEvents();
let count = 0;
const newEventId = (): string => {
  count += 1;
  return `event ${count}`;
};

/**
 * Opens an event of a room's class for a test: on a real server in this process, whose clock the test moves.
 * @param room the class, as `createApp` takes it; EventRoom itself when left out
 * @example
 * const event = await testEvent(QuizRoom);
 * const ann = await event.join("ann");
 * await ann.drop();
 * await event.advance(31_000);
 * assert.deepEqual(event.room.participants.list(), []);
 * await event.close();
 */
export async function testEvent<R extends AnyEventRoom = EventRoom>(
  room: new () => R = EventRoom as unknown as new () => R,
  { config = {}, identity, store, eventId = newEventId(), options }: TestEventOptions = {},
): Promise<TestEvent<R>> {
  const given = {
    config: { storeUrl: "memory:", ...config },
    identity,
    store,
    log: new TestLog(config.logLevel),
  };
  const { server, type } = await openEvents.serverFor(room, given);
  const isTokenMode = identity !== undefined || (config.authMode ?? "open") !== "open";
  const event = new TestEvent<R>(eventId, type, server, openEvents, isTokenMode);
  try {
    await server.life.open({ eventId, type, ...(options === undefined ? {} : { options }) });
    await server.settle();
  } catch (error) {
    await openEvents.notOpened();
    throw error;
  }
  openEvents.opened(event);
  return event;
}
