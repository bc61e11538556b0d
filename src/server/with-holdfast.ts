// Holdfast in somebody's server: what `defineServer` takes, with events in it.
import type { Config } from "../config.ts";
import { typesAmong } from "../rooms/framework/event-room.ts";
import { ProcessClaim } from "../rooms/framework/one-app.ts";
import {
  leaveSignalsToTheNext,
  refuseServerless,
  type Rooms,
  type Router,
  type Server,
  serverOptions,
  type StockOptions,
} from "../rooms/framework/server.ts";
import { checkServer } from "../rooms/framework/check-server.ts";
import { transportOptionsOf } from "../rooms/framework/given-transport.ts";
import { checkInternals } from "../rooms/internals/check.ts";
import { completeConfig } from "./complete-config.ts";
import { checkServerOptions } from "./known-options.ts";
import type { CreatedEvent, NewEvent } from "./event-creator.ts";
import { expressWith } from "./own-routes.ts";
import { Process } from "./process.ts";
import type { ProcessOptions } from "./surroundings.ts";

/** What `withHoldfast` takes: what `defineServer` does, and of ours what is no setting. */
export type HoldfastOptions<T extends Rooms = Rooms, R extends Router = Router> = StockOptions<T, R> & {
  /** Serves the participant's and the host's page at `/` and `/host`, where no route of yours does. Off when left out. */
  readonly pages?: boolean;
} & Pick<ProcessOptions, "identity" | "clock" | "store" | "log">;

/** What a server's transport belongs to. */
const processes = new WeakMap<object, Process>();

/**
 * Puts events into a server of yours. Rooms that `eventRoom` marks hold seats; all others, and your routes, are served as
 * the framework serves them.
 * @param options what `defineServer` takes: passed on, chained or refused as docs/embedding.md says
 * @param config settings of events; the environment is read only by `loadConfig(process.env)`
 * @returns what `defineServer` takes
 * @example
 * export default defineServer(withHoldfast({
 *   rooms: { lobby: defineRoom(LobbyRoom), quiz: eventRoom(QuizRoom) },
 *   express: (app) => void app.get("/hello", hello),
 * }, { storeUrl: "file:data/holdfast.db" }));
 * @throws TypeError, SettingError, UnfitPackages or Error, with one sentence, for what cannot work
 */
export function withHoldfast<T extends Rooms, R extends Router>(
  options: HoldfastOptions<T, R>,
  config: Partial<Config> = {},
): StockOptions<T, R> {
  checkInternals();
  checkServerOptions(options, config);
  const types = typesAmong(options.rooms);
  const {
    pages: hasPages = false,
    identity,
    clock,
    store,
    log,
    driver: _driver,
    presence: _presence,
    ...stock
  } = options;
  const full = completeConfig(config, "withHoldfast", identity);
  const publicAddress = full.publicAddress || (stock.publicAddress ?? "");
  const claim = new ProcessClaim("withHoldfast");
  try {
    const surroundings = {
      claim,
      isAlone: false,
      hasPages,
      hasExpress: hasPages || stock.express !== undefined,
      transport: transportOptionsOf(options),
    };
    const given = {
      ...(identity && { identity }),
      ...(clock && { clock }),
      ...(store && { store }),
      ...(log && { log }),
    };
    const process = new Process(types, { ...full, publicAddress }, surroundings, given);
    refuseServerless(process.transport);
    leaveSignalsToTheNext(process.transport, process.life);
    processes.set(process.transport, process);
    return serverOptions(
      {
        ...stock,
        ...expressWith(stock.express, process.routes, hasPages, process.http),
        ...beginning(process, stock),
      },
      process,
    ) as StockOptions<T, R>;
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** Before it listens: is it the server that we have been put into? Then yours, and the store is opened. */
function beginning(process: Process, { beforeListen }: Pick<StockOptions, "beforeListen">) {
  return {
    async beforeListen(): Promise<void> {
      try {
        checkServer(process);
        await beforeListen?.();
        await process.life.open();
      } catch (error) {
        if (!process.transport.hasListened) await process.life.end(); // or it was asked to listen twice
        throw error;
      }
    },
  };
}

/** What a server with events knows of them. */
export interface Holdfast {
  /** The settings in force. */
  readonly config: Config;
  /** A one-time code for `/host#code=...`; undefined in token mode, where tokens say who is a host. */
  newHostCode(): string | undefined;
  /** Makes sure that an event is there, and stored, before anybody joins it: see `App.createEvent`. */
  createEvent(event: NewEvent): Promise<CreatedEvent>;
  /** The room of an event that lives in this process, or undefined. */
  room(eventId: string): ReturnType<Process["room"]>;
  /** Lets nobody new into events from now on: joins get 503. */
  drain(): void;
}

/**
 * The events of a server that `withHoldfast` has been put into.
 * @throws TypeError when it is none
 */
export function holdfastOf(server: Server): Holdfast {
  const process = processes.get(server.transport);
  if (process !== undefined) return process;
  throw new TypeError("holdfastOf: this server was not made with withHoldfast");
}
