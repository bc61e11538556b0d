// The tables of a SQLite store, how older files become newer ones, and how to tell our files from others.
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";

/** "Hold", in the header of every file of ours (SQLite's PRAGMA application_id). */
export const applicationId = 0x486f6c64;

/** Each step brings a file from version i to i + 1; a file remembers its version (PRAGMA user_version). */
const upgrades = [
  `CREATE TABLE event (event_id TEXT PRIMARY KEY, is_closed INTEGER NOT NULL, kicked TEXT NOT NULL,
     schema TEXT NOT NULL, own TEXT, owner TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE seat (event_id TEXT NOT NULL, device_id TEXT NOT NULL, record TEXT NOT NULL, own TEXT,
     PRIMARY KEY (event_id, device_id)) WITHOUT ROWID;
   CREATE TABLE owner (id TEXT PRIMARY KEY, last_alive_at INTEGER NOT NULL) WITHOUT ROWID;`,
  "ALTER TABLE event ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;",
  // The number of the commit that last wrote an event; of those that are over, the highest is in the ledger.
  `ALTER TABLE event ADD COLUMN commit_no INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE ledger (store_id TEXT NOT NULL, commits INTEGER NOT NULL);
   INSERT INTO ledger VALUES (lower(hex(randomblob(16))), 0);`,
  // Until here 0.1.0.
  `ALTER TABLE event ADD COLUMN type TEXT NOT NULL DEFAULT '';
   CREATE TABLE entry (event_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
     PRIMARY KEY (event_id, key)) WITHOUT ROWID;
   CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
];

const columns = "event_id, is_closed, kicked, schema, own, owner, epoch, commit_no, type";

export const statements = {
  touch: `INSERT INTO event (${columns}) VALUES (?, 0, '[]', '', NULL, ?, 0, ?, '')
            ON CONFLICT DO UPDATE SET owner = excluded.owner, commit_no = excluded.commit_no`,
  facts: `INSERT INTO event (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET is_closed = excluded.is_closed, kicked = excluded.kicked,
            schema = excluded.schema, own = excluded.own, owner = excluded.owner, epoch = excluded.epoch,
            commit_no = excluded.commit_no, type = excluded.type`,
  upsert: `INSERT INTO seat VALUES (?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET record = excluded.record, own = excluded.own`,
  remove: "DELETE FROM seat WHERE event_id = ? AND device_id = ?",
  clear: "DELETE FROM seat WHERE event_id = ?",
  drop: "DELETE FROM event WHERE event_id = ?",
  putEntry: "INSERT INTO entry VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  dropEntry: "DELETE FROM entry WHERE event_id = ? AND key = ?",
  clearEntries: "DELETE FROM entry WHERE event_id = ?",
  dropSecret: "DELETE FROM secret WHERE name = ?",
  keepSecret: "INSERT INTO secret VALUES (?, ?) ON CONFLICT DO NOTHING",
  alive: "INSERT INTO owner VALUES (?, ?) ON CONFLICT DO UPDATE SET last_alive_at = excluded.last_alive_at",
  ledger: "UPDATE ledger SET commits = ?",
};
export type Name = keyof typeof statements;

export const loadEvent = `SELECT event.*, COALESCE(last_alive_at, 0) AS last_alive_at
  FROM event LEFT JOIN owner ON owner.id = event.owner WHERE event_id = ?`;

export interface EventRow {
  type: string;
  is_closed: number;
  kicked: string;
  schema: string;
  own: string | null;
  epoch: number;
  last_alive_at: number;
}

const selectMark = `SELECT store_id AS storeId,
  max(commits, (SELECT COALESCE(max(commit_no), 0) FROM event)) AS commits FROM ledger`;

/** Which store this is, and the number of its last commit. */
export function markOf(database: DatabaseSync): { storeId: string; commits: number } {
  return database.prepare(selectMark).get() as { storeId: string; commits: number };
}

/** Reads the header itself: SQLite would already write beside a file by opening it. @throws Error for a file of others */
export function refuseForeignFile(path: string): void {
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

/**
 * Brings a file to the version of this program. Returns true for one that was empty.
 * @throws Error when a newer program wrote it
 */
export function upgrade(database: DatabaseSync, path: string): boolean {
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > upgrades.length)
    throw new Error(`${path} was written by a newer Holdfast (version ${version}); it was left as it is`);
  for (let step = version; step < upgrades.length; step++) {
    database.exec(`BEGIN; ${upgrades[step]} PRAGMA user_version = ${step + 1};
      PRAGMA application_id = ${applicationId}; COMMIT`);
  }
  return version === 0;
}

/** @throws Error that says where, when the pages of the file do not go together */
export function refuseDamaged(database: DatabaseSync): void {
  const { quick_check: found } = database.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
  if (found !== "ok") throw new Error(`it is damaged (${found.replaceAll(/\s+/g, " ")})`);
}
