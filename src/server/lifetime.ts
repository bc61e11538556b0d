// When the parts of a process begin and end, and in which order, whoever lets it listen and whatever ends it.
import type { Server as HttpServer } from "node:http";
import type { LoopLateness } from "../admission/loop-lateness.ts";
import type { Readiness } from "../admission/readiness.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type Config, doubtsAbout } from "../config.ts";
import type { Backlog } from "../connections/backlog.ts";
import type { PingLoop } from "../connections/ping-loop.ts";
import type { Recovery } from "../event/lifetime/recovery.ts";
import type { LocalEvent } from "../event/services.ts";
import type { DemoServer } from "../ops/pages/demo-server.ts";
import type { HostAccess } from "../ops/host-access.ts";
import type { Telemetry } from "../ops/telemetry.ts";
import type { Ending } from "../rooms/framework/backend.ts";
import type { ProcessClaim } from "../rooms/framework/one-app.ts";
import type { ProcessChecks } from "../rooms/redis/process-checks.ts";
import type { Departure } from "../rooms/room-services.ts";
import type { Listening } from "../rooms/sockets/transport.ts";
import type { CommitQueue } from "../store/commit-queue.ts";
import type { SeatStore } from "../store/seat-store.ts";
import type { EventCreator } from "./event-creator.ts";

/** How long a process of a cluster takes to give its events to others. */
const handOverLimitMs = 6000;
/** How long a shutdown waits for a slow store before it closes the rooms. */
const flushLimitMs = 2000;

/** What begins and ends with a process. */
export interface MortalParts {
  readonly claim: ProcessClaim;
  readonly config: Config;
  readonly telemetry: Telemetry;
  readonly store: SeatStore;
  readonly commits: CommitQueue;
  readonly hosts: HostAccess;
  readonly recovery: Recovery;
  readonly events: ReadonlySet<LocalEvent>;
  readonly readiness: Readiness;
  readonly lateness: LoopLateness;
  readonly pings: PingLoop;
  readonly backlog: Backlog;
  readonly creator: EventCreator;
  /** Undefined for a process that is alone. */
  readonly cluster: Cluster | undefined;
  /** What the demo page shows; undefined where there is no such page. */
  readonly demo: DemoServer | undefined;
  /** Undefined where the framework asks after other processes itself, or nobody does. */
  readonly checks: ProcessChecks | undefined;
}

export class Lifetime implements Listening, Ending, Departure {
  readonly #parts: MortalParts;
  #isOpen = false;
  #opening: Promise<void> | undefined;
  #begun: Promise<void> = Promise.resolve();
  #leaving: Promise<void> | undefined;
  #ending: Promise<void> | undefined;

  constructor(parts: MortalParts) {
    this.#parts = parts;
  }

  /** It has ended, or is about to. */
  get isOver(): boolean {
    return this.#ending !== undefined;
  }

  /** Opens the store. Called again, it does nothing more. Rejects with why nothing can be served. */
  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening.then(() => this.#checkNotEnded());
  }

  /** A signal may come at any time, and a store that is closed takes nothing. @throws Error */
  #checkNotEnded(): void {
    if (this.isOver) throw new Error("This server has ended, and cannot listen; make another");
  }

  async #open(): Promise<void> {
    const { config, telemetry, store, commits, hosts } = this.#parts;
    this.#checkNotEnded();
    for (const doubt of doubtsAbout(config)) telemetry.log.warn(doubt);
    await store.open();
    if (this.isOver) return store.close(); // it closed what was not open yet
    await commits.start();
    await hosts.keepIn(store).catch((error: unknown) => telemetry.reportError("store", error));
    this.#isOpen = true;
  }

  async prepare(): Promise<void> {
    await this.open();
    if (this.#parts.cluster === undefined) await this.#parts.recovery.begin();
    this.#checkNotEnded();
  }

  listening(server: HttpServer, hostname: string): void {
    const { lateness, creator, cluster, checks, telemetry } = this.#parts;
    lateness.start();
    creator.begin();
    this.#begun = cluster?.begin(server, hostname) ?? Promise.resolve();
    this.#begun.catch((error: unknown) => telemetry.reportError("cluster", error));
    checks?.begin();
  }

  /** Resolves when it listens, and other processes know where. */
  begun(): Promise<void> {
    return this.#begun;
  }

  /** The same as `end`, but reports what goes wrong. */
  async over(): Promise<void> {
    await this.end().catch((error: unknown) => this.#parts.telemetry.reportError("shutdown", error));
  }

  /**
   * Lets nobody new in, gives its events to others as far as there are any, and stores what is decided. From then on every
   * room may close its sockets. Called again, it does nothing more.
   */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    const { cluster, commits, events } = this.#parts;
    this.#stopTaking();
    await cluster?.handOver(handOverLimitMs);
    for (const event of events) event.flush();
    await commits.flush(flushLimitMs);
  }

  /** Every room has gone: stops everything that is left, closes the store, and frees the process for another server. */
  end(): Promise<void> {
    this.#ending ??= this.#end().finally(() => this.#parts.claim.release());
    return this.#ending;
  }

  async #end(): Promise<void> {
    const { checks, pings, backlog, commits, store, demo } = this.#parts;
    this.#stopTaking();
    demo?.end();
    checks?.stop();
    pings.stop();
    backlog.stop();
    if (this.#isOpen) await commits.stop();
    await store.close();
  }

  #stopTaking(): void {
    const { readiness, lateness, recovery } = this.#parts;
    readiness.drain();
    lateness.stop();
    recovery.stop();
  }
}
