// The servers of a storm: one that is killed and started again on its file, or a cluster whose owner is killed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../servers/free-port.ts";
import { isAlive, TestCluster } from "../servers/cluster/cluster.ts";
import { type ServerProcess, startServer } from "../servers/server-process.ts";
import { quiet, until } from "../wait.ts";

/** How long an event had no living owner, by Date.now() of this machine: at least. */
export interface Downtime {
  readonly from: number;
  readonly to: number;
}

export interface World {
  /** Where everyone connects. */
  readonly port: number;
  /**
   * Kills the server that has the event (-9), after which another has it; resolves when one may be joined.
   * @param downMs how long there is none at least, where there is only one
   * @param nextDeath where the next one dies by itself, if it is not killed before (KILL_AT); nowhere when left out
   */
  kill(eventId: string, downMs: number, nextDeath?: string): Promise<Downtime>;
  /** True when the server that was to have the event has died by itself. */
  isDown(): boolean;
  stop(): Promise<void>;
}

const settings = { LOG_LEVEL: "info", GRACE_PERIOD_MS: "600000" };

/** The last instant at which a process has loaded the event; undefined when it has not. */
function loadedAt({ output }: ServerProcess, eventId: string): number | undefined {
  const lines = output().split("\n");
  const line = lines.findLast((each) => each.startsWith(`loaded ${eventId} (`));
  return line === undefined ? undefined : Number(/\((\d+)\)$/.exec(line)?.[1]);
}

/** When a process that died by itself did so, by its own word. */
function diedAt({ output }: ServerProcess): number | undefined {
  const line = /^dies at .*\((\d+)\)$/m.exec(output());
  return line === null ? undefined : Number(line[1]);
}

/** One server on a file. */
export async function oneServer(script: string, env: Record<string, string> = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-storm-"));
  const port = await freePort();
  const STORE_URL = `file:${join(folder, "events.db")}`;
  const start = (KILL_AT = "never:0") =>
    startServer({ ...settings, PORT: String(port), STORE_URL, KILL_AT, ...env }, script);
  let server = await start();
  return {
    port,
    async kill(eventId, downMs, nextDeath) {
      await server.kill();
      const from = diedAt(server) ?? Date.now();
      await quiet(downMs);
      server = await start(nextDeath);
      return { from, to: await until("the event is there again", () => loadedAt(server, eventId)) };
    },
    isDown: () => !isAlive(server),
    async stop() {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Several on a Redis; one that is killed is replaced by a new one at once. */
export async function cluster(script: string, env: Record<string, string> = {}): Promise<World> {
  const servers = await TestCluster.start({ size: 2, script, env: { ...settings, ...env } });
  return {
    port: Number(new URL(servers.url).port),
    async kill(eventId) {
      const owner = await until("an owner", () => servers.ownerOf(eventId));
      await owner.kill();
      const from = Date.now();
      servers.remove(owner);
      await servers.add();
      const find = () =>
        servers.processes.map((process) => loadedAt(process, eventId) ?? 0).find((loaded) => loaded >= from);
      return { from, to: await until("another has it", find, 30_000) };
    },
    isDown: () => false,
    stop: () => servers.stop(),
  };
}
