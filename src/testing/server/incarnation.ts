// One life of the server: the app of `createApp`, with a store that it can be cut off from, a clock that can be stopped for it,
// and an HTTP server without a port. It ends as a server does, or dies as one that is killed.
import { matchMaker } from "@colyseus/core";
import { type NewEvent, type RunningApp, runningApp } from "../../app.config.ts";
import type { Config } from "../../config.ts";
import type { IdentityProvider } from "../../identity/provider.ts";
import { servedEvent } from "../../rooms/AuthorRoom.ts";
import { authorGuard } from "../../rooms/author/author-guard.ts";
import { type AnyEventRoom, EventRoomHandler } from "../../rooms/framework/event-room.ts";
import type { EventRoom } from "../../rooms/EventRoom.ts";
import type { SeatStore } from "../../store/seat-store.ts";
import type { MemorySocket } from "../memory/memory-socket.ts";
import { MemoryServer } from "../memory/memory-server.ts";
import type { Network } from "../phone/wire-connection.ts";
import type { Work } from "../quiet.ts";
import { OwnedClock, type VirtualClock } from "../virtual-clock.ts";
import { type CrashListener, CrashingStore } from "./crashing-store.ts";
import type { TestLog } from "./test-log.ts";

/** The class of a type's rooms. */
export type RoomClass = new () => AnyEventRoom;

/** What every life of a server has. */
export interface Inheritance {
  readonly clock: VirtualClock;
  readonly store: SeatStore;
  readonly config: Partial<Config>;
  readonly identity: IdentityProvider | undefined;
  readonly log: TestLog;
  /** The types of events, by their names. */
  readonly types: ReadonlyMap<string, RoomClass>;
}

export class Incarnation implements Work, Network {
  readonly #clock: OwnedClock;
  readonly #store: CrashingStore;
  readonly #http = new MemoryServer();
  readonly #app: RunningApp<AnyEventRoom, Record<string, EventRoomHandler>, never>;
  #isDead = false;

  constructor(inherited: Inheritance, listener: CrashListener) {
    const { clock, store, config, identity, log, types } = inherited;
    this.#clock = new OwnedClock(clock);
    this.#store = new CrashingStore(store, listener);
    const rooms = Object.fromEntries(
      [...types].map(([name, room], i) => [name, new EventRoomHandler(room, i === 0, "testEvent")]),
    );
    const options = { rooms, config, log: log.logger, clock: this.#clock, store: this.#store };
    this.#app = runningApp(identity === undefined ? options : { ...options, identity }, "testEvent", {
      server: this.#http.http,
    });
  }

  /** Opens the store, brings events back, and takes connections. */
  async start(): Promise<void> {
    await this.#app.app().listen(0, "memory");
    matchMaker.stats.clearAutoPersistInterval(); // the one timer of a server without a port that keeps its process alive
  }

  get isBusy(): boolean {
    return !this.#isDead && !this.#store.isWaiting && this.#app.process.isBusy;
  }

  /** True while it stores nothing. */
  get isHeld(): boolean {
    return this.#store.isHeld;
  }

  /** Stores nothing from now on, until `release`. */
  hold(): void {
    this.#store.hold();
  }

  release(): void {
    this.#store.release();
  }

  connect(): MemorySocket {
    return this.#http.connect();
  }

  /** One more type of events. */
  addType(name: string, room: RoomClass): void {
    const handler = new EventRoomHandler(room, false, "testEvent");
    handler.bind(this.#app.process.addType({ name, room: handler.roomClass }));
    this.#app
      .app()
      .server.define(name, handler.klass)
      .filterBy(["event_id"] as never);
  }

  room(eventId: string): EventRoom | undefined {
    return this.#app.process.room(eventId);
  }

  /** The rooms of all events that are open here. */
  get rooms(): EventRoom[] {
    return [...this.#app.process.events].flatMap(({ eventId }) => this.room(eventId) ?? []);
  }

  /** Has what rooms still have to announce, or to show, sent now. True when there was something. */
  showAll(): boolean {
    let hasShown = false;
    const isWaiting = this.#store.isWaiting; // what is not stored is not announced, however often it is asked to
    for (const room of this.rooms) {
      const isBehind = !isWaiting && room[servedEvent]?.announcer.isIdle === false;
      if (room.broadcastPatch() || isBehind) hasShown = true;
    }
    return hasShown;
  }

  /** A one-time code that makes a host; undefined where tokens say who is one. */
  newHostCode(): string | undefined {
    return this.#app.process.newHostCode();
  }

  /** Opens an event before anybody joins it. */
  async open(event: NewEvent): Promise<void> {
    await this.#app.process.createEvent(event);
  }

  /** Ends as a server that is asked to: what is decided is stored, and everyone is asked to come back. */
  async stop(): Promise<void> {
    this.release();
    await this.#app.app().close();
    this.#clock.stop();
  }

  /** Dies: from this instant nothing that it does reaches the store, a socket, or an author's code. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#store.cut();
    this.#http.cut();
    this.#clock.stop();
    for (const room of this.rooms) silence(room);
  }

  /** Nobody is interested in an event any more: its room goes, and nothing more of its author's is called. */
  end(eventId: string): void {
    const room = this.room(eventId);
    if (room !== undefined) silence(room);
  }

  /** What is left of a dead one in this process goes, so that the next can be. */
  async bury(): Promise<void> {
    await this.#app.app().close();
  }
}

function silence(room: EventRoom): void {
  room[authorGuard].silence();
  room.lose();
}
