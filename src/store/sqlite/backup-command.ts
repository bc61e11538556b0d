// `holdfast backup <path>`: a copy of the store, made while the server runs or not, checked before it gets its name.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { askForBackup } from "./backup-socket.ts";
import { createPrivate, makePrivate, removeIfThere, renameToFree } from "./private-files.ts";
import { applicationId, refuseForeignFile } from "./sqlite-schema.ts";
import { shownUrl } from "../store-url.ts";

/**
 * Backs a SQLite store up to a new file that only its owner may read. A running server copies its own store and goes on
 * meanwhile; without one the file is copied here.
 * @param storeUrl a STORE_URL
 * @param path where the copy is to be; nothing may be there yet
 * @returns one sentence that says what was copied
 * @throws Error with one sentence; then nothing was written
 */
export async function backUp(storeUrl: string, path: string): Promise<string> {
  if (storeUrl === "memory:")
    throw new Error("STORE_URL=memory: keeps nothing: there is nothing to back up.");
  if (!storeUrl.startsWith("file:"))
    throw new Error(
      `STORE_URL=${shownUrl(storeUrl)}: back Redis itself up (BGSAVE, or a copy of its append-only files).`,
    );
  const store = storeUrl.slice("file:".length);
  const target = resolve(path);
  if (!existsSync(store)) throw new Error(`STORE_URL: there is no store at ${store}.`);
  if (existsSync(target))
    throw new Error(`${target} is there already; it was left as it is. Name another file.`);
  const part = `${target}.${randomUUID().slice(0, 8)}.part`;
  try {
    if (!(await askForBackup(store, part))) copy(store, part);
    const found = check(part);
    renameToFree(part, target);
    return `Backed up ${store} to ${target}: ${found}; the copy was checked.`;
  } catch (cause) {
    throw new Error(`${store} was not backed up: ${(cause as Error).message.replace(/\.$/, "")}.`, { cause });
  } finally {
    for (const end of ["", "-wal", "-shm", "-journal"]) removeIfThere(part + end);
  }
}

/** No server uses the file, or none that can be asked: then it is locked. */
function copy(store: string, target: string): void {
  refuseForeignFile(store);
  const database = new DatabaseSync(store);
  try {
    database.exec("PRAGMA busy_timeout = 1000; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
    createPrivate(target);
    database.prepare("VACUUM INTO ?").run(target);
  } catch (error) {
    if (!(error as Error).message.includes("locked")) throw error;
    throw new Error("a server uses it that does not answer at the socket beside it", { cause: error });
  } finally {
    database.close();
  }
}

/** Makes one file of the copy, without a write-ahead log beside it. Returns what is in it. */
function check(path: string): string {
  makePrivate(path);
  const database = new DatabaseSync(path);
  try {
    const ask = (sql: string) => Object.values(database.prepare(sql).get() ?? {})[0];
    database.exec("PRAGMA journal_mode = DELETE");
    const found = ask("PRAGMA integrity_check(1)");
    if (found !== "ok") throw new Error(`the copy is damaged (${found})`);
    if (ask("PRAGMA application_id") !== applicationId) throw new Error("the copy is not a Holdfast store");
    return `${ask("SELECT count(*) FROM event")} events, ${ask("SELECT count(*) FROM seat")} seats`;
  } finally {
    database.close();
  }
}
