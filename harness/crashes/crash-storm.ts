// The server is killed again and again, at chosen points and at random ones, while devices join, drop and leave.
// No acknowledged join may be missing after a restart, and nobody who was let go may come back as a ghost. A server that
// lets nobody in, or that is never killed where it should be, fails: what was done is counted, and has floors.
// CRASHES chooses how often (npm run soak: 100); the seed is printed.
import { once } from "node:events";
import { expect } from "chai";
import { Phone } from "../clients/phone.ts";
import { RawClient } from "../clients/raw-client.ts";
import { freePort } from "../servers/free-port.ts";
import { type ServerProcess, startServer } from "../servers/server-process.ts";
import { quiet, until } from "../wait.ts";

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
/** Those at which the server does not die by itself. */
const killedFromOutside = new Set(["join-room", "acknowledged", "during-restore", "random"]);
const restorePoints = ["during-restore:1", "during-restore:2", "before-rewrite:1", "after-rewrite:1"];
const events = ["storm a", "storm b"];

/** What was done in a storm. */
interface Tally {
  joins: number;
  returns: number;
  leaves: number;
  drops: number;
  /** Devices held against what they were told, by what that was. */
  checkedIn: number;
  checkedOut: number;
  /** How often the server died, by where. */
  readonly deaths: Map<string, number>;
}

/** What this device was told last: `in` by JOIN_ROOM, `out` by the close of a consented leave, or nothing, or nothing sure. */
type Told = "in" | "out" | "never in" | "unsure";

class Device {
  readonly me: { event_id: string; device_id: string; session_token: string };
  told: Told = "never in";
  client: RawClient | undefined;
  readonly #tally: Tally;

  constructor(event: string, i: number, tally: Tally) {
    this.#tally = tally;
    this.me = { event_id: event, device_id: `device ${i}`, session_token: `token of ${event} ${i}` };
  }

  async act(url: string, random: () => number, joined: (client: RawClient) => void): Promise<void> {
    const isOpen = this.client !== undefined && this.client.closedWith === undefined;
    if (this.told === "out" && random() < 0.8) return; // gone for a while, so that a ghost of it can be seen
    if (!isOpen) return this.#join(url, joined);
    if (random() < 0.5) {
      this.#tally.drops += 1;
      this.client?.socket.terminate();
    } else await this.#leave();
  }

  async #join(url: string, joined: (client: RawClient) => void): Promise<void> {
    const before = this.told;
    if (before !== "in") this.told = "unsure";
    this.client = await RawClient.join(url, this.me);
    if (this.client.token === undefined) return;
    this.told = "in";
    if (before === "in") this.#tally.returns += 1;
    else this.#tally.joins += 1;
    joined(this.client);
  }

  async #leave(): Promise<void> {
    this.told = "unsure";
    const { client } = this;
    client?.leave();
    await until("closed", () => client?.closedWith, 5000);
    if (client?.closedWith !== 4000) return;
    this.told = "out";
    this.#tally.leaves += 1;
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

/** Runs the whole storm on this store. */
export async function storm(storeUrl: string): Promise<void> {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  const random = mulberry32(seed);
  const env = {
    PORT: String(await freePort()),
    STORE_URL: storeUrl,
    GRACE_PERIOD_MS: "600000",
    LOG_LEVEL: "warn",
  };
  const tally: Tally = {
    joins: 0,
    returns: 0,
    leaves: 0,
    drops: 0,
    checkedIn: 0,
    checkedOut: 0,
    deaths: new Map(),
  };
  const devices = events.flatMap((event) =>
    Array.from({ length: 12 }, (_, i) => new Device(event, i, tally)),
  );
  const died = (where: string) => tally.deaths.set(where, (tally.deaths.get(where) ?? 0) + 1);
  console.log(`      ${crashes} crashes, SEED=${seed}`);
  for (let crash = 0; crash < crashes; crash++) {
    const point = points[crash % points.length] as string;
    if (point === "during-restore")
      for (const restoring of restorePoints) {
        await dieRestoring({ ...env, KILL_AT: restoring });
        died(restoring);
      }
    const after = 1 + Math.floor(random() * 12);
    const isOwnDeath = !killedFromOutside.has(point);
    const server = await startServer(
      { ...env, KILL_AT: isOwnDeath ? `${point}:${after}` : "never:0" },
      "harness/servers/programs/crashing-server.ts",
    );
    await check(server, devices, tally);
    const exit = once(server.child, "exit");
    let isKilled = false;
    const kill = () => {
      isKilled = true;
      server.child.kill("SIGKILL");
    };
    if (point === "random" || point === "during-restore") setTimeout(kill, 30 + random() * 400);
    const neverCame = setTimeout(kill, 20_000);
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
    await exit;
    clearTimeout(neverCame);
    isDead = true;
    await Promise.all(acting);
    if (isOwnDeath) await until("its point never came", () => server.output().includes(`dies at ${point}`));
    else expect(isKilled, `${point}: it died of something else: ${server.output()}`).to.equal(true);
    if (point === "join-room" || point === "acknowledged")
      expect(joins, `${point}: too few were let in`).to.be.at.most(0);
    died(point);
  }
  const last = await startServer(env);
  await check(last, devices, tally);
  await last.kill();
  const { deaths, ...done } = tally;
  console.log(
    `      ${Object.entries(done)
      .map(([name, n]) => `${name} ${n}`)
      .join(", ")}`,
  );
  console.log(`      deaths: ${[...deaths].map(([where, n]) => `${where} ${n}`).join(", ")}`);
  for (const [what, n] of Object.entries(done))
    expect(n, `${what} in ${crashes} crashes`).to.be.at.least(crashes);
  const expected = points.filter((_, i) => i < crashes);
  if (expected.includes("during-restore")) expected.push(...restorePoints);
  expect([...deaths.keys()]).to.have.members(expected);
}

/** A restart that dies while it restores is a start that fails; the next one must do. */
async function dieRestoring(env: Record<string, string>): Promise<void> {
  const [point] = (env.KILL_AT as string).split(":") as [string];
  const output = await startServer(env, "harness/servers/programs/crashing-server.ts").then(
    async (server) => {
      // What is rewritten in the background may come after it listens.
      await until(`${env.KILL_AT} to come`, () => server.child.signalCode, 10_000).finally(() =>
        server.kill(),
      );
      return server.output();
    },
    (error: Error) => error.message,
  );
  expect(output).to.contain(`dies at ${point}`);
}

/** Compares what every device was told with what an observer sees after the restart. */
async function check(server: ServerProcess, devices: readonly Device[], tally: Tally): Promise<void> {
  for (const event of events) {
    const observer = await Phone.join(server.url, { event_id: event, role: "observer" });
    for (const { me, told } of devices) {
      if (me.event_id !== event || told === "unsure") continue;
      const seen = observer.sees(me.device_id)?.status;
      if (told === "in") {
        tally.checkedIn += 1;
        expect(seen, `${me.device_id} was acknowledged and is missing`).to.equal("temporarily_disconnected");
      } else {
        if (told === "out") tally.checkedOut += 1;
        expect(seen, `${me.device_id} had left and is a ghost`).to.equal(undefined);
      }
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
}
