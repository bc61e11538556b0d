// The server is killed again and again, at chosen points and at random ones, while devices join, drop and leave.
// No acknowledged join may be missing after a restart, and nobody who was let go may come back as a ghost.
// CRASHES chooses how often (npm run soak: 100); the seed is printed.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Protocol } from "@colyseus/core";
import { expect } from "chai";
import { Phone } from "../support/phone.ts";
import { RawClient } from "../support/raw-client.ts";
import { describeWithRedis, freePort, RedisServer } from "../support/redis.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";
import { quiet, until } from "../support/wait.ts";

const crashes = Number(process.env.CRASHES ?? 8);
const points = [
  "before-commit",
  "after-commit",
  "after-tell",
  "join-room",
  "acknowledged",
  "during-restore",
  "random",
];
const events = ["storm a", "storm b"];

/** What this device was told last: `in` by JOIN_ROOM, `out` by the close of a consented leave, or nothing sure. */
type Told = "in" | "out" | "unsure";

class Device {
  readonly me: { event_id: string; device_id: string; session_token: string };
  told: Told = "out";
  client: RawClient | undefined;

  constructor(event: string, i: number) {
    this.me = { event_id: event, device_id: `device ${i}`, session_token: `token of ${event} ${i}` };
  }

  async act(url: string, random: () => number, joined: (client: RawClient) => void): Promise<void> {
    const isOpen = this.client !== undefined && this.client.closedWith === undefined;
    if (!isOpen) return this.#join(url, joined);
    if (random() < 0.5) this.client?.socket.terminate();
    else await this.#leave();
  }

  async #join(url: string, joined: (client: RawClient) => void): Promise<void> {
    const before = this.told;
    if (before === "out") this.told = "unsure";
    this.client = await RawClient.join(url, this.me);
    if (this.client.token === undefined) return;
    this.told = "in";
    joined(this.client);
  }

  async #leave(): Promise<void> {
    this.told = "unsure";
    const { client } = this;
    client?.socket.send(Buffer.from([Protocol.LEAVE_ROOM]));
    await until("closed", () => client?.closedWith, 5000);
    if (client?.closedWith === 4000) this.told = "out";
  }
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function storm(storeUrl: string): Promise<void> {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  const random = mulberry32(seed);
  const env = {
    PORT: String(await freePort()),
    STORE_URL: storeUrl,
    GRACE_PERIOD_MS: "600000",
    LOG_LEVEL: "warn",
  };
  const devices = events.flatMap((event) => Array.from({ length: 12 }, (_, i) => new Device(event, i)));
  const counts = new Map<string, number>();
  let checked = 0;
  console.log(`      ${crashes} crashes, SEED=${seed}`);
  for (let crash = 0; crash < crashes; crash++) {
    const point = points[crash % points.length] as string;
    counts.set(point, (counts.get(point) ?? 0) + 1);
    // A restart that dies while it restores is a start that fails: the next one must do.
    if (point === "during-restore")
      for (const restoring of ["during-restore:1", "during-restore:2", "before-rewrite:1", "after-rewrite:1"])
        await dieRestoring({ ...env, KILL_AT: restoring });
    const after = 1 + Math.floor(random() * 12);
    const server = await startServer(
      { ...env, KILL_AT: point === "during-restore" ? "never:0" : `${point}:${after}` },
      "test/support/crashing-server.ts",
    );
    checked += await check(server, devices);
    const died = once(server.child, "exit");
    const kill = () => void server.child.kill("SIGKILL");
    if (point === "random" || point === "during-restore") setTimeout(kill, 30 + random() * 400);
    else setTimeout(kill, 3000).unref(); // in case its point never comes
    let joins = after;
    const joined = (client: RawClient) => {
      joins -= 1;
      if (point === "join-room" && joins === 0) kill();
      if (point === "acknowledged" && joins === 0) setTimeout(kill, 1);
      client.socket.on("error", () => {});
    };
    let isDead = false;
    const acting = devices.map(async (device) => {
      while (!isDead) {
        await device.act(server.url, random, joined).catch(() => {});
        await quiet(random() * 25);
      }
    });
    await died;
    isDead = true;
    await Promise.all(acting);
  }
  const last = await startServer(env);
  checked += await check(last, devices);
  await last.kill();
  console.log(
    `      ${checked} devices checked; ${[...counts].map(([point, n]) => `${point} ${n}`).join(", ")}`,
  );
}

async function dieRestoring(env: Record<string, string>): Promise<void> {
  await startServer(env, "test/support/crashing-server.ts").then(
    (server) => server.kill(), // there was nothing to restore yet
    () => {},
  );
}

/** Compares what every device was told with what an observer sees after the restart. */
async function check(server: ServerProcess, devices: readonly Device[]): Promise<number> {
  let sure = 0;
  for (const event of events) {
    const observer = await Phone.join(server.url, { event_id: event, role: "observer" });
    for (const { me, told } of devices) {
      if (me.event_id !== event || told === "unsure") continue;
      const seen = observer.sees(me.device_id)?.status;
      if (told === "in")
        expect(seen, `${me.device_id} was acknowledged and is missing`).to.equal("temporarily_disconnected");
      else expect(seen, `${me.device_id} had left and is a ghost`).to.equal(undefined);
      sure += 1;
    }
    observer.room.reconnection.enabled = false;
    observer.drop();
  }
  // What was unsure is known from now on: whatever is true, it must stay so.
  for (const device of devices) {
    if (device.told !== "unsure") continue;
    const observer = await Phone.join(server.url, { event_id: device.me.event_id, role: "observer" });
    device.told = observer.sees(device.me.device_id) === undefined ? "out" : "in";
    observer.drop();
  }
  return sure;
}

describe("durable seats: crashes in a storm of joins, drops and leaves", function () {
  this.timeout(30 * 60_000);

  it("[D2] on SQLite: no acknowledged join is missing, no leave comes back", async () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-"));
    await storm(`file:${join(folder, "events.db")}`);
    rmSync(folder, { recursive: true });
  });
});

describeWithRedis("durable seats: crashes in a storm, with Redis", function () {
  this.timeout(30 * 60_000);

  it("[D2] on Redis: no acknowledged join is missing, no leave comes back", async () => {
    const redis = await RedisServer.start();
    await storm(redis.url);
    await redis.stop();
  });
});
