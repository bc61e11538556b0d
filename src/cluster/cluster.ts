// The cluster as this process knows it, put together: leases, membership, routing, sweeping, and the way out.
import type { Server } from "node:http";
import { networkInterfaces } from "node:os";
import type { Clock } from "../clock.ts";
import type { SeatStore } from "../store/seat-store.ts";
import { ClusterStore } from "./cluster-store.ts";
import { Elsewhere, offer } from "./carrying/elsewhere.ts";
import type { LocalRooms } from "./local-rooms.ts";
import type { ClusterWatch } from "./cluster-watch.ts";
import { Member } from "./member.ts";
import { newProcessId, RedisLeases } from "./redis-leases.ts";
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
  readonly watch: ClusterWatch;
}

/** Events handed over at the same time. */
const handOversAtOnce = 8;
const offerLimitMs = 1500;
/** So long an owner is left alone after a carried client was sent on: it may be back before anybody hears of it. */
const lingerMs = 3000;

export class Cluster {
  readonly member: Member;
  readonly leases: RedisLeases;
  readonly store: SeatStore;
  readonly elsewhere: Elsewhere;
  readonly splices: Splices;
  readonly #settings: ClusterSettings;
  readonly #sweep: Sweep;
  readonly #clock: Clock;

  constructor(settings: ClusterSettings, { clock, rooms, watch }: ClusterParts) {
    const { redisUrl, leaseMs } = settings;
    const id = newProcessId();
    const caught = (error: unknown) => watch.caught(error);
    this.#settings = settings;
    this.#clock = clock;
    this.splices = new Splices(clock, settings.pingIntervalMs);
    this.leases = new RedisLeases(redisUrl, id, leaseMs);
    this.member = new Member({ id, leases: this.leases, clock, rooms, watch }, leaseMs);
    this.store = new ClusterStore(redisUrl, this.member, this.leases);
    const router = new Router({ member: this.member, leases: this.leases, clock }, leaseMs);
    this.elsewhere = new Elsewhere({ member: this.member, router, rooms, splices: this.splices });
    const eventIds = () => this.store.eventIds();
    const sweep = { member: this.member, leases: this.leases, rooms, splices: this.splices, clock };
    this.#sweep = new Sweep({ ...sweep, eventIds, random: Math.random, caught }, leaseMs);
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
    await Promise.race([this.#handOver(), limit]);
    await Promise.all([carried, this.splices.sendOn(0)]); // those who came meanwhile, too
  }

  async #handOver(): Promise<void> {
    const others = await this.leases.peers().catch(() => []);
    const peers = others.filter(({ isDraining }) => !isDraining).map(({ address }) => address);
    let turn = Math.floor(Math.random() * 1000);
    const offerToOne = async (roomId: string) => {
      for (let tries = 0; tries < Math.min(3, peers.length); tries++) {
        turn += 1;
        const peer = peers[turn % peers.length] as string;
        if (await offer(peer, roomId, this.member.secret, offerLimitMs)) return;
      }
    };
    const events = this.member.events();
    for (const held of events) held.isLeaving = true; // from here on, requests wait for the new owner
    const givers = Array.from({ length: handOversAtOnce }, async () => {
      for (let held = events.pop(); held !== undefined; held = events.pop())
        await this.member.handOver(held, offerToOne);
    });
    await Promise.all(givers);
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
