// Who writes a Redis that is not shared by a cluster: one process at a time, as a SQLite file is locked by one. The
// hold has a lease that every sign of life renews; its epoch goes with every write, so that a process that has slept
// through its lease, and been followed by another, writes nothing any more.
import { shownUrl } from "../store-url.ts";
import { prefix } from "./redis-keys.ts";
import { luaScript, type Scripted } from "./redis-scripts.ts";

/** As long as a cluster's lease: a server that was killed can be followed this much later. */
export const holdLeaseMs = 2500;
const askEveryMs = 100;

/** They ask Redis for the hold, and let it go. */
export const holdScripts = {
  hold: luaScript<[is: "mine" | "held", epochOrBeat: string]>(import.meta.url, 2, "hold"),
  letGo: luaScript<number>(import.meta.url, 1, "let-go"),
};

/** Whose this Redis is without a cluster, and the processes of a cluster that may own something in it. */
export const holdKeys = { server: `${prefix}server`, processes: `${prefix}processes` };

/**
 * Takes the hold, and waits for whoever has it: one that was killed renews nothing for a lease, one that drains lets go.
 * @param owner this process; "cluster" for a process of a cluster, which only needs that no server outside has the hold
 * @returns the hold's epoch
 * @throws Error with one sentence when another still has it after `waitMs`
 */
export async function takeHold(
  redis: Scripted<typeof holdScripts>,
  owner: string,
  { url, setting, waitMs }: { url: string; setting: string; waitMs: number },
): Promise<string> {
  const until = performance.now() + waitMs;
  let [seen, seenAt, silent] = ["", performance.now(), ""];
  for (;;) {
    const { server, processes } = holdKeys;
    const [is, answer] = await redis.hold(
      server,
      processes,
      owner,
      String(holdLeaseMs),
      silent,
      `${prefix}process:`,
    );
    if (is === "mine") return answer;
    const now = performance.now();
    if (answer !== seen) [seen, seenAt] = [answer, now];
    silent = now - seenAt > holdLeaseMs ? seen : "";
    if (now > until)
      throw new Error(
        `${setting}: another server uses ${shownUrl(url)}: one server at a time, or several as a cluster with REDIS_URL.`,
      );
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
}
