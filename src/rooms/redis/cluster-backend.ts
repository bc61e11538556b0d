// What the framework keeps in a cluster's Redis: its listing of rooms, and what room authors use its presence for.
// No join waits for either, and no failure of them ends a process.
import { connectionTo, usualCommandTimeoutMs } from "../../store/redis/redis-client.ts";
import { CalmPresence, type ErrorReporter } from "./calm-presence.ts";
import { type EventNames, FencedDriver } from "./fenced-driver.ts";

/** A connection on which every failure is reported with its command, and not a second time. */
function quietConnection(url: string) {
  const redis = connectionTo(url, { commandTimeoutMs: usualCommandTimeoutMs, isQueueing: true });
  return redis.on("error", () => {});
}

/**
 * The framework's driver and presence for a process of a cluster, each on a connection of its own.
 * @param url the cluster's REDIS_URL
 * @param owner the name that event leases have for this process
 * @param names the names under which events are joined: rooms of every other name are plain ones
 * @param errors is given what presence could not do
 */
export function clusterBackend(
  url: string,
  owner: string,
  names: EventNames,
  errors: ErrorReporter,
): { readonly driver: FencedDriver; readonly presence: CalmPresence } {
  return {
    driver: new FencedDriver(quietConnection(url), owner, names),
    presence: new CalmPresence(quietConnection(url), errors),
  };
}
