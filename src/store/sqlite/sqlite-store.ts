// The embedded store: one SQLite file, write-ahead log, one transaction for each group commit.
// synchronous=NORMAL: a commit survives the death of the process, not the loss of power (the last ones may be lost then;
// the file is never corrupt). The file is locked while it is in use: back it up with `backup()` or `holdfast backup`.
import { randomUUID } from "node:crypto";
import { backup } from "node:sqlite";
import type { SeatRecord } from "../../seats/snapshot.ts";
import type { EventBatch, Kept, SeatStore, StoredEvent, StoredSeat } from "../seat-store.ts";
import { type StoreLog, toStderr } from "../store-log.ts";
import { BackupSocket } from "./backup-socket.ts";
import { createPrivate, removeIfThere } from "./private-files.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { type EventRow, loadEvent, refuseForeignFile } from "./sqlite-schema.ts";

/** A copy that a write disturbed is begun anew, so often. */
const backupTries = 10;

/**
 * node:sqlite (Node 24.21) reports a step of a backup that a write of the same process has disturbed by the message of the
 * other database, which has no error. Nothing is wrong with either then.
 */
const isDisturbed = (error: unknown) => error instanceof Error && error.message === "not an error";

/** Events in a file of SQLite, which this process alone has open. */
export class SqliteStore implements SeatStore {
  readonly onFailure = "serve";
  readonly #path: string;
  readonly #lockWaitMs: number;
  readonly #log: StoreLog;
  /** This process, as far as the file is concerned. */
  readonly #owner = randomUUID();
  readonly #file: SqliteFile;
  readonly #backups: BackupSocket;
  /** Those that were asked for. */
  readonly #secrets = new Map<string, string>();
  /** True when the file has been made anew, perhaps without them: they are in its next commit. */
  #hasLostSecrets = false;

  /** `lockWaitMs`: how long `open` waits for a server that is still draining to let go of the file. */
  constructor(path: string, lockWaitMs = 12_000, log: StoreLog = toStderr) {
    this.#path = path;
    this.#lockWaitMs = lockWaitMs;
    this.#log = log;
    this.#file = new SqliteFile(path, this.#owner, log);
    this.#backups = new BackupSocket(path, this);
  }

  async open(): Promise<void> {
    refuseForeignFile(this.#path);
    try {
      this.#file.open(this.#lockWaitMs);
    } catch (cause) {
      await this.close();
      const { message } = cause as Error;
      const why = message.includes("locked") ? `another server uses it (${message})` : message;
      throw new Error(`STORE_URL: ${this.#path} cannot be opened: ${why}.`, { cause });
    }
    await this.#backups.listen(this.#log);
  }

  async commit(batch: readonly EventBatch[]): Promise<void> {
    this.#file.commit((number) => {
      for (const event of batch) this.#write(event, number);
      if (this.#hasLostSecrets) this.#keepSecrets(this.#secrets);
    });
    this.#hasLostSecrets = false;
  }

  async load(eventId: string): Promise<StoredEvent | undefined> {
    const { database } = this.#file;
    const row = database.prepare(loadEvent).get(eventId) as EventRow | undefined;
    if (row === undefined) return undefined;
    const rows = database.prepare("SELECT record, own FROM seat WHERE event_id = ?").all(eventId);
    const entries = database.prepare("SELECT key, value FROM entry WHERE event_id = ?").all(eventId);
    const facts = {
      type: row.type,
      isClosed: row.is_closed === 1,
      epoch: row.epoch,
      kicked: JSON.parse(row.kicked) as string[],
      schema: row.schema,
      own: row.own,
    };
    return {
      eventId,
      facts,
      seats: rows.map(seatOf),
      entries: new Map(entries.map(({ key, value }) => [key as string, value as string])),
      lastAliveAt: row.last_alive_at,
    };
  }

  async eventIds(): Promise<readonly string[]> {
    const rows = this.#file.database.prepare("SELECT event_id FROM event").all();
    return rows.map((row) => row.event_id as string);
  }

  async forget(eventId: string): Promise<void> {
    this.#file.commit((number) => {
      const { clear, clearEntries, drop, ledger } = this.#file.prepared;
      clear.run(eventId);
      clearEntries.run(eventId);
      drop.run(eventId);
      ledger.run(number);
    });
  }

  async secret(name: string, fresh: string, replaces?: string): Promise<string> {
    const select = this.#file.database.prepare("SELECT value FROM secret WHERE name = ?");
    let kept = (select.get(name)?.value as string | undefined) ?? this.#secrets.get(name);
    if (kept === undefined || kept === replaces) {
      kept = fresh;
      this.#file.commit((number) => {
        this.#file.prepared.dropSecret.run(name);
        this.#keepSecrets([[name, fresh]]);
        this.#file.prepared.ledger.run(number);
      });
    }
    this.#secrets.set(name, kept);
    return kept;
  }

  #keepSecrets(secrets: Iterable<readonly [name: string, secret: string]>): void {
    for (const [name, secret] of secrets) this.#file.prepared.keepSecret.run(name, secret);
  }

  /** Looks whether the file is still the one that was opened, too; `lost` when it was not, and has been made anew. */
  async alive(at: number): Promise<Kept> {
    const kept = this.#file.check();
    if (kept === "lost") await this.#backups.listen(this.#log); // its socket may have gone with the file
    if (kept === "lost") this.#hasLostSecrets = this.#secrets.size > 0;
    this.#file.prepared.alive.run(this.#owner, Math.floor(at));
    this.#file.noteLog();
    return kept;
  }

  /**
   * Copies the store to `path` while it is in use: whole, as it is when the copy is complete, a store of its own that
   * only its owner may read.
   * @throws Error when there is such a file already (code EEXIST), or it cannot be written; then nothing is left there
   */
  async backup(path: string): Promise<void> {
    const { database } = this.#file;
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
    this.#file.close();
  }

  #write(event: EventBatch, number: number): void {
    const { eventId, upserts, removals, facts, entries, isWhole } = event;
    const { touch, facts: putFacts, upsert, remove, clear, ...more } = this.#file.prepared;
    if (isWhole) clear.run(eventId);
    if (isWhole) more.clearEntries.run(eventId);
    for (const key of entries?.drop ?? []) more.dropEntry.run(eventId, key);
    for (const [key, value] of entries?.put ?? []) more.putEntry.run(eventId, key, value);
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
        facts.type,
      );
  }
}

function seatOf(row: Record<string, unknown>): StoredSeat {
  return { record: JSON.parse(row.record as string) as SeatRecord, own: row.own as string | null };
}
