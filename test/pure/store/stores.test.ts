// The stores that need nothing against the contract of all, and what is particular to each.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import type { SeatStore } from "../../../src/store/seat-store.ts";
import { SqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { batch, seat, storeContract } from "../../../harness/contracts/store-contract.ts";

async function opened<Store extends SeatStore>(store: Store): Promise<Store> {
  await store.open();
  return store;
}

describe("durable seats: the memory store", () => {
  storeContract(async () => ({ store: await opened(new MemoryStore()), dispose: async () => {} }));
});

describe("durable seats: the SQLite store", () => {
  let folder: string;
  const file = () => join(folder, "sub", "events.db");
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  describe("the contract", () =>
    storeContract(async () => {
      let store = await opened(new SqliteStore(file()));
      return {
        store,
        async reopen() {
          await store.close();
          store = await opened(new SqliteStore(file()));
          return store;
        },
        dispose: () => store.close(),
      };
    }));

  it("[D1] a file whose process was killed before its first checkpoint is still ours", async () => {
    const store = await opened(new SqliteStore(file()));
    await store.commit([batch("e", { upserts: [seat("a")] })]);
    const crashed = join(folder, "crashed.db");
    for (const suffix of ["", "-wal"]) copyFileSync(file() + suffix, crashed + suffix);
    const restarted = await opened(new SqliteStore(crashed));
    expect((await restarted.load("e"))?.seats).to.have.length(1);
    await restarted.close();
    await store.close();
  });

  it("[D1] a commit that fails in its midst leaves nothing, and the next one is as good as ever", async () => {
    const store = await opened(new SqliteStore(file()));
    await store.commit([batch("e", { upserts: [seat("a")] })]);
    const { record } = seat("c");
    const unwritable = { record: { ...record, joinedAt: 1n as unknown as number }, own: null };
    const failing = store.commit([
      batch("e", { upserts: [seat("b")], removals: ["a"] }),
      batch("f", { upserts: [unwritable] }),
    ]);
    expect(await failing.catch((error: unknown) => error)).to.be.instanceOf(TypeError);
    const ids = async () => (await store.load("e"))?.seats.map(({ record: { deviceId } }) => deviceId);
    expect(await ids()).to.deep.equal(["a"]);
    expect(await store.eventIds()).to.deep.equal(["e"]);
    await store.commit([batch("e", { upserts: [seat("b")] })]);
    expect(await ids()).to.deep.equal(["a", "b"]);
    await store.close();
  });

  const refusal = (path: string) =>
    new SqliteStore(path, 300).open().then(
      () => "opened",
      (error: Error) => error.message,
    );

  it("[D9] refuses a file that is not ours with one sentence and leaves it untouched", async () => {
    const text = join(folder, "notes.txt");
    writeFileSync(text, "my notes, longer than a header of one hundred bytes would be ".repeat(3));
    const foreign = join(folder, "other.db");
    const database = new DatabaseSync(foreign);
    database.exec("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    database.close();
    for (const path of [text, foreign]) {
      const before = readFileSync(path);
      expect(await refusal(path)).to.match(
        /is not a Holdfast store; it was left as it is\. Name another file\.$/,
      );
      expect(Buffer.compare(readFileSync(path), before)).to.equal(0);
    }
  });

  it("[D9] refuses a file of a newer version, and upgrades an older one without losing anything", async () => {
    const store = await opened(new SqliteStore(file()));
    await store.commit([batch("e", { upserts: [seat("a")] })]);
    await store.close();
    const database = new DatabaseSync(file());
    const { user_version: version } = database.prepare("PRAGMA user_version").get() as {
      user_version: number;
    };
    database.exec(`PRAGMA user_version = ${version + 1}`);
    database.close();
    expect(await refusal(file()))
      .to.contain("newer Holdfast")
      .and.contain("left as it is");
    const again = new DatabaseSync(file());
    again.exec(`PRAGMA user_version = ${version}`);
    again.close();
    const reopened = await opened(new SqliteStore(file()));
    expect((await reopened.load("e"))?.seats).to.have.length(1);
    await reopened.close();
  });

  it("[D9] refuses a second server on the same file", async () => {
    const store = await opened(new SqliteStore(file()));
    expect(await refusal(file())).to.match(
      /cannot be opened: another server uses it \(database is locked\)\.$/,
    );
    await store.close();
  });

  it("[D1] a backup taken while it runs is whole", async () => {
    const store = await opened(new SqliteStore(file()));
    await store.commit([batch("e", { upserts: [seat("a")] })]);
    const copy = join(folder, "copy.db");
    await store.backup(copy);
    const restored = await opened(new SqliteStore(copy));
    expect((await restored.load("e"))?.seats).to.have.length(1);
    await restored.close();
    await store.close();
  });
});
