// The database file goes away, or its disk is full, under a server with people in it; and a backup from the command line.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SqliteStore } from "../../src/store/sqlite-store.ts";
import { startApp } from "../support/app.ts";
import { identity, newEvent, Phone } from "../support/phone.ts";
import { startServer } from "../support/server-process.ts";
import { until } from "../support/wait.ts";

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
      expect(server.output()).to.match(/"where":"store".*the database/);
      expect(server.output()).to.match(/events\.db is (?:written anew|sound)/);
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
    const lines = second
      .output()
      .split("\n")
      .filter((line) => /holds less than was acknowledged/.test(line));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.contain('"where":"store"');
    await second.kill();
  });
});
