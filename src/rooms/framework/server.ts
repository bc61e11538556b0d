// Colyseus's server around our rooms and our transport. What else is asked of it is its owner's; what both want is put
// together here, so that a server of ours alone and somebody else's are made of the same.
import console from "node:console";
import {
  defineServer,
  isDevMode,
  matchMaker,
  RegisteredHandler,
  type Router,
  Server,
  type ServerOptions,
} from "@colyseus/core";
import { roomName } from "../../protocol/messages.ts";
import type { EventTypes } from "../directory/event-types.ts";
import type { GatedTransport } from "../sockets/transport.ts";
import { EventRoomHandler } from "./event-room.ts";
import type { FramesRead } from "./frames-read.ts";
import { aroundLogger } from "./logger.ts";
import { processChoice } from "./process-choice.ts";
import type { Backend } from "./backend.ts";

export type { Router, Server, ServerOptions } from "@colyseus/core";
export type { GatedTransport } from "../sockets/transport.ts";

/** Names of rooms and what serves them, as `defineServer` takes them. */
export type Rooms = Record<string, RegisteredHandler>;

/** What `defineServer` takes. */
export type StockOptions<T extends Rooms = Rooms, R extends Router = Router> = ServerOptions & {
  rooms: T;
  routes?: R;
};

/** What a process puts into a server. Implemented by server/process. */
export interface FrameworkParts {
  /** The types of events, their classes bound to this process. */
  readonly types: EventTypes;
  readonly transport: GatedTransport;
  readonly backend: Backend;
  readonly frames: FramesRead;
  readonly publicAddress: string;
  /**
   * True where other processes say whose an event is: a check of the framework's own would wait for answers of the dead
   * before it listens. Where there are plain rooms, rooms/redis/process-checks begins it afterwards.
   */
  readonly isInCluster: boolean;
}

/** The options of a server with events: those that it has, and what the process puts into it. */
export function serverOptions<T extends Rooms, R extends Router>(
  stock: StockOptions<T, R>,
  parts: FrameworkParts,
): StockOptions<T, R> {
  const { types, transport, backend, frames, publicAddress } = parts;
  const { rooms, selectProcessIdToCreateRoom: choose, logger = console } = stock;
  const events = new Set([roomName, ...types.names]);
  matchMaker.setHealthChecksEnabled(!parts.isInCluster);
  return {
    ...stock,
    rooms: boundRooms(rooms, types),
    transport,
    ...backend,
    logger: aroundLogger(logger, frames),
    selectProcessIdToCreateRoom: processChoice(events, choose),
    ...(publicAddress === "" ? {} : { publicAddress }),
  };
}

/** The server of an app of ours. */
export function createServer<T extends Rooms, R extends Router>(
  stock: StockOptions<T, R>,
  parts: FrameworkParts,
): Server<T, R> {
  return defineServer(serverOptions(stock, parts));
}

/** The same rooms, those of events bound to the process, and the default type under the name `event`, too. */
function boundRooms<T extends Rooms>(rooms: T, types: EventTypes): T {
  for (const [name, handler] of Object.entries(rooms)) {
    const type = types.get(name);
    if (type !== undefined && handler instanceof EventRoomHandler) handler.bind(type.room);
  }
  if (types.get(roomName) !== undefined) return rooms;
  const byDefault = new RegisteredHandler(types.get(types.defaultName)?.room as never);
  return { ...rooms, [roomName]: byDefault };
}

/** True under `colyseus/vite`, which owns the server, its transport and its end. */
export function isDevServer(): boolean {
  return isDevMode;
}

/**
 * `serverless()` hands out a server that nobody lets listen, so that no store would be opened. Refused as soon as there is
 * a server: options are all that there is when it is asked for.
 */
export function refuseServerless(transport: GatedTransport): void {
  queueMicrotask(() => {
    const server = Server.current;
    if (server?.transport !== transport) return;
    server.serverless = () =>
      Promise.reject(new TypeError("serverless(): events need a process that stays; use listen()"));
  });
}

/** Whether what was put into a server is over. Implemented by server/lifetime. */
interface Mortal {
  readonly isOver: boolean;
}

/**
 * A server that is over, or never began, still hears of signals and of errors that nobody caught (Server.ts:
 * registerGracefulShutdown): it would shut down the rooms of the process's next server, and end the process before that
 * has stored anything. Whichever is the newest does that.
 */
export function leaveSignalsToTheNext(transport: GatedTransport, parts: Mortal): void {
  queueMicrotask(() => {
    const server = Server.current;
    if (server?.transport !== transport) return;
    const shutDown = server.gracefullyShutdown.bind(server);
    server.gracefullyShutdown = async (...how) => {
      if (!parts.isOver || Server.current === server) await shutDown(...how);
    };
  });
}
