// Colyseus's server around our rooms and our transport, with what it must not do by itself taken from it.
import { defineRoom, defineServer, matchMaker, type Server } from "@colyseus/core";
import type { ErrorReporter } from "../redis/calm-presence.ts";
import { clusterBackend } from "../redis/cluster-backend.ts";
import type { Logger } from "../../ops/logger.ts";
import type { EventTypes } from "../event-types.ts";
import { frameworkLogger } from "./logger.ts";
import type { FramesRead } from "./frames-read.ts";
import { processChoice } from "./process-choice.ts";
import type { GatedTransport } from "../transport.ts";

export type { Server } from "@colyseus/core";

/** Settings of these names, in lower case; "" is not set. */
export interface ServerSettings {
  readonly redisUrl: string;
  readonly publicAddress: string;
}

/**
 * @param types the types of events, their classes bound to this process
 * @param owner the name that event leases have for this process; undefined for one that is alone
 * @param errors receives what the cluster's presence could not do
 */
export function createServer(
  types: EventTypes,
  transport: GatedTransport,
  settings: ServerSettings,
  owner: string | undefined,
  log: Logger,
  frames: FramesRead,
  errors: ErrorReporter,
): Server {
  const { redisUrl, publicAddress } = settings;
  const events = new Set(types.names);
  const server = defineServer({
    rooms: eventRooms(types),
    transport,
    greet: false,
    gracefullyShutdown: false, // signals are index.ts's business
    logger: frameworkLogger(log, frames),
    ...(owner === undefined ? {} : clusterBackend(redisUrl, owner, events, errors)),
    ...(publicAddress === "" ? {} : { publicAddress }),
    selectProcessIdToCreateRoom: processChoice(events),
  });
  // The framework would delay each room's messages on their way in: our sockets are late as a whole, and in order.
  server.simulateLatency = (roundTripMs) => {
    transport.simulateLatency(roundTripMs / 2);
    log.warn(`Sockets that are opened from now on are slow: a round trip takes ${roundTripMs} ms longer`);
  };
  // Who lives is for the leases to say; a check of the framework's own waits for answers of the dead.
  matchMaker.setHealthChecksEnabled(owner === undefined);
  return server;
}

/** What the framework is told of the types of events. */
export function eventRooms(types: EventTypes) {
  const rooms = types.all().map(({ name, room }) => [name, defineRoom(room).filterBy(["event_id" as never])]);
  return Object.fromEntries(rooms) as Record<string, ReturnType<typeof defineRoom>>;
}
