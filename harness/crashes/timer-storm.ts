// A room sets timers, and cancels some, while its server is killed again and again, and is away for a while each time. In
// the end each must have fired once, none early, and none of the time that the server was away may have counted.
// TIMERS chooses how much (npm run soak: all of it); the seed is printed.
import { expect } from "chai";
import { joinEvent } from "../../src/client/index.ts";
import { seeded } from "../clients/fakes/fake-environment.ts";
import { Phone } from "../clients/phone.ts";
import { quiet, until } from "../wait.ts";
import type { TimerRow } from "./timer-server.ts";
import type { Downtime, World } from "./world.ts";

interface Counts {
  readonly timers: number;
  readonly crashes: number;
}
const eventId = "timers";
/** Shorter than a server lives, and longer than two live together. */
const [shortestMs, longestMs, lifeMs] = [50, 5000, 1500];
/** Where servers die, in turns. */
const deaths = ["never:0", "before-commit:16", "after-commit:16", "after-tell:16"];
/** Instants are whole milliseconds, of two processes. */
const clockMs = 5;

/** For how long there was an owner between two instants, at most. */
function runningMs(from: number, to: number, downtimes: readonly Downtime[]): number {
  const away = downtimes.map((down) => Math.max(0, Math.min(to, down.to) - Math.max(from, down.from)));
  return to - from - away.reduce((sum, ms) => sum + ms, 0);
}

/**
 * Runs the whole storm, and checks what came of it. Prints how late they were.
 * @param few what is done without TIMERS=all
 */
export async function timerStorm(world: World, few: Counts, all: Counts): Promise<void> {
  const { timers, crashes } = process.env.TIMERS === "all" ? all : few;
  const seed = Number(process.env.SEED ?? Date.now() % 100_000);
  const random = seeded(seed);
  console.log(`      ${timers} timers, ${crashes} crashes, SEED=${seed}`);
  const url = `http://127.0.0.1:${world.port}`;
  const driver = joinEvent({ url, eventId, deviceId: "driver", sessionToken: "the secret of the driver" });
  // A server may have fired so many that were due that it died before anybody was back.
  const connected = () =>
    until("the driver is there", () => driver.status === "connected" || world.isDown(), 30_000);
  const downtimes: Downtime[] = [];
  const taken: Promise<unknown>[] = [];
  try {
    await connected();
    let set = 0;
    for (let crash = 0; crash <= crashes; crash++) {
      const upTo = Math.ceil((timers * (crash + 1)) / (crashes + 1));
      const pauseMs = lifeMs / (upTo - set);
      for (; set < upTo; set++) {
        const [id, kind] = [`timer ${set}`, random() < 0.8 ? "after" : "at"];
        const ms = Math.round(shortestMs + random() * (longestMs - shortestMs));
        taken.push(driver.publish("set", { id, kind, ms }));
        if (random() < 0.1) taken.push(driver.publish("cancel", id));
        await quiet(2 * random() * pauseMs);
      }
      if (crash === crashes) break;
      const nextDeath = crash + 1 < crashes ? deaths[crash % deaths.length] : undefined;
      downtimes.push(await world.kill(eventId, 200 + random() * 1500, nextDeath));
      await connected();
    }
    await Promise.all(taken);
    const observer = await Phone.join(url, { event_id: eventId, role: "observer" });
    const rows = () =>
      [...(observer.room.state.rows as Map<string, string>).values()].map(
        (row) => JSON.parse(row) as TimerRow,
      );
    const isOver = () => rows().every(({ fired, isCancelled }) => fired > 0 || isCancelled);
    await until("all have fired", () => rows().length === timers && isOver(), 60_000);
    await quiet(1000); // none fires again
    verdict(rows(), downtimes);
    await observer.room.leave();
  } finally {
    await driver.leave().catch(() => {});
  }
}

function verdict(rows: readonly TimerRow[], downtimes: readonly Downtime[]): void {
  const late: number[] = [];
  let [waiting, cancelled] = [0, 0];
  for (const row of rows) {
    const { kind, ms, setAt, fired, firedAt, isCancelled } = row;
    const what = JSON.stringify(row);
    expect(fired, what).to.equal(isCancelled ? 0 : 1);
    if (isCancelled) cancelled += 1;
    if (isCancelled) continue;
    const waitedMs = kind === "at" ? firedAt - setAt : runningMs(setAt, firedAt, downtimes);
    expect(waitedMs, `early: ${what}, away ${JSON.stringify(downtimes)}`).to.be.at.least(ms - clockMs);
    const met = downtimes.filter(({ from }) => from > setAt && from < firedAt).length;
    if (met > 0) waiting += 1;
    if (kind === "after") late.push((waitedMs - ms) / Math.max(1, met));
  }
  late.sort((a, b) => a - b);
  const at = (part: number) => Math.round(late[Math.floor(part * (late.length - 1))] ?? 0);
  console.log(
    `      ${rows.length} fired or cancelled (${cancelled}), ${waiting} waited over a crash; of running time late by ` +
      `p50 ${at(0.5)}, p99 ${at(0.99)}, at worst ${at(1)} ms for each crash`,
  );
  expect(waiting, "too few waited over a crash").to.be.at.least(downtimes.length);
}
