// The embedded store: one SQLite file, write-ahead log, one transaction for each group commit.
// synchronous=NORMAL: a commit survives the death of the process, not the loss of power (the last ones may be lost then;
// the file is never corrupt). The file is locked while it is in use: back it up with `backup()`, or copy it (and -wal) when stopped.
import { existsSync, mkdirSync, readSync, openSync, closeSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SeatRecord } from "../seats/snapshot.ts";
import type { EventBatch, Kept, SeatStore, StoredEvent, StoredSeat } from "./seat-store.ts";

/** "Hold", in the header of every file of ours (SQLite's PRAGMA application_id). */
const applicationId = 0x486f6c64;

/** Each step brings a file from version i to i + 1; a file remembers its version (PRAGMA user_version). */
const upgrades = [
  `CREATE TABLE event (event_id TEXT PRIMARY KEY, is_closed INTEGER NOT NULL, kicked TEXT NOT NULL,
     schema TEXT NOT NULL, own TEXT, owner TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE seat (event_id TEXT NOT NULL, device_id TEXT NOT NULL, record TEXT NOT NULL, own TEXT,
     PRIMARY KEY (event_id, device_id)) WITHOUT ROWID;
   CREATE TABLE owner (id TEXT PRIMARY KEY, last_alive_at INTEGER NOT NULL) WITHOUT ROWID;`,
  "ALTER TABLE event ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;",
];

type Name = "touch" | "facts" | "upsert" | "remove" | "clear" | "drop" | "alive";
const statements: Record<Name, string> = {
  touch: `INSERT INTO event VALUES (?, 0, '[]', '', NULL, ?, 0) ON CONFLICT DO UPDATE SET owner = excluded.owner`,
  facts: `INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET is_closed = excluded.is_closed,
            kicked = excluded.kicked, schema = excluded.schema, own = excluded.own, owner = excluded.owner,
            epoch = excluded.epoch`,
  upsert: `INSERT INTO seat VALUES (?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET record = excluded.record, own = excluded.own`,
  remove: "DELETE FROM seat WHERE event_id = ? AND device_id = ?",
  clear: "DELETE FROM seat WHERE event_id = ?",
  drop: "DELETE FROM event WHERE event_id = ?",
  alive: "INSERT INTO owner VALUES (?, ?) ON CONFLICT DO UPDATE SET last_alive_at = excluded.last_alive_at",
};

const loadEvent = `SELECT event.*, COALESCE(last_alive_at, 0) AS last_alive_at
  FROM event LEFT JOIN owner ON owner.id = event.owner WHERE event_id = ?`;

interface EventRow {
  is_closed: number;
  kicked: string;
  schema: string;
  own: string | null;
  epoch: number;
  last_alive_at: number;
}

export class SqliteStore implements SeatStore {
  readonly onFailure = "serve";
  readonly #path: string;
  readonly #lockWaitMs: number;
  /** This process, as far as the file is concerned. */
  readonly #owner = randomUUID();
  #database: DatabaseSync | undefined;
  #prepared = {} as Record<Name, StatementSync>;

  /** `lockWaitMs`: how long `open` waits for a server that is still draining to let go of the file. */
  constructor(path: string, lockWaitMs = 12_000) {
    this.#path = path;
    this.#lockWaitMs = lockWaitMs;
  }

  async open(): Promise<void> {
    refuseForeignFile(this.#path);
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      this.#connect();
    } catch (cause) {
      await this.close();
      const { message } = cause as Error;
      const why = message.includes("locked") ? `another server uses it (${message})` : message;
      throw new Error(`STORE_URL: ${this.#path} cannot be opened: ${why}.`, { cause });
    }
  }

  async commit(batch: readonly EventBatch[]): Promise<void> {
    this.#transaction(() => {
      for (const event of batch) this.#write(event);
    });
  }

  async load(eventId: string): Promise<StoredEvent | undefined> {
    const database = this.#open();
    const row = database.prepare(loadEvent).get(eventId) as EventRow | undefined;
    if (row === undefined) return undefined;
    const rows = database.prepare("SELECT record, own FROM seat WHERE event_id = ?").all(eventId);
    const facts = {
      isClosed: row.is_closed === 1,
      epoch: row.epoch,
      kicked: JSON.parse(row.kicked) as string[],
      schema: row.schema,
      own: row.own,
    };
    return { eventId, facts, seats: rows.map(seatOf), lastAliveAt: row.last_alive_at };
  }

  async eventIds(): Promise<readonly string[]> {
    const rows = this.#open().prepare("SELECT event_id FROM event").all();
    return rows.map((row) => row.event_id as string);
  }

  async forget(eventId: string): Promise<void> {
    this.#transaction(() => {
      this.#prepared.clear.run(eventId);
      this.#prepared.drop.run(eventId);
    });
  }

  async alive(at: number): Promise<Kept> {
    this.#open();
    this.#prepared.alive.run(this.#owner, Math.floor(at));
    return "kept";
  }

  /** Writes a copy that is whole, while the store is in use; the copy is a store of its own. */
  backup(path: string): void {
    this.#open().prepare("VACUUM INTO ?").run(path);
  }

  async close(): Promise<void> {
    this.#database?.close();
    this.#database = undefined;
  }

  #connect(): void {
    const database = new DatabaseSync(this.#path);
    this.#database = database;
    // One owner: a second server on the same file would announce the same seats.
    database.exec(`PRAGMA busy_timeout = ${this.#lockWaitMs}; PRAGMA locking_mode = EXCLUSIVE`);
    database.exec("BEGIN EXCLUSIVE; COMMIT");
    // Before the log: what tells our files from others must be in the file itself, whatever happens next.
    upgrade(database, this.#path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    database.exec("DELETE FROM owner WHERE id NOT IN (SELECT owner FROM event)");
    for (const name of Object.keys(statements) as Name[])
      this.#prepared[name] = database.prepare(statements[name]);
  }

  #open(): DatabaseSync {
    if (this.#database === undefined) throw new Error("the store is not open");
    return this.#database;
  }

  #transaction(run: () => void): void {
    const database = this.#open();
    database.exec("BEGIN IMMEDIATE");
    try {
      run();
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }

  #write({ eventId, upserts, removals, facts, isWhole }: EventBatch): void {
    const { touch, facts: putFacts, upsert, remove, clear } = this.#prepared;
    if (isWhole) clear.run(eventId);
    for (const deviceId of removals) remove.run(eventId, deviceId);
    for (const { record, own } of upserts) upsert.run(eventId, record.deviceId, JSON.stringify(record), own);
    if (facts === undefined) touch.run(eventId, this.#owner);
    else
      putFacts.run(
        eventId,
        Number(facts.isClosed),
        JSON.stringify(facts.kicked),
        facts.schema,
        facts.own,
        this.#owner,
        facts.epoch,
      );
  }
}

function seatOf(row: Record<string, unknown>): StoredSeat {
  return { record: JSON.parse(row.record as string) as SeatRecord, own: row.own as string | null };
}

/** Reads the header itself: SQLite would already write beside a file by opening it. */
function refuseForeignFile(path: string): void {
  if (!existsSync(path)) return;
  const header = Buffer.alloc(72);
  const file = openSync(path, "r");
  const size = readSync(file, header, 0, header.length, 0);
  closeSync(file);
  if (size === 0) return;
  const isSqlite = header.subarray(0, 16).toString("latin1") === "SQLite format 3\0";
  if (!isSqlite || header.readUInt32BE(68) !== applicationId)
    throw new Error(`STORE_URL: ${path} is not a Holdfast store; it was left as it is. Name another file.`);
}

function upgrade(database: DatabaseSync, path: string): void {
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > upgrades.length)
    throw new Error(`${path} was written by a newer Holdfast (version ${version}); it was left as it is`);
  for (let step = version; step < upgrades.length; step++) {
    database.exec(`BEGIN; ${upgrades[step]} PRAGMA user_version = ${step + 1};
      PRAGMA application_id = ${applicationId}; COMMIT`);
  }
}
