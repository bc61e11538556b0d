// The parts of one server: makes each of them once, hands each to the others by itself, starts and stops them in order.
// Decides nothing; what puts it into a process (app.config) says which room, which settings and which fakes.
import type { Server as HttpServer } from "node:http";
import { Admission } from "../admission/admission.ts";
import { ConnectionLimit } from "../admission/http/connection-limit.ts";
import { HttpGate } from "../admission/http/http-gate.ts";
import { JoinQueue } from "../admission/join-queue.ts";
import { LoopLateness } from "../admission/loop-lateness.ts";
import { Matchmaking } from "../admission/matchmaking.ts";
import { Peers } from "../admission/http/peer.ts";
import { Readiness } from "../admission/readiness.ts";
import { RequestGate } from "../admission/http/request-gate.ts";
import { TokenReturns } from "../admission/token-returns.ts";
import { type Clock, systemClock } from "../clock.ts";
import { Cluster } from "../cluster/cluster.ts";
import { type Config, doubtsAbout } from "../config.ts";
import { Backlog } from "../connections/backlog.ts";
import { PingLoop } from "../connections/ping-loop.ts";
import type { LocalEvent } from "../event/services.ts";
import { Recovery } from "../event/recovery.ts";
import { AddressLimits } from "../identity/limits/address-limits.ts";
import { createProvider } from "../identity/providers/create-provider.ts";
import { OpenMode } from "../identity/providers/open-mode.ts";
import type { IdentityProvider } from "../identity/provider.ts";
import { SeatProofs } from "../identity/seat-proofs.ts";
import { Verifier } from "../identity/verifier.ts";
import { HostAccess } from "../ops/host-access.ts";
import { createLogger, type Logger } from "../ops/logger.ts";
import { type Census, type CensusSource, Metrics } from "../ops/metrics.ts";
import { createRoutes } from "../ops/routes.ts";
import { Telemetry } from "../ops/telemetry.ts";
import { roomIdOf } from "../protocol/event-key.ts";
import type { EventRoom } from "../rooms/EventRoom.ts";
import type { EventTypes } from "../rooms/event-types.ts";
import { EventOpener } from "../rooms/event-opener.ts";
import { FrameworkAuth } from "../rooms/framework/auth.ts";
import { narrowController } from "../rooms/framework/controller.ts";
import { createServer, type Server } from "../rooms/framework/server.ts";
import { FramesRead } from "../rooms/framework/frames-read.ts";
import { takenBy } from "../rooms/internals/ws.ts";
import { RoomDirectory } from "../rooms/room-directory.ts";
import type { RoomServices } from "../rooms/room-services.ts";
import { SoleProcess } from "../rooms/sole-process.ts";
import { GatedTransport } from "../rooms/transport.ts";
import { CommitQueue } from "../store/commit-queue.ts";
import { createStore } from "../store/create-store.ts";
import type { SeatStore } from "../store/seat-store.ts";

/** What may be given in the place of what a process makes by itself. */
export interface ProcessOptions {
  /** Says who somebody is, instead of what AUTH_MODE asks for. */
  readonly identity?: IdentityProvider;
  readonly clock?: Clock;
  readonly store?: SeatStore;
  readonly log?: Logger;
  /** Hears of the cluster before it begins: for tests that take parts of it away. */
  readonly onCluster?: (cluster: Cluster) => void;
}

/** How long a process of a cluster takes to give its events to others. */
const handOverLimitMs = 6000;
/** How long a shutdown waits for a slow store before it closes the rooms. */
const flushLimitMs = 2000;

/** The parts of one server, each made once and handed to the others by itself. */
export class Process implements CensusSource {
  readonly clock: Clock;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  readonly #config: Config;
  /** Every event that lives here. */
  readonly #events = new Set<LocalEvent>();
  readonly #rooms: RoomDirectory;
  readonly #frames = new FramesRead();
  readonly #pings: PingLoop;
  readonly #backlog: Backlog;
  readonly #connections: ConnectionLimit;
  readonly #cluster: Cluster | undefined;
  readonly #store: SeatStore;
  readonly #recovery: Recovery;
  readonly #commits: CommitQueue;
  readonly #queue: JoinQueue;
  readonly #lateness: LoopLateness;
  readonly #readiness: Readiness;
  readonly #hosts: HostAccess;
  readonly #transport: GatedTransport;
  readonly server: Server;

  constructor(types: EventTypes, config: Config, options: ProcessOptions = {}) {
    const clock = options.clock ?? systemClock;
    const log = options.log ?? createLogger(config.logLevel);
    const telemetry = new Telemetry(log, new Metrics(this));
    this.#config = config;
    this.clock = clock;
    this.log = log;
    this.telemetry = telemetry;
    this.#rooms = new RoomDirectory(this.#events, types);
    this.#pings = new PingLoop(config, clock);
    this.#backlog = new Backlog(clock, config.pingIntervalMs * (config.pingMaxRetries + 1), takenBy);
    this.#connections = new ConnectionLimit(config);
    const cluster = { clock, rooms: this.#rooms, reporter: telemetry, types };
    this.#cluster = config.redisUrl === "" ? undefined : new Cluster(config, cluster);
    if (this.#cluster !== undefined) options.onCluster?.(this.#cluster);
    this.#store = options.store ?? this.#cluster?.store ?? createStore(config.storeUrl, log);
    this.#recovery = new Recovery(this.#store, this.#rooms, telemetry);
    const owner = this.#cluster?.member ?? new SoleProcess(this.#events, this.#rooms, this.#recovery);
    this.#commits = new CommitQueue(this.#store, clock, telemetry, owner);
    this.#queue = new JoinQueue(config.joinsPerSecond, clock, telemetry.metrics);
    this.#lateness = new LoopLateness(this.#queue);
    this.#readiness = new Readiness(this.#queue, this.#commits);

    const provider = options.identity ?? createProvider(config, clock);
    const keys = provider instanceof OpenMode ? provider.hosts : undefined;
    const identity = new Verifier(provider, clock, telemetry);
    const proofs = new SeatProofs(identity, clock);
    const limits = new AddressLimits(config, clock);
    this.#hosts = new HostAccess(identity, keys, this.#rooms, clock);

    const admission = new Admission(proofs, limits, this.#queue, this.#rooms, owner, config);
    const returns = new TokenReturns(this.#rooms, owner, this.#queue);
    const matchmaking = new Matchmaking(admission, returns, this.#rooms, types, telemetry);
    const carrier = this.#cluster?.carrier;
    const peers = new Peers(config.trustProxy, log, carrier);
    const gate = new RequestGate(peers, this.#connections, config, this.#readiness, carrier);
    const http = new HttpGate(gate, matchmaking, telemetry.metrics, this.#routes());
    this.#transport = new GatedTransport(gate, http, returns, this.#rooms);
    narrowController(config);

    const ownership = this.#cluster?.member;
    const reading = { ownership, store: this.#store, commits: this.#commits, clock, telemetry };
    const opener = new EventOpener(types, reading, this.#rooms);
    this.#rooms.openBy(opener);
    const services: RoomServices = {
      config,
      clock,
      opener,
      commits: this.#commits,
      proofs,
      limits,
      pings: this.#pings,
      backlog: this.#backlog,
      telemetry,
      frames: this.#frames,
      rooms: this.#rooms,
      events: this.#events,
      recovery: this.#recovery,
      ownership,
      reopening: this.#cluster?.member ?? this.#recovery,
      readiness: this.#readiness,
    };
    const { authorize } = new FrameworkAuth(admission, telemetry);
    const bound = types.bound(
      (room) =>
        class extends (room as typeof EventRoom) {
          static override services = services;
          static override onAuth = authorize;
        },
    );
    const name = this.#cluster?.member.owner;
    this.server = createServer(bound, this.#transport, config, name, log, this.#frames, telemetry);
  }

  #routes() {
    const { monitorPassword, isMonitorOn } = this.#config;
    return createRoutes({
      registry: this.telemetry.metrics.registry,
      monitorPassword,
      isMonitorOn,
      clock: this.clock,
      log: this.log,
      hosts: this.#hosts,
      readiness: this.#readiness,
    });
  }

  census(): Census {
    let [connected, held] = [0, 0];
    for (const { census } of this.#events) {
      connected += census.connected;
      held += census.held;
    }
    return {
      events: this.#events.size,
      connected,
      held,
      sockets: this.#pings.size,
      suspended: Number(this.#commits.state === "suspended"),
      degraded: Number(this.#commits.state === "degraded"),
      waiting: this.#queue.waiting,
      ...this.#backlog.census,
      connectionsRefused: this.#connections.refused,
      spliced: this.#cluster?.splices.size ?? 0,
    };
  }

  newHostCode(): string | undefined {
    return this.#hosts.newCode();
  }

  room(eventId: string): EventRoom | undefined {
    return this.#rooms.get(roomIdOf(eventId));
  }

  drain(): void {
    this.#readiness.drain();
  }

  async listen(port: number, host: string): Promise<number> {
    for (const doubt of doubtsAbout(this.#config)) this.log.warn(doubt);
    await this.#store.open();
    await this.#commits.start();
    if (this.#cluster === undefined) await this.#recovery.begin();
    await this.server.listen(port, host);
    this.#lateness.start();
    const http = this.#transport.server as HttpServer;
    await this.#cluster?.begin(http, host);
    const address = http.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  async close(): Promise<void> {
    this.drain();
    this.#lateness.stop();
    this.#recovery.stop();
    await this.#cluster?.handOver(handOverLimitMs);
    for (const event of this.#events) event.flush();
    await this.#commits.flush(flushLimitMs);
    await this.server.gracefullyShutdown(false);
    this.#pings.stop();
    this.#backlog.stop();
    await this.#commits.stop();
    await this.#store.close();
  }
}
