// The files of the SQLite store: who may read them, what is noticed when somebody else touches them, and backups.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { backUp } from "../../../src/store/sqlite/backup-command.ts";
import { SqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { until } from "../../../harness/wait.ts";
import { batch, seat } from "../../../harness/contracts/store-contract.ts";

const facts = { type: "", isClosed: false, epoch: 0, kicked: [], schema: "s1", own: null };

describe("durable seats: the files of the SQLite store", () => {
  let folder: string;
  let store: SqliteStore;
  let said: string[];
  let umask: number;
  const file = () => join(folder, "sub", "events.db");
  const log = { error: (_: object, sentence: string) => void said.push(sentence) };
  const open = async (path = file()) => {
    said = [];
    store = new SqliteStore(path, 300, log);
    await store.open();
    return store;
  };
  const take = (...devices: string[]) =>
    store.commit([batch("e", { upserts: devices.map((device) => seat(device)), facts })]);
  const devicesIn = async (reader = store) =>
    (await reader.load("e"))?.seats.map(({ record }) => record.deviceId).toSorted();
  /** Leaves the files as a killed process would: the log is not copied back. */
  const crash = () => {
    const kept = readdirSync(join(folder, "sub")).map((name) => join(folder, "sub", name));
    const files = kept
      .filter((path) => !path.endsWith(".sock"))
      .map((path) => [path, readFileSync(path)] as const);
    return async () => {
      await store.close();
      for (const [path, bytes] of files) writeFileSync(path, bytes);
    };
  };
  beforeEach(() => {
    umask = process.umask(0);
    folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  });
  afterEach(async () => {
    process.umask(umask);
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe("who may read them", () => {
    const modesIn = (path: string) =>
      Object.fromEntries(readdirSync(path).map((name) => [name, statSync(join(path, name)).mode & 0o777]));

    it("[D15] the file, its log, its mark, its socket, a backup and the folder are their owner's only, whatever the umask", async () => {
      await open();
      await take("a");
      await store.backup(join(folder, "sub", "copy.db"));
      expect(modesIn(join(folder, "sub"))).to.deep.equal({
        "events.db": 0o600,
        "events.db-wal": 0o600,
        "events.db-mark": 0o600,
        "events.db-backup.sock": 0o600,
        "copy.db": 0o600,
      });
      expect(modesIn(folder)).to.deep.equal({ sub: 0o700 });
    });

    it("[D15] files of an earlier version that others could read are tightened", async () => {
      await open();
      await take("a");
      const restore = crash();
      await restore();
      for (const end of ["", "-wal", "-mark"]) chmodSync(file() + end, 0o644);
      await open();
      for (const [name, mode] of Object.entries(modesIn(join(folder, "sub"))))
        expect(mode, name).to.equal(0o600);
      expect(await devicesIn()).to.deep.equal(["a"]);
    });
  });

  describe("touched while they are in use", () => {
    beforeEach(async () => {
      await open();
      await take("a", "b");
      await store.secret("host", "first");
      await store.alive(1);
      await take("c");
    });
    /** The next sign of life says what happened; the one after it has everything in a sound file again. */
    async function isNoticed(why: RegExp): Promise<void> {
      const failure = await store.alive(2).catch((error: Error) => error.message);
      expect(failure).to.match(why);
      expect(await take("d").catch((error: Error) => error.message)).to.match(why);
      expect(await store.alive(3)).to.equal("lost"); // the queue writes everything that is in memory
      expect(said.join("\n")).to.match(why);
      expect(await store.alive(4)).to.equal("kept");
      await store.commit([
        batch("e", { upserts: ["a", "b", "c", "d"].map((d) => seat(d)), isWhole: true, facts }),
      ]);
      await store.close();
      await open();
      expect(await devicesIn()).to.deep.equal(["a", "b", "c", "d"]);
      expect(await store.secret("host", "another"), "[D62]").to.equal("first");
      expect(said).to.deep.equal([]);
    }
    const all = ["", "-wal", "-mark", "-shm"];

    it("[D16] deleted, with everything beside it: what was stored is in a new file at once", async () => {
      for (const end of all) rmSync(file() + end, { force: true });
      await store.alive(2).catch(() => {});
      expect(await store.alive(3)).to.equal("lost");
      expect(await devicesIn()).to.deep.equal(["a", "b", "c"]);
      expect(statSync(file()).mode & 0o777).to.equal(0o600);
    });

    it("[D16] deleted", async () => {
      rmSync(file());
      await isNoticed(/deleted or moved away/);
    });

    it("[D16] its folder deleted", async () => {
      rmSync(join(folder, "sub"), { recursive: true });
      await isNoticed(/deleted or moved away/);
      expect(existsSync(`${file()}-backup.sock`)).to.equal(true);
    });

    it("[D16] moved away: what is there stays as it is", async () => {
      renameSync(file(), join(folder, "elsewhere.db"));
      const before = readFileSync(join(folder, "elsewhere.db"));
      await isNoticed(/deleted or moved away/);
      expect(Buffer.compare(readFileSync(join(folder, "elsewhere.db")), before)).to.equal(0);
    });

    it("[D25] replaced by a link to where it was moved: its log would be looked for there", async () => {
      renameSync(file(), join(folder, "elsewhere.db"));
      symlinkSync(join(folder, "elsewhere.db"), file());
      await isNoticed(/replaced by another/);
    });

    it("[D16] replaced by another store of ours: that one is set aside, and can be opened", async () => {
      const other = new SqliteStore(join(folder, "other.db"), 300, log);
      await other.open();
      await other.commit([batch("x", { upserts: [seat("x")], facts })]);
      await other.close();
      renameSync(join(folder, "other.db"), file());
      await isNoticed(/replaced by another/);
      const aside = new SqliteStore(`${file()}.aside-1`, 300, log);
      await aside.open();
      expect((await aside.load("x"))?.seats).to.have.length(1);
      await aside.close();
    });

    it("[D16] replaced by somebody else's file, or one that another server uses: left alone, said, and tried again", async () => {
      const foreign = "not a database at all, and longer than a header ".repeat(3);
      writeFileSync(join(folder, "foreign"), foreign);
      renameSync(join(folder, "foreign"), file());
      await store.alive(2).catch(() => {});
      expect(await store.alive(3).catch((error: Error) => error.message)).to.contain(
        "is not a Holdfast store",
      );
      expect(readFileSync(file(), "utf8")).to.equal(foreign);
      rmSync(file());
      const other = new SqliteStore(file(), 300, log);
      await other.open();
      expect(await store.alive(4).catch((error: Error) => error.message)).to.contain("another server uses");
      await other.commit([batch("x", { upserts: [seat("x")], facts })]);
      await other.close();
      expect(await store.alive(5)).to.equal("lost");
      expect(await devicesIn()).to.deep.equal(["a", "b", "c"]);
    });

    it("[D16] emptied in place", async () => {
      truncateSync(file());
      await isNoticed(/changed or cut/);
      expect(existsSync(`${file()}.aside-1`)).to.equal(true);
    });

    it("[D16] cut to half in place", async () => {
      truncateSync(file(), Math.floor(statSync(file()).size / 2));
      await isNoticed(/changed or cut/);
    });

    it("[D16] overwritten in place by as many other bytes", async () => {
      writeFileSync(file(), Buffer.alloc(statSync(file()).size, 7));
      await isNoticed(/written by another program/);
    });

    it("[D16] overwritten in place by an older copy of itself", async () => {
      const older = join(folder, "older.db");
      await store.backup(older);
      await take("late");
      copyFileSync(older, file());
      await isNoticed(/by another program/);
    });

    it("[D16] its log deleted, emptied or replaced", async () => {
      rmSync(`${file()}-wal`);
      await isNoticed(/log was deleted/);
      await store.alive(5);
      truncateSync(`${file()}-wal`);
      await isNoticed(/log was cut/);
      await store.alive(6);
      writeFileSync(join(folder, "wal"), "x".repeat(9000));
      renameSync(join(folder, "wal"), `${file()}-wal`);
      await isNoticed(/log was replaced/);
    });

    it("[D16] a time that was only touched is looked into once, and then not relied on", async () => {
      utimesSync(file(), 1, 1);
      expect(await store.alive(2).catch((error: Error) => error.message)).to.contain("written by another");
      expect(await store.alive(3)).to.equal("lost");
      expect(said.join()).to.contain("is sound, and used on");
      utimesSync(file(), 2, 2);
      expect(await store.alive(4)).to.equal("kept");
      expect(await devicesIn()).to.deep.equal(["a", "b", "c"]);
    });

    it("[D16] its own checkpoints are nobody else's", async () => {
      const big = "x".repeat(40_000);
      for (let i = 0; i < 300; i++) await store.commit([batch("e", { upserts: [seat(`d${i}`, big)] })]);
      expect(statSync(`${file()}-wal`).size).to.be.lessThan(8_000_000);
      for (let at = 2; at < 5; at++) expect(await store.alive(at)).to.equal("kept");
    });

    it("[D16] a mark that was deleted is written again", async () => {
      rmSync(`${file()}-mark`);
      await store.alive(2);
      await take("d");
      await store.close();
      await open();
      expect(said).to.deep.equal([]);
    });
  });

  describe("touched while no server ran", () => {
    let restore: () => Promise<void>;
    beforeEach(async () => {
      await open();
      for (const device of ["a", "b", "c", "d"]) await take(device);
      restore = crash();
    });
    const less = /holds less than was acknowledged: the last \d+ of 4 commits are missing/;
    const reopened = async () => {
      await restore();
      return { by: open };
    };

    it("[D17] untouched, after a crash and after a close: not a word", async () => {
      await restore();
      await open();
      expect(said).to.deep.equal([]);
      expect(await devicesIn()).to.deep.equal(["a", "b", "c", "d"]);
      await store.close();
      await open();
      expect(said).to.deep.equal([]);
    });

    it("[D17] a log with a damaged byte anywhere in its frames, cut at any place, or gone: it says what is missing", async () => {
      await restore();
      const log = readFileSync(`${file()}-wal`);
      const main = readFileSync(file());
      const mark = readFileSync(`${file()}-mark`);
      const damages: [string, Uint8Array | undefined][] = [["gone", undefined]];
      for (let at = 40; at < log.length - 1; at += Math.floor(log.length / 9)) {
        const flipped = Buffer.from(log);
        flipped[at] = (flipped[at] as number) ^ 1;
        damages.push([`flipped at ${at}`, flipped], [`cut at ${at}`, log.subarray(0, at)]);
      }
      for (const [what, bytes] of damages) {
        writeFileSync(file(), main);
        writeFileSync(`${file()}-mark`, mark);
        rmSync(`${file()}-wal`, { force: true });
        if (bytes !== undefined) writeFileSync(`${file()}-wal`, bytes);
        await open();
        const kept = (await devicesIn()) ?? [];
        expect(kept.length, what).to.be.lessThan(4);
        expect(said, what).to.have.length(1);
        expect(said[0], what)
          .to.match(less)
          .and.match(/^STORE_URL: [^\n]+\.$/);
        await store.close();
      }
    });

    it("[D17] what is missing is said once, and what follows is counted on", async () => {
      await restore();
      rmSync(`${file()}-wal`);
      await open();
      await take("e");
      await store.close();
      await open();
      expect(said).to.deep.equal([]);
    });

    it("[D17] an event that is forgotten takes no count with it", async () => {
      await restore();
      await open();
      await store.forget("e");
      await crash()();
      await open();
      expect(said).to.deep.equal([]);
    });

    it("[D17] the file itself gone, another store in its place, an older copy, a damaged mark", async () => {
      await store.backup(join(folder, "older.db"));
      await take("e");
      await store.close();
      copyFileSync(join(folder, "older.db"), file());
      await open();
      expect(said[0]).to.match(/the last 1 of 5 commits are missing/);
      await store.close();
      rmSync(file());
      await open();
      expect(said[0]).to.match(/is new, although 4 commits were acknowledged/);
      await take("z");
      await store.close();
      copyFileSync(join(folder, "older.db"), file());
      await open();
      expect(said[0]).to.match(/is another store than the one that was last used/);
      await store.close();
      writeFileSync(`${file()}-mark`, "nonsense");
      await open();
      expect(said[0]).to.match(/has a damaged mark beside it/);
    });

    it("[D17] a file whose pages are damaged is refused with one sentence", async () => {
      await store.close(); // the log is in the file
      const page = 4096;
      const fd = openSync(file(), "r+");
      for (let at = page; at < statSync(file()).size; at += page)
        writeSync(fd, Buffer.alloc(200, 0xff), 0, 200, at);
      const failure = await open().catch((error: Error) => error.message);
      expect(failure).to.match(
        /^STORE_URL: \S+ cannot be opened: (?:it is damaged|database disk image is malformed).*\.$/,
      );
    });

    it("[D17] a file of 0.1.0 opens, with everything in it", async () => {
      await (await reopened()).by();
      await store.close();
      rmSync(`${file()}-mark`);
      const old = new DatabaseSync(file());
      old.exec(`ALTER TABLE event DROP COLUMN type; DROP TABLE entry; DROP TABLE secret;
        ALTER TABLE event DROP COLUMN commit_no; DROP TABLE ledger; PRAGMA user_version = 2`);
      old.close();
      await open();
      expect(said).to.deep.equal([]);
      expect(await devicesIn()).to.deep.equal(["a", "b", "c", "d"]);
    });
  });

  describe("backups", () => {
    const url = () => `file:${file()}`;
    const copy = () => join(folder, "copy.db");
    const failure = (path = copy(), from = url()) =>
      backUp(from, path).then(String, (error: Error) => error.message);

    it("[D18] of a running store, while it is written to: whole, checked, one file, its owner's only", async () => {
      await open();
      await store.commit([
        batch("e", {
          upserts: Array.from({ length: 2000 }, (_, i) => seat(`d${i}`, "x".repeat(500))),
          facts,
        }),
      ]);
      let isDone = false;
      const writing = (async () => {
        for (let i = 0; !isDone; i++) {
          await store.commit([batch("e", { upserts: [seat(`more${i}`)] })]);
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      const sentence = await backUp(url(), copy());
      isDone = true;
      await writing;
      expect(sentence).to.match(
        /^Backed up \S+ to \S+copy\.db: 1 events, \d{4,} seats; the copy was checked\.$/,
      );
      expect(readdirSync(folder)).to.have.members(["sub", "copy.db"]);
      expect(statSync(copy()).mode & 0o777).to.equal(0o600);
      const restored = new SqliteStore(copy(), 300, log);
      await restored.open();
      expect((await devicesIn(restored))?.length).to.be.greaterThanOrEqual(2000);
      await restored.close();
    });

    it("[D18] of a store that no server uses, after a crash too", async () => {
      await open();
      await take("a", "b");
      await crash()();
      expect(await backUp(url(), copy())).to.contain("2 seats");
      expect(statSync(copy()).mode & 0o777).to.equal(0o600);
    });

    it("[D18] nothing is overwritten, and what fails leaves nothing", async () => {
      await open();
      await take("a");
      writeFileSync(copy(), "mine");
      expect(await failure()).to.match(
        /copy\.db is there already; it was left as it is\. Name another file\.$/,
      );
      expect(readFileSync(copy(), "utf8")).to.equal("mine");
      expect(await failure(join(folder, "no", "such", "copy.db"))).to.match(/was not backed up: ENOENT.*\.$/);
      expect(await failure(copy(), "memory:")).to.contain("nothing to back up");
      expect(await failure(copy(), "redis://:hunter2@h:1"))
        .to.contain("BGSAVE")
        .and.not.contain("hunter2");
      expect(await failure(join(folder, "x.db"), `file:${join(folder, "none.db")}`)).to.contain(
        "there is no store",
      );
      expect(readdirSync(folder)).to.have.members(["sub", "copy.db"]);
    });

    it("[D18] a server that cannot be asked keeps its file to itself", async () => {
      await open();
      rmSync(`${file()}-backup.sock`);
      expect(await failure()).to.contain("a server uses it that does not answer");
    });

    it("[D18] the socket takes no nonsense, and holds nobody up", async () => {
      await open();
      for (const words of ["{}\n", "nonsense\n", '{"backup":"relative"}\n', "x".repeat(10_000)]) {
        const socket = connect(`${file()}-backup.sock`);
        socket.on("error", () => {});
        let answer = "";
        socket.on("data", (part) => (answer += String(part)));
        socket.write(words);
        await until("it is closed", () => socket.destroyed || answer.includes("error"));
        socket.destroy();
      }
      expect(await backUp(url(), copy())).to.contain("the copy was checked");
    });

    it("[D18] a socket that a killed server left behind is nobody's", async () => {
      await open();
      await take("a");
      await store.close();
      writeFileSync(`${file()}-backup.sock`, "");
      await open();
      expect(await backUp(url(), copy())).to.contain("the copy was checked");
    });
  });

  it("[D19] a read-only file system: refused at the start, with the cause", async function () {
    const disk = join(folder, "disk");
    execFileSync("mkdir", [disk]);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "ro,size=1m", "none", disk], { stdio: "ignore" });
    } catch {
      console.warn("      NOT RUN: this test mounts a small file system, which only root may");
      return this.skip();
    }
    try {
      for (const path of [join(disk, "events.db"), join(disk, "new", "events.db")])
        expect(await open(path).catch((error: Error) => error.message)).to.match(
          /^STORE_URL: \S+ cannot be opened: EROFS: read-only file system.*\.$/,
        );
    } finally {
      execFileSync("umount", [disk]);
    }
  });

  it("[D19] a full file system: commits fail, and go on when there is room again", async function () {
    const disk = join(folder, "disk");
    execFileSync("mkdir", [disk]);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", disk], { stdio: "ignore" });
    } catch {
      console.warn("      NOT RUN: this test mounts a small file system, which only root may");
      return this.skip();
    }
    try {
      await open(join(disk, "events.db"));
      await take("a");
      writeFileSync(join(disk, "filler"), Buffer.alloc(100_000));
      const big = seat("big", "x".repeat(1_000_000));
      const failure = await store
        .commit([batch("e", { upserts: [big] })])
        .catch((error: Error) => error.message);
      expect(failure).to.match(/full|I\/O/);
      rmSync(join(disk, "filler"));
      await until("it can be written", () =>
        take("b").then(
          () => true,
          () => false,
        ),
      );
      await store.close();
      await open(join(disk, "events.db"));
      expect(await devicesIn()).to.deep.equal(["a", "b"]);
      expect(said).to.deep.equal([]);
    } finally {
      await store.close();
      execFileSync("umount", [disk]);
    }
  });
});
