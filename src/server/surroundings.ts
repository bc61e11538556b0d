// What a process is put into: beside what it serves its events, and with which fakes. Types only.
import type { Clock } from "../clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { IdentityProvider } from "../identity/provider.ts";
import type { Logger } from "../ops/logger.ts";
import type { ProcessClaim } from "../rooms/framework/one-app.ts";
import type { TransportOptions } from "../rooms/sockets/transport.ts";
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

/** What the process serves beside events, and whose claim of the process it ends. */
export interface Surroundings {
  readonly claim: ProcessClaim;
  /** Nothing: every request is ours. */
  readonly isAlone: boolean;
  /** The participants' page and the host's. */
  readonly hasPages: boolean;
  /** An express app, behind whose routes ours stand. */
  readonly hasExpress: boolean;
  /** What the framework's transport takes, for what is no event's. */
  readonly transport: TransportOptions;
}
