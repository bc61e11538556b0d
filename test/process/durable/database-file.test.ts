// The database file goes away, or its disk is full, under a server with people in it; and a backup from the command line.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { startApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { startServer } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";

describe("durable seats: the database file under a running server", function () {
  this.timeout(30_000);
  let folder: string;
  const file = () => join(folder, "events.db");
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function devicesIn(path: string, event: string): Promise<string[]> {
    const reader = new SqliteStore(path);
    await reader.open();
    const seats = (await reader.load(event))?.seats ?? [];
    await reader.close();
    return seats.map(({ record }) => record.deviceId).toSorted();
  }

  const harms: [string, () => void][] = [
    ["deleted", () => ["", "-wal", "-mark"].forEach((end) => rmSync(file() + end, { force: true }))],
    ["moved away", () => renameSync(file(), join(folder, "moved.db"))],
    ["emptied", () => writeFileSync(file(), "")],
    ["its log deleted", () => rmSync(`${file()}-wal`)],
  ];
  for (const [harm, doHarm] of harms) {
    it(`[D16] ${harm}: /readyz and the log say so, the room serves on, and a kill right after loses nobody`, async () => {
      const env = { STORE_URL: `file:${file()}`, GRACE_PERIOD_MS: "20000" };
      const server = await startServer(env);
      const event = newEvent();
      const people = Array.from({ length: 4 }, () => identity(event));
      const phones = [await Phone.join(server.url, people[0]!), await Phone.join(server.url, people[1]!)];
      doHarm();
      phones.push(await Phone.join(server.url, people[2]!)); // before or after it was noticed
      const answers: string[] = [];
      await until("it says so", async () => {
        const answer = await fetch(`${server.url}/readyz`);
        answers.push(`${answer.status} ${await answer.text()}`);
        return answer.status === 503;
      });
      expect(answers.at(-1)).to.match(/^503 .*the store is out of reach: the database/);
      phones.push(await Phone.join(server.url, people[3]!));
      await phones[0]?.hears("participant_joined", people[3]!.device_id);
      await until("ready again", async () => (await fetch(`${server.url}/readyz`)).status === 200);
      for (const line of [/"where":"store".*the database/, /events\.db is (?:written anew|sound)/])
        await until(`the line ${line}`, () => line.test(server.output()));
      await server.kill();
      expect(await devicesIn(file(), event)).to.deep.equal(people.map((one) => one.device_id).toSorted());
      for (const phone of phones) phone.room.leave().catch(() => {});
    });
  }

  it("[D19] a disk that is full: the room serves on, says so, and has stored everything when there is room again", async function () {
    const disk = join(folder, "disk");
    mkdirSync(disk);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=300k", "none", disk], { stdio: "ignore" });
    } catch {
      console.warn("      NOT RUN: this test mounts a small file system, which only root may");
      return this.skip();
    }
    const path = join(disk, "events.db");
    try {
      const app = await startApp({ config: { storeUrl: `file:${path}`, gracePeriodMs: 20_000 } });
      const event = newEvent();
      const first = identity(event);
      const people = [first];
      const ann = await Phone.join(app.url, first);
      const isReady = async () => (await fetch(`${app.url}/readyz`)).status === 200;
      writeFileSync(join(disk, "filler"), Buffer.alloc(90_000));
      while (await isReady()) {
        const me = identity(event);
        people.push(me);
        await Phone.join(app.url, me);
        if (people.length > 150) throw new Error("the disk never became full");
      }
      const late = identity(event);
      people.push(late);
      await Phone.join(app.url, late);
      await ann.hears("participant_joined", late.device_id);
      expect(app.text()).to.match(/disk is full|I\/O error/);
      rmSync(join(disk, "filler"));
      await until("ready again", isReady, 20_000);
      await app.close();
      expect(await devicesIn(path, event)).to.deep.equal(people.map((one) => one.device_id).toSorted());
    } finally {
      execFileSync("umount", [disk]);
    }
  });

  it("[D19] files that can no longer be written: the room serves on, says so, and stores everything when they can", async function () {
    const app = await startApp({ config: { storeUrl: `file:${file()}`, gracePeriodMs: 20_000 } });
    const event = newEvent();
    const people = [identity(event), identity(event)];
    await Phone.join(app.url, people[0]!);
    const files = ["", "-wal", "-mark"].map((end) => file() + end);
    try {
      execFileSync("chattr", ["+i", ...files], { stdio: "ignore" });
    } catch {
      console.warn(
        "      NOT RUN: this test makes files immutable (chattr), which only root may, and not everywhere",
      );
      await app.close();
      return this.skip();
    }
    const isReady = async () => (await fetch(`${app.url}/readyz`)).status === 200;
    try {
      await Phone.join(app.url, people[1]!);
      await until("it says so", async () => !(await isReady()));
    } finally {
      execFileSync("chattr", ["-i", ...files]);
    }
    await until("ready again", isReady, 20_000);
    await app.close();
    expect(await devicesIn(file(), event)).to.deep.equal(people.map((one) => one.device_id).toSorted());
  });

  it("[D18] a backup from the command line while the server runs; nothing is overwritten", async () => {
    const env = { STORE_URL: `file:${file()}` };
    const server = await startServer(env);
    const event = newEvent();
    const me = identity(event);
    await Phone.join(server.url, me);
    const run = async (...words: string[]) => {
      const child = spawn(process.execPath, ["src/index.ts", "backup", ...words], {
        env: { PATH: process.env.PATH ?? "", ...env },
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (output += bytes));
      const [code] = (await once(child, "close")) as [number];
      return { code, output };
    };
    const copy = join(folder, "copy.db");
    const made = await run(copy);
    expect(made.output).to.match(/^Backed up .*: 1 events, 1 seats; the copy was checked\.\n$/);
    expect(made.code).to.equal(0);
    expect(statSync(copy).mode & 0o777).to.equal(0o600);
    const again = await run(copy);
    expect(again.output).to.match(/is there already; it was left as it is\. Name another file\.\n$/);
    expect(again.code).to.equal(1);
    expect(await run()).to.deep.equal({
      code: 2,
      output: "backup needs the path of the copy, and nothing else. (holdfast --help)\n",
    });
    await server.kill();
    expect(await devicesIn(copy, event)).to.deep.equal([me.device_id]);
    expect(existsSync(`${copy}.part`)).to.equal(false);
  });

  it("[D17] a log that was damaged while no server ran: the server starts, and says in one line what is missing", async () => {
    const env = { STORE_URL: `file:${file()}` };
    const first = await startServer(env);
    const event = newEvent();
    for (let i = 0; i < 3; i++) await Phone.join(first.url, identity(event));
    await first.kill();
    rmSync(`${file()}-wal`);
    const second = await startServer(env);
    const lines = () =>
      second
        .output()
        .split("\n")
        .filter((line) => /holds less than was acknowledged/.test(line));
    await until("the line", () => lines().length > 0);
    expect(lines()).to.have.length(1);
    expect(lines()[0]).to.contain('"where":"store"');
    await second.kill();
  });
});

describe("a small machine", function () {
  this.timeout(120_000);

  it("[D24] with 64 MB of heap the server serves an event of 400, a third of whom drop and return", async () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-"));
    const server = await startServer({
      NODE_OPTIONS: "--max-old-space-size=64",
      STORE_URL: `file:${join(folder, "events.db")}`,
      GRACE_PERIOD_MS: "60000",
    });
    const event = newEvent();
    const people = Array.from({ length: 400 }, () => identity(event));
    const clients = new Map<string, RawClient>();
    const takeSeats = async (from: readonly ReturnType<typeof identity>[]) => {
      const waiting = [...from];
      const worker = async () => {
        for (let me = waiting.pop(); me !== undefined; me = waiting.pop())
          clients.set(me.device_id, await RawClient.join(server.url, me, { isDeaf: true }));
      };
      await Promise.all(Array.from({ length: 20 }, worker));
    };
    const observer = await Phone.join(server.url, { event_id: event, role: "observer" });
    const seen = (status: string) =>
      people.filter((me) => observer.sees(me.device_id)?.status === status).length;
    await takeSeats(people);
    await until("all are here", () => seen("connected") === 400, 30_000);
    const third = people.slice(0, 133);
    for (const me of third) clients.get(me.device_id)?.socket.terminate();
    await until("a third is away", () => seen("temporarily_disconnected") === 133, 30_000);
    await takeSeats(third);
    await until("all are back", () => seen("connected") === 400, 30_000);
    for (const { socket } of clients.values()) socket.terminate();
    observer.room.leave().catch(() => {});
    await server.kill();
    rmSync(folder, { recursive: true });
  });
});
