// Many of our clients, whose server is killed (-9) and listens again: how their attempts were spread from then on, and when
// the last one was back. Owns the server and the clients.
import "../clients/use-ws.ts";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { freePort } from "../servers/free-port.ts";
import { type ServerProcess, startServer } from "../servers/server-process.ts";
import { joinEvent } from "../../src/client/index.ts";
import type { EventSession } from "../../src/client/types/index.ts";
import { now, quiet, until, within } from "../wait.ts";
import { temporaryStore } from "../servers/temporary-store.ts";

export interface HerdFigures {
  readonly clients: number;
  /** From the kill until the server listened again. */
  readonly downMs: number;
  readonly attempts: number;
  /** Those that began when it listened again, and those before it that it answered: it listens a little before we hear of it. */
  readonly attemptsAfter: number;
  /** The most attempts that began in any 100 ms after it listened again, as a share of all after it. */
  readonly fullestWindowShare: number;
  readonly firstBackMs: number;
  readonly medianBackMs: number;
  readonly lastBackMs: number;
  readonly back: number;
  readonly newSeats: number;
  readonly paths: Readonly<Record<string, number>>;
  /** All clients share one event loop here: when it was held up, attempts that were not meant to be came together. */
  readonly loopHeldUpMs: number;
}

const windowMs = 100;

/** Kills the server under `clients` of our clients, and lets it listen again about `downMs` later. */
export async function runHerd(clients: number, downMs = 2000, patienceMs = 20_000): Promise<HerdFigures> {
  const port = await freePort();
  const env = {
    PORT: String(port),
    STORE_URL: temporaryStore(),
    LOG_LEVEL: "error",
    JOINS_PER_MINUTE_PER_IP: "100000",
  };
  let server = await startServer(env);
  const herd: EventSession[] = [];
  const attempts: number[] = [];
  const backAt: number[] = [];
  /** When the attempt began that brought each back. */
  const answered: number[] = [];
  const paths: Record<string, number> = {};
  let newSeats = 0;
  try {
    await gather(server, clients, herd);
    for (const session of herd) {
      let attemptAt = 0;
      session.on("status", ({ outage }) => {
        if (outage === undefined || outage.attempts === 0) return;
        attemptAt = now();
        attempts.push(attemptAt);
      });
      session.on("returned", ({ path, isNewSeat }) => {
        backAt.push(now());
        answered.push(attemptAt);
        paths[path] = (paths[path] ?? 0) + 1;
        if (isNewSeat) newSeats += 1;
      });
    }
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const killedAt = now();
    await server.kill();
    await quiet(Math.max(0, killedAt + downMs - startMs - now()));
    server = await startServer(env);
    const listensAt = now();
    await until("all are back", () => backAt.length >= herd.length, patienceMs).catch(() => {}); // the figures say it
    const early = answered.filter((at) => at < listensAt);
    const after = [...early, ...attempts.filter((at) => at >= listensAt)];
    const back = backAt.map((at) => Math.round(at - listensAt)).toSorted((a, b) => a - b);
    return {
      clients,
      downMs: Math.round(listensAt - killedAt),
      attempts: attempts.length,
      attemptsAfter: after.length,
      fullestWindowShare: Math.round((1000 * fullest(after)) / Math.max(1, after.length)) / 1000,
      firstBackMs: back[0] ?? -1,
      medianBackMs: back[Math.floor(back.length / 2)] ?? -1,
      lastBackMs: back.at(-1) ?? -1,
      back: back.length,
      newSeats,
      paths,
      loopHeldUpMs: Math.round(delay.max / 1e6),
    };
  } finally {
    await Promise.all(herd.map((session) => session.leave()));
    await server.kill();
  }
}

/** A server is up about so long after it was started. */
const startMs = 600;

/** Everyone joins, a few at a time, 50 to an event. */
async function gather({ url }: ServerProcess, clients: number, herd: EventSession[]): Promise<void> {
  for (let from = 0; from < clients; from += 25) {
    const some = Array.from({ length: Math.min(25, clients - from) }, (_, index) =>
      joinEvent({ url, eventId: `herd ${Math.floor((from + index) / 50)}`, deviceId: `d${from + index}` }),
    );
    herd.push(...some);
    await within(30_000, Promise.all(some.map((session) => session.joined())));
  }
  await quiet(2500); // connections that have lived
}

function fullest(instants: readonly number[]): number {
  const sorted = instants.toSorted((a, b) => a - b);
  let most = 0;
  let from = 0;
  for (const [to, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) > windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
