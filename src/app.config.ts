// Puts a server together from its settings and parts; index.ts listens on it, tests boot it with fakes.
// Holds no state of its own beside the app that it returns.
import { defineRoom, defineServer, matchMaker, type Server } from "@colyseus/core";
import type { Server as HttpServer } from "node:http";
import { type Clock, systemClock } from "./clock.ts";
import { Cluster } from "./cluster/cluster.ts";
import type { LocalRooms } from "./cluster/local-rooms.ts";
import { type Config, checkRelations, doubtsAbout, loadConfig } from "./config.ts";
import { AddressLimits } from "./identity/address-limits.ts";
import { HostKeys } from "./identity/host-keys.ts";
import type { Identity } from "./identity/identity.ts";
import { OpenIdentity } from "./identity/open-identity.ts";
import { TokenIdentity } from "./identity/token-identity.ts";
import { SeatProofs } from "./identity/seat-proofs.ts";
import { createLogger, type Logger } from "./ops/logger.ts";
import { Metrics } from "./ops/metrics.ts";
import { createRoutes } from "./ops/routes.ts";
import { Telemetry, type Watch } from "./ops/telemetry.ts";
import { roomName } from "./protocol/messages.ts";
import { Admission } from "./admission/admission.ts";
import { Backlog } from "./connections/backlog.ts";
import type { LocalEvent, RoomContext } from "./event/context.ts";
import { ConnectionLimit } from "./admission/connection-limit.ts";
import { Doorkeeper } from "./admission/join-queue.ts";
import { FramesRead } from "./rooms/frames-read.ts";
import type { Gate } from "./admission/request-gate.ts";
import { EventRoom } from "./rooms/EventRoom.ts";
import { takenBy } from "./rooms/internals/ws.ts";
import { frameworkLogger } from "./rooms/framework-logger.ts";
import { LoopLateness } from "./admission/loop-lateness.ts";
import { Matchmaking, narrowController } from "./admission/matchmaking.ts";
import { listEvents } from "./rooms/metadata.ts";
import { Peers } from "./admission/peer.ts";
import { onlyOne } from "./rooms/one-app.ts";
import { PingLoop } from "./connections/ping-loop.ts";
import { Recovery } from "./event/recovery.ts";
import { clusterBackend } from "./rooms/redis/cluster-backend.ts";
import { checkRoomClass } from "./rooms/room-class.ts";
import { roomIdOf } from "./protocol/event-key.ts";
import { SoleProcess } from "./rooms/sole-process.ts";
import { GatedTransport } from "./rooms/transport.ts";
import { CommitQueue } from "./store/commit-queue.ts";
import { createStore } from "./store/create-store.ts";
import type { SeatStore } from "./store/seat-store.ts";

/** An EventRoom of any schema: `any` because a room both reads and writes its own. */
export type AnyEventRoom = EventRoom<any>; // oxlint-disable-line no-explicit-any

export interface AppOptions<R extends AnyEventRoom = AnyEventRoom> {
  /** Settings; those left out have the defaults of `loadConfig({})`. */
  readonly config?: Partial<Config>;
  /** The room of every event; EventRoom itself when left out. */
  readonly room?: new () => R;
  readonly clock?: Clock;
  readonly store?: SeatStore;
  readonly log?: Logger;
  /** Hears of the cluster before it begins: for tests that take parts of it away. */
  readonly onCluster?: (cluster: Cluster) => void;
}

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

function createIdentity(config: Config, clock: Clock, hosts: HostKeys): Identity {
  if (config.authMode === "open") return new OpenIdentity(hosts);
  const keys =
    config.sessionJwksUrl === "" ? { secret: config.sessionSecret } : { jwksUrl: config.sessionJwksUrl };
  return new TokenIdentity(keys, clock, {
    ...(config.sessionAudience === "" ? {} : { audience: config.sessionAudience }),
    ...(config.sessionIssuer === "" ? {} : { issuer: config.sessionIssuer }),
    ...(config.sessionMaxAgeMs === 0 ? {} : { maxAgeMs: config.sessionMaxAgeMs }),
  });
}

/** How long a process of a cluster takes to give its events to others. */
const handOverLimitMs = 6000;
/** How long a shutdown waits for a slow store before it closes the rooms. */
const flushLimitMs = 2000;

/**
 * Builds a server. One at a time in a process: Colyseus's matchmaker is a module of its own. One that failed to start, or
 * was closed, does not count.
 * @throws TypeError when the room's class cannot work; SettingError; Error when another app is open
 */
export function createApp<R extends AnyEventRoom = EventRoom>(options: AppOptions<R> = {}): App<R> {
  const room = (options.room ?? EventRoom) as unknown as typeof EventRoom;
  checkRoomClass(room);
  const { storeUrl = options.config?.redisUrl } = options.config ?? {};
  const config: Config = { ...loadConfig({}), ...options.config, ...(storeUrl ? { storeUrl } : {}) };
  checkRelations(config);
  return onlyOne(() => build<R>(room, config, options));
}

function build<R extends AnyEventRoom>(
  room: typeof EventRoom,
  config: Config,
  options: AppOptions<R>,
): App<R> {
  const clock = options.clock ?? systemClock;
  const events = new Set<LocalEvent>();
  const pings = new PingLoop(config, clock);
  const connections = new ConnectionLimit(config);
  const backlog = new Backlog(clock, config.pingIntervalMs * (config.pingMaxRetries + 1), takenBy);
  const log = options.log ?? createLogger(config.logLevel);
  const telemetry = new Telemetry(log, new Metrics(() => ({ ...census(events, pings), ...health() })));
  const frames = new FramesRead();
  const hosts = new HostKeys();
  const identity = createIdentity(config, clock, hosts);
  let isDraining = false;
  const cluster = createCluster(config, clock, telemetry);
  if (cluster !== undefined) options.onCluster?.(cluster);
  const store = options.store ?? cluster?.store ?? createStore(config.storeUrl, log);
  const proof = cluster?.member ?? new SoleProcess(events, localRooms);
  const commits: CommitQueue = new CommitQueue(store, clock, telemetry, proof);
  const health = () => ({
    suspended: Number(commits.state === "suspended"),
    degraded: Number(commits.state === "degraded"),
    waiting: door.waiting,
    ...backlog.census,
    connectionsRefused: connections.refused,
    spliced: cluster?.splices.size ?? 0,
  });

  const context: RoomContext = {
    config,
    clock,
    store,
    commits,
    proofs: new SeatProofs(identity, clock),
    limits: new AddressLimits(config, clock),
    pings,
    backlog,
    telemetry,
    frames,
    events,
    recovery: new Recovery(store, (error) => telemetry.reportError("restore", error)),
    ownership: cluster?.member,
    isDraining: () => isDraining,
  };
  const door: Doorkeeper = new Doorkeeper(config.joinsPerSecond, clock, telemetry.metrics);
  const lateness = new LoopLateness((lateMs) => door.sampled(lateMs));
  const admission = new Admission(context, door);
  class Bound extends room {
    static override context = context;
    static override onAuth = admission.authorize.bind(admission);
  }

  const routes = createRoutes({
    registry: telemetry.metrics.registry,
    monitorPassword: config.monitorPassword,
    isMonitorOn: config.isMonitorOn,
    clock,
    log,
    hosts: {
      redeem: (code) => hosts.redeem(code),
      newCode: () => (config.authMode === "open" ? hosts.newCode() : undefined),
      scopeOf: (token) => identity.hostOf(token),
      events: listEvents,
      now: () => clock.now(),
    },
    whyNotReady: () => (isDraining ? "draining" : whyNotServing(context.commits)),
  });
  const restore = (roomId: string) => context.recovery.restore(roomId);
  const matchmaking = new Matchmaking({ admission, door, telemetry, restore });
  const gate: Gate = {
    peers: new Peers(config.trustProxy, log, cluster?.elsewhere),
    connections,
    allowedOrigins: config.allowedOrigins,
    isDraining: () => isDraining,
    refused: (code) => telemetry.metrics.refused(code),
    isSuspended: () => context.commits.state === "suspended",
    letBack: (roomId, token, whenGone) => matchmaking.letBack(roomId, token, whenGone),
    matchmake: (call) => matchmaking.answer(call),
    handle: routes,
    elsewhere: cluster?.elsewhere,
  };
  narrowController(gate);
  const transport = new GatedTransport(gate);
  const server = defineServer({
    rooms: { [roomName]: defineRoom(Bound).filterBy(["event_id" as never]) },
    transport,
    greet: false,
    gracefullyShutdown: false, // signals are index.ts's business
    logger: frameworkLogger(log, frames),
    ...(cluster === undefined ? {} : clusterBackend(config.redisUrl, cluster.member.owner, telemetry)),
    ...(config.publicAddress === "" ? {} : { publicAddress: config.publicAddress }),
    selectProcessIdToCreateRoom: async () => matchMaker.processId, // where the event's lease is
  });
  // The framework would delay each room's messages on their way in: our sockets are late as a whole, and in order.
  server.simulateLatency = (roundTripMs) => {
    transport.simulateLatency(roundTripMs / 2);
    log.warn(`Sockets that are opened from now on are slow: a round trip takes ${roundTripMs} ms longer`);
  };
  // Who lives is for the leases to say; a check of the framework's own waits for answers of the dead.
  matchMaker.setHealthChecksEnabled(cluster === undefined);
  const drain = () => {
    isDraining = true;
    door.shut();
  };
  return {
    server,
    config,
    watch: telemetry,
    newHostCode: () => (config.authMode === "open" ? hosts.newCode() : undefined),
    room: (eventId) => matchMaker.getLocalRoomById(roomIdOf(eventId)) as R | undefined,
    async listen(port = config.port, host = config.host) {
      for (const doubt of doubtsAbout(config)) log.warn(doubt);
      await store.open();
      await context.commits.start();
      if (cluster === undefined) await context.recovery.begin();
      await server.listen(port, host);
      lateness.start();
      const http = (server.transport as GatedTransport).server as HttpServer;
      await cluster?.begin(http, host);
      const address = http.address();
      return typeof address === "object" && address !== null ? address.port : port;
    },
    drain,
    async close() {
      drain();
      lateness.stop();
      context.recovery.stop();
      await cluster?.handOver(handOverLimitMs);
      for (const event of events) event.flush();
      await context.commits.flush(flushLimitMs);
      await server.gracefullyShutdown(false);
      pings.stop();
      backlog.stop();
      await context.commits.stop();
      await store.close();
    },
  };
}

/** The rooms of this process, as its cluster sees them. */
const localRooms: LocalRooms = {
  idOf: roomIdOf,
  get: (roomId) => matchMaker.getLocalRoomById(roomId) as EventRoom | undefined,
  create: async (eventId) => {
    await matchMaker.createRoom(roomName, { event_id: eventId });
  },
};

/** What `/readyz` says of the store; undefined when it is in order. */
function whyNotServing(commits: CommitQueue): string | undefined {
  if (commits.state === "ok") return undefined;
  return `the store is out of reach: ${commits.why ?? "unknown"}`;
}

function createCluster(config: Config, clock: Clock, telemetry: Telemetry): Cluster | undefined {
  if (config.redisUrl === "") return undefined;
  return new Cluster(config, { clock, rooms: localRooms, reporter: telemetry });
}

function census(events: ReadonlySet<LocalEvent>, pings: PingLoop) {
  let [connected, held] = [0, 0];
  for (const event of events) {
    connected += event.census.connected;
    held += event.census.held;
  }
  return { events: events.size, connected, held, sockets: pings.size };
}
