// What is saved of a SQLite file that was deleted, replaced or changed while it was in use.
import { existsSync, renameSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { createPrivate, makeFolderOf, removeIfThere } from "./private-files.ts";

/** What SQLite keeps beside a file. */
const besides = ["-wal", "-shm", "-journal"];

/** The file that a connection has opened is intact under another name, or none: all that it holds is saved from it. */
export function saveAll(database: DatabaseSync, path: string): void {
  try {
    makeFolderOf(path);
    removeIfThere(path);
    createPrivate(path);
    database.prepare("VACUUM INTO ?").run(path);
  } catch {
    removeIfThere(path); // what is in memory is written all the same
  }
}

/** Frees a path by giving what is there another name, which is returned. */
export function setAside(path: string): string {
  let number = 1;
  while (existsSync(`${path}.aside-${number}`)) number += 1;
  const aside = `${path}.aside-${number}`;
  renameSync(path, aside);
  for (const end of besides) if (existsSync(path + end)) renameSync(path + end, aside + end);
  return aside;
}

/** A new file at a path must not meet the write-ahead log of the one before it. */
export function removeLogsOf(path: string): void {
  for (const end of besides) removeIfThere(path + end);
}
