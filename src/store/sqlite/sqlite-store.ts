// The embedded store: one SQLite file, write-ahead log, one transaction for each group commit.
// synchronous=NORMAL: a commit survives the death of the process, not the loss of power (the last ones may be lost then;
// the file is never corrupt). The file is locked while it is in use: back it up with `backup()` or `holdfast backup`.
import { existsSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { backup, DatabaseSync, type StatementSync } from "node:sqlite";
import type { SeatRecord } from "../../seats/snapshot.ts";
import { BackupSocket } from "./backup-socket.ts";
import { CommitMark, type Mark, whatIsMissing } from "./commit-mark.ts";
import { createPrivate, makeFolderOf, makePrivate, removeIfThere, renameToFree } from "./private-files.ts";
import { removeLogsOf, saveAll, setAside } from "./rescue.ts";
import type { EventBatch, Kept, SeatStore, StoredEvent, StoredSeat } from "../seat-store.ts";
import {
  type EventRow,
  loadEvent,
  markOf,
  type Name,
  refuseDamaged,
  refuseForeignFile,
} from "./sqlite-schema.ts";
import { statements, upgrade } from "./sqlite-schema.ts";
import { type StoreLog, toStderr } from "../store-log.ts";
import { type FileTrouble, WatchedFile } from "./watched-file.ts";

/** The write-ahead log is copied into the file when it has become longer than this: SQLite's own default. */
const longestLogBytes = 4_000_000;

/** A copy that a write disturbed is begun anew, so often. */
const backupTries = 10;

/**
 * node:sqlite (Node 24.21) reports a step of a backup that a write of the same process has disturbed by the message of the
 * other database, which has no error. Nothing is wrong with either then.
 */
const isDisturbed = (error: unknown) => error instanceof Error && error.message === "not an error";

export class SqliteStore implements SeatStore {
  readonly onFailure = "serve";
  readonly #path: string;
  readonly #lockWaitMs: number;
  readonly #log: StoreLog;
  /** This process, as far as the file is concerned. */
  readonly #owner = randomUUID();
  readonly #watched: WatchedFile;
  readonly #mark: CommitMark;
  readonly #backups: BackupSocket;
  /** Where a copy is made before it takes the file's name. */
  readonly #anew: string;
  #database: DatabaseSync | undefined;
  #prepared = {} as Record<Name, StatementSync>;
  /** Which store this is, and how many commits it has acknowledged. */
  #held: Mark = { storeId: "", commits: 0 };
  /** What has happened to the file under us; nothing is written before it is written anew. */
  #trouble: FileTrouble | undefined;

  /** `lockWaitMs`: how long `open` waits for a server that is still draining to let go of the file. */
  constructor(path: string, lockWaitMs = 12_000, log: StoreLog = toStderr) {
    this.#path = path;
    this.#anew = `${path}-anew-${this.#owner}`;
    this.#lockWaitMs = lockWaitMs;
    this.#log = log;
    this.#watched = new WatchedFile(path);
    this.#mark = new CommitMark(path);
    this.#backups = new BackupSocket(path, this);
  }

  async open(): Promise<void> {
    refuseForeignFile(this.#path);
    try {
      const { isNew, store } = this.#connect(this.#lockWaitMs);
      const missing = whatIsMissing(store, this.#mark.read(), isNew);
      if (missing !== undefined) this.#log.error({ where: "store" }, `STORE_URL: ${this.#path} ${missing}.`);
      this.#held = store;
      this.#mark.write(store);
    } catch (cause) {
      await this.close();
      const { message } = cause as Error;
      const why = message.includes("locked") ? `another server uses it (${message})` : message;
      throw new Error(`STORE_URL: ${this.#path} cannot be opened: ${why}.`, { cause });
    }
    await this.#backups.listen(this.#log);
  }

  async commit(batch: readonly EventBatch[]): Promise<void> {
    const number = this.#held.commits + 1;
    this.#transaction(() => {
      for (const event of batch) this.#write(event, number);
    });
    this.#acknowledged(number);
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
    const number = this.#held.commits + 1;
    this.#transaction(() => {
      this.#prepared.clear.run(eventId);
      this.#prepared.drop.run(eventId);
      this.#prepared.ledger.run(number);
    });
    this.#acknowledged(number);
  }

  /** Looks whether the file is still the one that was opened, too; `lost` when it was not, and has been made anew. */
  async alive(at: number): Promise<Kept> {
    const known = this.#trouble;
    this.#trouble ??= this.#watched.trouble();
    if (this.#trouble !== undefined && known === undefined) throw new Error(this.#trouble.why);
    if (known !== undefined) {
      this.#makeAnew(known);
      await this.#backups.listen(this.#log); // its socket may have gone with the file
    }
    this.#mark.keep();
    this.#open();
    this.#prepared.alive.run(this.#owner, Math.floor(at));
    this.#watched.noteLog();
    return known === undefined ? "kept" : "lost";
  }

  /**
   * Copies the store to `path` while it is in use: whole, as it is when the copy is complete, a store of its own that
   * only its owner may read.
   * @throws Error when there is such a file already (code EEXIST), or it cannot be written; then nothing is left there
   */
  async backup(path: string): Promise<void> {
    const database = this.#open();
    for (let tries = 1; ; tries++) {
      createPrivate(path);
      try {
        await backup(database, path);
        return;
      } catch (error) {
        removeIfThere(path);
        if (tries === backupTries || !isDisturbed(error)) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await this.#backups.close();
    this.#disconnect();
    this.#mark.close();
  }

  #disconnect(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  /** `isNew`: the file did not exist, or was empty. */
  #connect(lockWaitMs: number): { isNew: boolean; store: Mark } {
    makeFolderOf(this.#path);
    if (!existsSync(this.#path)) createPrivate(this.#path);
    for (const end of ["", "-wal", "-shm", "-journal"])
      if (!makePrivate(this.#path + end))
        this.#log.error(
          { where: "store" },
          `STORE_URL: others can read ${this.#path}${end}, and its mode cannot be changed.`,
        );
    const database = new DatabaseSync(this.#path);
    this.#database = database;
    // One owner: a second server on the same file would announce the same seats.
    database.exec(`PRAGMA busy_timeout = ${lockWaitMs}; PRAGMA locking_mode = EXCLUSIVE`);
    database.exec("BEGIN EXCLUSIVE; COMMIT");
    refuseDamaged(database);
    // Before the log: what tells our files from others must be in the file itself, whatever happens next.
    const isNew = upgrade(database, this.#path);
    // Only `#checkpoint` copies the log into the file: then any other change of the file is somebody else's.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0");
    database.exec("DELETE FROM owner WHERE id NOT IN (SELECT owner FROM event)");
    for (const name of Object.keys(statements) as Name[])
      this.#prepared[name] = database.prepare(statements[name]);
    this.#checkpoint(database);
    return { isNew, store: markOf(database) };
  }

  #checkpoint(database: DatabaseSync): void {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    this.#watched.note();
  }

  #open(): DatabaseSync {
    if (this.#trouble !== undefined) throw new Error(this.#trouble.why);
    if (this.#database === undefined) throw new Error("the store is not open");
    return this.#database;
  }

  #transaction(run: () => void): void {
    const trouble = this.#trouble ?? this.#watched.logTrouble(); // a log that was cut would be written on, with a hole
    if (trouble !== undefined) throw new Error(trouble.why);
    const database = this.#open();
    database.exec("BEGIN IMMEDIATE");
    try {
      run();
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
    if (this.#watched.noteLog() > longestLogBytes) this.#checkpoint(database);
  }

  #acknowledged(number: number): void {
    this.#held = { ...this.#held, commits: number };
    this.#mark.write(this.#held);
  }

  #write({ eventId, upserts, removals, facts, isWhole }: EventBatch, number: number): void {
    const { touch, facts: putFacts, upsert, remove, clear } = this.#prepared;
    if (isWhole) clear.run(eventId);
    for (const deviceId of removals) remove.run(eventId, deviceId);
    for (const { record, own } of upserts) upsert.run(eventId, record.deviceId, JSON.stringify(record), own);
    if (facts === undefined) touch.run(eventId, this.#owner, number);
    else
      putFacts.run(
        eventId,
        Number(facts.isClosed),
        JSON.stringify(facts.kicked),
        facts.schema,
        facts.own,
        this.#owner,
        facts.epoch,
        number,
      );
  }

  // --- a file that was deleted, replaced or changed while it was in use ---

  /**
   * Has a sound file of ours at the path again: the one that is there if it holds everything, otherwise a new one, with
   * all that the old connection still holds. Nothing that is at the path is destroyed: it is set aside.
   * @throws Error when that cannot be done now; it can be tried again
   */
  #makeAnew(trouble: FileTrouble): void {
    if (trouble.isMoved && this.#database !== undefined) saveAll(this.#database, this.#anew);
    // Asked while ours is open: then no other file can have its number. It would be played into the file in its place.
    const isLogOurs = trouble.isMoved && this.#database !== undefined && this.#watched.isOurLog();
    this.#closeQuietly();
    if (isLogOurs) removeLogsOf(this.#path);
    let outcome = "is sound, and used on";
    if (existsSync(this.#path) && this.#holdsAll(trouble)) {
      if (trouble.isTimeOnly) this.#watched.watchesTime = false; // where times mean nothing
    } else {
      outcome = "is written anew";
      if (existsSync(this.#path)) outcome += `; what was found in its place is now ${setAside(this.#path)}`;
      removeLogsOf(this.#path);
      if (existsSync(this.#anew)) renameToFree(this.#anew, this.#path);
      this.#held = this.#connect(0).store;
    }
    removeIfThere(this.#anew);
    this.#trouble = undefined;
    this.#log.error({ where: "store" }, `STORE_URL: ${trouble.why}: ${this.#path} ${outcome}.`);
  }

  /** A connection to a damaged file may fail even to close. */
  #closeQuietly(): void {
    try {
      this.#disconnect();
    } catch {
      this.#database = undefined;
    }
  }

  /** Opens what is at the path, and leaves it open if it is this store with every commit. */
  #holdsAll({ isMoved }: FileTrouble): boolean {
    if (isMoved) refuseForeignFile(this.#path); // a file of somebody else's is left where it is
    try {
      const { storeId, commits } = this.#connect(0).store;
      if (storeId === this.#held.storeId && commits >= this.#held.commits) return true;
    } catch (error) {
      if ((error as Error).message.includes("locked")) {
        this.#closeQuietly();
        throw new Error("the database file was replaced by one that another server uses", { cause: error });
      }
    }
    this.#closeQuietly();
    return false;
  }
}

function seatOf(row: Record<string, unknown>): StoredSeat {
  return { record: JSON.parse(row.record as string) as SeatRecord, own: row.own as string | null };
}
