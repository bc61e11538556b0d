// The database file of the SQLite store: locked, watched, its commits numbered, and made anew when it was deleted,
// replaced or changed while it was in use. Knows nothing of events.
import { existsSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Kept } from "../seat-store.ts";
import type { StoreLog } from "../store-log.ts";
import { CommitMark, type Mark, whatIsMissing } from "./commit-mark.ts";
import { createPrivate, makeFolderOf, makePrivate, removeIfThere, renameToFree } from "./private-files.ts";
import { removeLogsOf, saveAll, setAside } from "./rescue.ts";
import { markOf, type Name, refuseDamaged, refuseForeignFile, statements, upgrade } from "./sqlite-schema.ts";
import { type FileTrouble, WatchedFile } from "./watched-file.ts";

/** The write-ahead log is copied into the file when it has become longer than this: SQLite's own default. */
const longestLogBytes = 4_000_000;

export class SqliteFile {
  readonly #path: string;
  readonly #log: StoreLog;
  readonly #watched: WatchedFile;
  readonly #mark: CommitMark;
  /** Where a copy is made before it takes the file's name. */
  readonly #anew: string;
  #database: DatabaseSync | undefined;
  #prepared = {} as Record<Name, StatementSync>;
  /** Which store this is, and how many commits it has acknowledged. */
  #held: Mark = { storeId: "", commits: 0 };
  /** What has happened to the file under us; nothing is written before it is written anew. */
  #trouble: FileTrouble | undefined;

  /** `owner`: this process, as far as the file is concerned. */
  constructor(path: string, owner: string, log: StoreLog) {
    this.#path = path;
    this.#anew = `${path}-anew-${owner}`;
    this.#log = log;
    this.#watched = new WatchedFile(path);
    this.#mark = new CommitMark(path);
  }

  /** @throws Error when the file is not to be read or written just now */
  get database(): DatabaseSync {
    if (this.#trouble !== undefined) throw new Error(this.#trouble.why);
    if (this.#database === undefined) throw new Error("the store is not open");
    return this.#database;
  }

  /** The statements that write, of the connection that is open. @throws as `database` does */
  get prepared(): Readonly<Record<Name, StatementSync>> {
    void this.database;
    return this.#prepared;
  }

  /**
   * Opens and locks the file, and says in the log if it holds less than was acknowledged.
   * @param lockWaitMs how long to wait for a server that is still draining to let go of the file
   * @throws Error with the cause when it cannot be used
   */
  open(lockWaitMs: number): void {
    const { isNew, store } = this.#connect(lockWaitMs);
    const missing = whatIsMissing(store, this.#mark.read(), isNew);
    if (missing !== undefined) this.#log.error({ where: "store" }, `STORE_URL: ${this.#path} ${missing}.`);
    this.#held = store;
    this.#mark.write(store);
  }

  /** Runs `write` as one transaction, with the number of its commit. @throws what went wrong; then nothing is written */
  commit(write: (number: number) => void): void {
    const trouble = this.#trouble ?? this.#watched.logTrouble(); // a log that was cut would be written on, with a hole
    if (trouble !== undefined) throw new Error(trouble.why);
    const { database } = this;
    const number = this.#held.commits + 1;
    database.exec("BEGIN IMMEDIATE");
    try {
      write(number);
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
    if (this.#watched.noteLog() > longestLogBytes) this.#checkpoint(database);
    this.#held = { ...this.#held, commits: number };
    this.#mark.write(this.#held);
  }

  /**
   * Looks whether the file is still the one that was opened. Trouble rejects once, so that everything is rewritten; the
   * next call makes the file anew, and returns `lost`.
   * @throws Error that says what has happened to the file, or why it cannot be made anew now
   */
  check(): Kept {
    const known = this.#trouble;
    this.#trouble ??= this.#watched.trouble();
    if (this.#trouble !== undefined && known === undefined) throw new Error(this.#trouble.why);
    if (known !== undefined) this.#makeAnew(known);
    this.#mark.keep();
    return known === undefined ? "kept" : "lost";
  }

  /** A write of this process outside `commit` is none of others': call it after each. */
  noteLog(): void {
    this.#watched.noteLog();
  }

  close(): void {
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
