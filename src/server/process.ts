// The parts of one server: makes each of them once, and hands each to the others by itself; `lifetime` starts and stops them.
// Decides nothing; what puts it into a process (app.config) says which room, which settings and which fakes.
import type { Server as HttpServer } from "node:http";
import { seatsCensus } from "./seats-census.ts";
import { type CreatedEvent, EventCreator, type NewEvent } from "./event-creator.ts";
import { Admission } from "../admission/admission.ts";
import { ConnectionLimit } from "../admission/http/connection-limit.ts";
import { HttpGate, type OwnRoutes } from "../admission/http/http-gate.ts";
import { JoinQueue } from "../admission/join-queue.ts";
import { LoopLateness } from "../admission/loop-lateness.ts";
import { Matchmaking } from "../admission/matchmaking.ts";
import { Peers } from "../admission/http/peer.ts";
import { Readiness } from "../admission/readiness.ts";
import { RequestGate } from "../admission/http/request-gate.ts";
import { TokenReturns } from "../admission/token-returns.ts";
import { type Clock, systemClock } from "../clock.ts";
import { Cluster } from "../cluster/cluster.ts";
import type { Config } from "../config.ts";
import { Backlog } from "../connections/backlog.ts";
import { PingLoop } from "../connections/ping-loop.ts";
import type { LocalEvent } from "../event/services.ts";
import { Recovery } from "../event/lifetime/recovery.ts";
import { AddressLimits } from "../identity/limits/address-limits.ts";
import { createProvider } from "../identity/providers/create-provider.ts";
import { OpenMode } from "../identity/providers/open-mode.ts";
import { SeatProofs } from "../identity/seat-proofs.ts";
import { Verifier } from "../identity/verifier.ts";
import { DemoServer } from "../ops/pages/demo-server.ts";
import { HostAccess } from "../ops/host-access.ts";
import { createLogger, type Logger } from "../ops/logger.ts";
import { type Census, type CensusSource, Metrics } from "../ops/metrics.ts";
import { Telemetry } from "../ops/telemetry.ts";
import { roomIdOf } from "../protocol/event-key.ts";
import { roomName } from "../protocol/messages.ts";
import type { EventRoom } from "../rooms/EventRoom.ts";
import type { EventRoomClass, EventType, EventTypes } from "../rooms/directory/event-types.ts";
import { EventRequests } from "../admission/http/event-requests.ts";
import { EventSockets } from "../rooms/sockets/event-sockets.ts";
import { type Backend, endingWith, localBackend } from "../rooms/framework/backend.ts";
import { refuseFrameworkJoin } from "../rooms/framework/server-errors.ts";
import type { FrameworkParts } from "../rooms/framework/server.ts";
import { ProcessChecks } from "../rooms/redis/process-checks.ts";
import { clusterBackend } from "../rooms/redis/cluster-backend.ts";
import { EventOpener } from "../rooms/directory/event-opener.ts";
import { FramesRead } from "../rooms/framework/frames-read.ts";
import { takenBy } from "../rooms/internals/ws.ts";
import { RoomDirectory } from "../rooms/directory/room-directory.ts";
import type { RoomServices } from "../rooms/room-services.ts";
import { hostApi } from "./host-api.ts";
import { Lifetime } from "./lifetime.ts";
import { ownRoutes } from "./own-routes.ts";
import type { ProcessOptions, Surroundings } from "./surroundings.ts";
import { SoleProcess } from "../rooms/directory/sole-process.ts";
import { GatedTransport } from "../rooms/sockets/transport.ts";
import { CommitQueue } from "../store/commit-queue.ts";
import { createStore } from "../store/create-store.ts";

/** The parts of one server, each made once and handed to the others by itself. */
export class Process implements CensusSource, FrameworkParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  readonly #config: Config;
  /** Every event that lives here. */
  readonly #events = new Set<LocalEvent>();
  readonly #rooms: RoomDirectory;
  readonly #pings: PingLoop;
  readonly #backlog: Backlog;
  readonly #connections: ConnectionLimit;
  readonly #cluster: Cluster | undefined;
  readonly #commits: CommitQueue;
  readonly #queue: JoinQueue;
  readonly #readiness: Readiness;
  readonly #hosts: HostAccess;
  /** When the parts begin and end. */
  readonly life: Lifetime;
  readonly types: EventTypes;
  readonly #givenTypes: EventTypes;
  readonly #bind: (room: EventRoomClass) => EventRoomClass;
  readonly frames = new FramesRead();
  readonly #creator: EventCreator;
  readonly transport: GatedTransport;
  readonly backend: Backend;
  /** What an operator asks, as an app of express. */
  readonly routes: OwnRoutes;
  /** What stands in front of all routes. */
  readonly http: HttpGate;

  /** @throws Error */
  constructor(types: EventTypes, config: Config, surroundings: Surroundings, options: ProcessOptions = {}) {
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
    const store = options.store ?? this.#cluster?.store ?? createStore(config.storeUrl, log);
    const recovery = new Recovery(store, this.#rooms, telemetry, clock);
    const owner = this.#cluster?.member ?? new SoleProcess(this.#events, this.#rooms, recovery);
    this.#commits = new CommitQueue(store, clock, telemetry, owner);
    this.#queue = new JoinQueue(config.joinsPerSecond, clock, telemetry.metrics);
    const lateness = new LoopLateness(this.#queue, clock);
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
    const creating = { rooms: this.#rooms, owner, types, readiness: this.#readiness };
    this.#creator = new EventCreator(creating, config, carrier);
    const { isAlone, hasPages } = surroundings;
    const demo = isAlone && hasPages && !config.isProduction ? new DemoServer() : undefined;
    this.life = new Lifetime({
      claim: surroundings.claim,
      config,
      telemetry,
      store,
      commits: this.#commits,
      hosts: this.#hosts,
      recovery,
      events: this.#events,
      readiness: this.#readiness,
      lateness,
      pings: this.#pings,
      backlog: this.#backlog,
      creator: this.#creator,
      cluster: this.#cluster,
      demo,
      checks: this.isInCluster && !surroundings.isAlone ? new ProcessChecks(telemetry) : undefined,
    });
    const peers = new Peers(config.trustProxy, log, carrier);
    const gate = new RequestGate(peers, this.#connections, config, this.#readiness, carrier);
    const requests = new EventRequests(types.names, surroundings.isAlone);
    const { registry } = telemetry.metrics;
    const asked = { registry, clock, log, hosts: this.#hosts, readiness: this.#readiness, demo };
    this.routes = ownRoutes(config, surroundings, asked);
    const api = hostApi(config, surroundings, {
      hosts: this.#hosts,
      clock,
      events: this.#rooms,
      stored: owner,
      maker: this.#creator,
      limits,
      reports: telemetry,
    });
    const http = new HttpGate(gate, matchmaking, telemetry.metrics, requests, this.routes, api);
    this.http = http;
    const sockets = new EventSockets(gate, returns, this.#rooms);
    this.transport = new GatedTransport(http, requests, sockets, this.life, surroundings.transport);

    const ownership = this.#cluster?.member;
    const reading = { ownership, store, commits: this.#commits, clock, telemetry };
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
      frames: this.frames,
      rooms: this.#rooms,
      events: this.#events,
      recovery,
      ownership,
      reopening: this.#cluster?.member ?? recovery,
      readiness: this.#readiness,
      departure: this.life,
    };
    this.#givenTypes = types;
    this.#bind = (room) =>
      class extends (room as typeof EventRoom) {
        static override services = services;
        static override onAuth = refuseFrameworkJoin;
      };
    this.types = types.bound(this.#bind);
    this.backend = endingWith(this.#createBackend(types), this.life);
  }

  #createBackend(types: EventTypes): Backend {
    const owner = this.#cluster?.member.owner;
    if (owner === undefined) return localBackend();
    return clusterBackend(this.#config.redisUrl, owner, new Set([roomName, ...types.names]), this.telemetry);
  }

  get publicAddress(): string {
    return this.#config.publicAddress;
  }

  get config(): Config {
    return this.#config;
  }

  /** Where it listens; undefined when it does not, or on no TCP port. */
  get port(): number | undefined {
    const address = (this.transport.server as HttpServer | undefined)?.address();
    return typeof address === "object" && address !== null ? address.port : undefined;
  }

  get isInCluster(): boolean {
    return this.#cluster !== undefined;
  }

  /** True while something is being stored. */
  get isBusy(): boolean {
    return this.#commits.isBusy;
  }

  /** The events that have a room here. */
  get events(): ReadonlySet<LocalEvent> {
    return this.#events;
  }

  /**
   * One more type of events, of a process that runs.
   * @returns its class as it is bound to this process: what the framework is to make rooms of
   */
  addType(type: EventType): EventRoomClass {
    this.#givenTypes.add(type);
    const room = this.#bind(type.room);
    this.types.add({ name: type.name, room });
    return room;
  }

  census(): Census {
    return {
      ...seatsCensus(this.#events),
      ...this.#backlog.census,
      sockets: this.#pings.size,
      suspended: Number(this.#commits.state === "suspended"),
      degraded: Number(this.#commits.state === "degraded"),
      waiting: this.#queue.waiting,
      connectionsRefused: this.#connections.refused,
      spliced: this.#cluster?.splices.size ?? 0,
    };
  }

  newHostCode(): string | undefined {
    return this.#hosts.newCode()?.code;
  }

  createEvent(event: NewEvent): Promise<CreatedEvent> {
    return this.#creator.create(event);
  }

  room(eventId: string): EventRoom | undefined {
    return this.#rooms.get(roomIdOf(eventId));
  }

  drain(): void {
    this.#readiness.drain();
  }
}
