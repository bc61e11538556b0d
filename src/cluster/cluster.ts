// cluster/ owns which process has an event: leases and epochs in Redis, carrying requests to the owner, taking in what is
// nobody's, and handing over. It decides nothing about seats, imports nothing of Colyseus, and knows rooms by a port
// (local-rooms.ts). This file puts it together: the cluster as this process knows it.
import type { Server } from "node:http";
import { networkInterfaces } from "node:os";
import type { Clock } from "../clock.ts";
import type { SeatStore } from "../store/seat-store.ts";
import { ClusterStore } from "./cluster-store.ts";
import { RequestCarrier } from "./carrying/request-carrier.ts";
import { HandOver } from "./hand-over.ts";
import type { LocalRooms } from "./local-rooms.ts";
import { Member } from "./member.ts";
import type { OwnershipReporter } from "./ownership-reporter.ts";
import { newProcessId, RedisLeases, type ServedTypes } from "./redis-leases.ts";
import { Router } from "./router.ts";
import { Splices } from "./carrying/splices.ts";
import { Sweep } from "./sweep.ts";

export interface ClusterSettings {
  readonly redisUrl: string;
  readonly leaseMs: number;
  /** How often every process pings its clients. */
  readonly pingIntervalMs: number;
  /** host:port at which the other processes reach this one; "" finds one by itself. */
  readonly clusterAddress: string;
}

export interface ClusterParts {
  readonly clock: Clock;
  readonly rooms: LocalRooms;
  readonly reporter: OwnershipReporter;
  /** The types of events that this process defines. */
  readonly types: ServedTypes;
}

/** So long an owner is left alone after a carried client was sent on: it may be back before its absence is announced. */
const lingerMs = 3000;

export class Cluster {
  readonly member: Member;
  readonly leases: RedisLeases;
  readonly store: SeatStore;
  readonly carrier: RequestCarrier;
  readonly splices: Splices;
  readonly #settings: ClusterSettings;
  readonly #sweep: Sweep;
  readonly #handOver: HandOver;
  readonly #clock: Clock;

  constructor(settings: ClusterSettings, { clock, rooms, reporter, types }: ClusterParts) {
    const { redisUrl, leaseMs } = settings;
    const id = newProcessId();
    this.#settings = settings;
    this.#clock = clock;
    this.splices = new Splices(clock, settings.pingIntervalMs);
    this.leases = new RedisLeases(redisUrl, id, leaseMs, types);
    this.member = new Member({ id, leases: this.leases, clock, rooms, reporter }, leaseMs);
    this.store = new ClusterStore(redisUrl, this.member, this.leases);
    const router = new Router({ member: this.member, leases: this.leases, clock }, leaseMs);
    this.carrier = new RequestCarrier(this.member, router, this.splices);
    this.#sweep = new Sweep(this, { clock, reporter }, leaseMs);
    this.#handOver = new HandOver(this.member, this.leases, rooms, reporter);
  }

  /** The server listens: from now on others may know where, and this process takes in what is nobody's. */
  async begin(server: Server, host: string): Promise<void> {
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    this.member.address = this.#settings.clusterAddress || `${reachableHost(host)}:${port}`;
    await this.member.renew(this.#clock.now()).catch(() => {}); // the queue's next one says where, too
    this.#sweep.start();
  }

  /** Gives every event to a process that stays, as long as there is one and it lasts no longer than `limitMs`. */
  async handOver(limitMs: number): Promise<void> {
    this.#sweep.stop();
    this.member.isDraining = true;
    const limit = new Promise<void>((resolve) => setTimeout(resolve, limitMs).unref());
    const carried = this.splices.sendOn(lingerMs);
    await Promise.race([this.#handOver.run(), limit]);
    await Promise.all([carried, this.splices.sendOn(0)]); // those who came meanwhile, too
  }
}

/** Where others reach a server that listens on `host`: there, or on this machine's first address that is not its own. */
function reachableHost(host: string): string {
  const isAny = host === "0.0.0.0" || host === "::" || host === "";
  if (!isAny) return host.includes(":") ? `[${host}]` : host;
  const addresses = Object.values(networkInterfaces()).flat();
  const outward = addresses.find((one) => one !== undefined && !one.internal && one.family === "IPv4");
  return outward?.address ?? "127.0.0.1";
}
