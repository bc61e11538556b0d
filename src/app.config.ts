// Puts a server together from its settings and parts; index.ts listens on it, tests boot it with fakes.
// Holds no state of its own beside the app that it returns.
import { type Config, checkRelations, loadConfig } from "./config.ts";
import { checkProvider } from "./identity/providers/create-provider.ts";
import type { Watch } from "./ops/telemetry.ts";
import { EventRoom } from "./rooms/EventRoom.ts";
import { onlyOne } from "./rooms/framework/one-app.ts";
import type { Server } from "./rooms/framework/server.ts";
import { checkInternals } from "./rooms/internals/check.ts";
import { EventTypes } from "./rooms/event-types.ts";
import { checkRoomClass } from "./rooms/room-class.ts";
import { Process, type ProcessOptions } from "./server/process.ts";

/** An EventRoom of any schema: `any` because a room both reads and writes its own. */
export type AnyEventRoom = EventRoom<any>; // oxlint-disable-line no-explicit-any

/** What `createApp` is given; everything may be left out. */
export interface AppOptions<R extends AnyEventRoom = AnyEventRoom> extends ProcessOptions {
  /** Settings; those left out have the defaults of `loadConfig({})`. */
  readonly config?: Partial<Config>;
  /** The room of every event; EventRoom itself when left out. */
  readonly room?: new () => R;
}

/** A server that `createApp` has made. It serves from `listen` to `close`. */
export interface App<R extends AnyEventRoom = EventRoom> {
  readonly server: Server;
  readonly config: Config;
  readonly watch: Watch;
  /** A one-time code for `/host#code=...`; undefined in token mode, where tokens say who is a host. */
  newHostCode(): string | undefined;
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
 * @throws UnfitPackages when the installed Colyseus is not one that Holdfast can use; TypeError when the room's class
 * cannot work; SettingError; Error when another app is open
 */
export function createApp<R extends AnyEventRoom = EventRoom>(options: AppOptions<R> = {}): App<R> {
  const room = (options.room ?? EventRoom) as unknown as typeof EventRoom;
  checkInternals();
  checkRoomClass(room);
  const { storeUrl = options.config?.redisUrl } = options.config ?? {};
  const { identity } = options;
  checkProvider(identity, options.config?.authMode);
  const config: Config = {
    ...loadConfig({}),
    ...options.config,
    ...(storeUrl ? { storeUrl } : {}),
    ...(identity === undefined ? {} : { authMode: "custom" }),
  };
  checkRelations(config);
  return onlyOne(() => {
    const process = new Process(EventTypes.single(room), config, options);
    return {
      server: process.server,
      config,
      watch: process.telemetry,
      newHostCode: () => process.newHostCode(),
      room: (eventId) => process.room(eventId) as R | undefined,
      listen: (port = config.port, host = config.host) => process.listen(port, host),
      drain: () => process.drain(),
      close: () => process.close(),
    };
  });
}
