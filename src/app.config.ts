// Puts a server together from its settings and parts; index.ts listens on it, tests boot it with fakes.
// Holds no state of its own beside the app that it returns.
import type { Config } from "./config.ts";
import type { Watch } from "./ops/telemetry.ts";
import { EventRoom } from "./rooms/EventRoom.ts";
import { EventTypes } from "./rooms/directory/event-types.ts";
import { type AnyEventRoom, EventRoomHandler, typesAmong } from "./rooms/framework/event-room.ts";
import { frameworkLogger } from "./rooms/framework/logger.ts";
import { ProcessClaim } from "./rooms/framework/one-app.ts";
import {
  createServer,
  type Rooms,
  type Router,
  type Server,
  type StockOptions,
} from "./rooms/framework/server.ts";
import type { TransportOptions } from "./rooms/sockets/transport.ts";
import { checkInternals } from "./rooms/internals/check.ts";
import { checkNames, completeConfig } from "./server/complete-config.ts";
import type { CreatedEvent, NewEvent } from "./server/event-creator.ts";
import { expressWith } from "./server/own-routes.ts";
import { Process } from "./server/process.ts";
import type { ProcessOptions } from "./server/surroundings.ts";

export type { AnyEventRoom } from "./rooms/framework/event-room.ts";
export type { CreatedEvent, NewEvent } from "./server/event-creator.ts";

/** What `createApp` is given; everything may be left out. */
export interface AppOptions<
  R extends AnyEventRoom = AnyEventRoom,
  T extends Rooms = Rooms,
  Routes extends Router = Router,
> extends ProcessOptions {
  /** Settings; those left out have the defaults of `loadConfig({})`. */
  readonly config?: Partial<Config>;
  /** The room of every event; EventRoom itself when left out. */
  readonly room?: new () => R;
  /** Instead of `room`: types of events (`eventRoom(Quiz)`) and plain rooms (`defineRoom(Lobby)`), by their names. */
  readonly rooms?: T;
  /** Registers routes of your own, before ours. */
  readonly express?: NonNullable<StockOptions["express"]>;
  /** Routes of the framework's kind (`createRouter`). */
  readonly routes?: Routes;
  /** False: neither the participant's nor the host's page. */
  readonly pages?: boolean;
}

const known = [
  "config",
  "room",
  "rooms",
  "express",
  "routes",
  "pages",
  "identity",
  "clock",
  "store",
  "log",
  "onCluster",
];

/** A server that `createApp` has made. It serves from `listen` to `close`. */
export interface App<
  R extends AnyEventRoom = EventRoom,
  T extends Rooms = Rooms,
  Routes extends Router = Router,
> {
  readonly server: Server<T, Routes>;
  readonly config: Config;
  readonly watch: Watch;
  /** A one-time code for `/host#code=...`; undefined in token mode, where tokens say who is a host. */
  newHostCode(): string | undefined;
  /**
   * Makes sure that an event is there, and stored: from then on it is remembered as one that somebody has been in, for
   * `EVENT_RETENTION_MS` without anyone. Asked again for the same event, it changes nothing. Limits by address do not hold.
   * In a cluster any process may be asked.
   * @throws TypeError or RangeError for what cannot be an event; Refusal 400 (`invalid_field`) for details that this
   *   server's settings do not allow, 409 (`other_type`) for an event of another type, 410 for a closed one, 503 where
   *   it cannot be now (while the server drains or cannot store, with `MAX_EVENTS` of them); Error before `listen`
   * @example await app.createEvent({ eventId: "friday-quiz", options: { topic: "rivers" } });
   * @example await app.createEvent({ eventId: "class-7b", details: { title: "Class 7b", capacity: 30 } });
   */
  createEvent(event: NewEvent): Promise<CreatedEvent>;
  /** The room of an event that lives here, or undefined. */
  room(eventId: string): R | undefined;
  /** Resolves with the port once the server accepts connections. */
  listen(port?: number, host?: string): Promise<number>;
  /** Lets nobody new in from now on: joins get 503. */
  drain(): void;
  /** Closes every socket with 4010 (come back), announces nothing, and frees the port. */
  close(): Promise<void>;
}

/**
 * Builds a server. One at a time in a process: Colyseus's matchmaker is a module of its own. One that failed to start, or
 * was closed, does not count.
 * @param options the room's class, the settings, and what else is not the default
 * @example
 * const app = createApp({ room: QuizRoom, config: { gracePeriodMs: 60_000 } });
 * const port = await app.listen();
 * @throws UnfitPackages when the installed Colyseus is not one that Holdfast can use; TypeError for an option that there is
 * not, or a room that cannot work; SettingError; Error when another app is open
 */
export function createApp<
  R extends AnyEventRoom = EventRoom,
  T extends Rooms = Rooms,
  Routes extends Router = Router,
>(options: AppOptions<R, T, Routes> = {}): App<R, T, Routes> {
  return runningApp(options, "createApp").app();
}

/**
 * The app of `createApp` as this project's own test kit makes it.
 * @param caller whose sentences it is
 * @param transport what the framework's transport is given, where that is not the default
 */
export function runningApp<R extends AnyEventRoom, T extends Rooms, Routes extends Router>(
  options: AppOptions<R, T, Routes>,
  caller: string,
  transport: TransportOptions = {},
): RunningApp<R, T, Routes> {
  checkInternals();
  checkNames(options, known, caller);
  if (options.room !== undefined && options.rooms !== undefined)
    throw new TypeError("createApp: room is the one type of events, rooms are several; give one of the two");
  const rooms = (options.rooms ?? roomsOf(options.room)) as T;
  const types = typesAmong(rooms);
  const config = completeConfig(options.config, caller, options.identity);
  const claim = new ProcessClaim(caller);
  try {
    return new RunningApp<R, T, Routes>(rooms, types, config, claim, options, transport);
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** One type of events, which has no name but `event`. */
function roomsOf(room: new () => AnyEventRoom = EventRoom): Rooms {
  const [type] = EventTypes.single(room).all();
  return type === undefined ? {} : { [type.name]: new EventRoomHandler(room, true, "createApp: room") };
}

/** A process and its server. */
export class RunningApp<R extends AnyEventRoom, T extends Rooms, Routes extends Router> {
  readonly process: Process;
  readonly #server: Server<T, Routes>;
  readonly #config: Config;
  #isToListen = false;
  #closing: Promise<void> | undefined;

  constructor(
    rooms: T,
    types: EventTypes,
    config: Config,
    claim: ProcessClaim,
    options: AppOptions<R, T, Routes>,
    transport: TransportOptions,
  ) {
    const { express, routes, pages: hasPages = true } = options;
    const hasOthers = Object.keys(rooms).length > types.names.length;
    const isAlone = express === undefined && routes === undefined && !hasOthers;
    const hasExpress = !isAlone && (hasPages || express !== undefined);
    const surroundings = {
      claim,
      isAlone,
      hasPages,
      hasExpress,
      transport: { ...(isAlone ? { pingInterval: 0 } : {}), ...transport },
    };
    this.#config = config;
    this.process = new Process(types, config, surroundings, options);
    const stock = {
      rooms,
      ...(routes === undefined ? {} : { routes }),
      ...(isAlone ? {} : expressWith(express, this.process.routes, hasPages, this.process.http)),
      greet: false,
      gracefullyShutdown: false, // signals are index.ts's business
      logger: frameworkLogger(this.process.log),
    };
    this.#server = createServer<T, Routes>(stock, this.process);
  }

  app(): App<R, T, Routes> {
    const { process } = this;
    return {
      server: this.#server,
      config: this.#config,
      watch: process.telemetry,
      newHostCode: () => process.newHostCode(),
      createEvent: (event) => process.createEvent(event),
      room: (eventId) => process.room(eventId) as R | undefined,
      listen: (port = this.#config.port, host = this.#config.host) => this.#listen(port, host),
      drain: () => process.drain(),
      close: () => (this.#closing ??= this.#close()),
    };
  }

  async #listen(port: number, host: string): Promise<number> {
    if (this.#isToListen) throw new Error("listen: this app listens already, or has ended");
    this.#isToListen = true;
    try {
      await this.process.life.open(); // before the framework asks its own parts of Redis
      await this.#server.listen(port, host);
      await this.process.life.begun();
    } catch (error) {
      await this.process.life.end();
      throw error;
    }
    return this.process.port ?? port;
  }

  async #close(): Promise<void> {
    await this.process.life.leave();
    await this.#server.gracefullyShutdown(false);
    await this.process.life.end();
  }
}
