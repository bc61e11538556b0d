// Files that only their owner may read: the store holds hashes of tokens and names of people.
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { dirname } from "node:path";

export const privateMode = 0o600;
const privateFolderMode = 0o700;

/** Makes sure that the folder of `path` exists; what has to be made of it is its owner's only. */
export function makeFolderOf(path: string): void {
  const folder = dirname(path);
  if (existsSync(folder)) return;
  makeFolderOf(folder); // not by `recursive`, which says ENOENT of a file system that is read-only
  mkdirSync(folder, { mode: privateFolderMode });
}

/**
 * Creates an empty file that only its owner may read.
 * @throws when there is one already (code EEXIST), or the folder cannot be written
 */
export function createPrivate(path: string): void {
  closeSync(openSync(path, "wx", privateMode));
}

/** Takes a file from everyone but its owner. False when it could not be done; true also when there is no such file. */
export function makePrivate(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? privateMode;
  if ((mode & 0o077) === 0) return true;
  try {
    chmodSync(path, privateMode);
    return true;
  } catch {
    return false;
  }
}

/** Gives a file its final name, which must be free. @throws when it is not (code EEXIST) */
export function renameToFree(from: string, to: string): void {
  try {
    linkSync(from, to);
    unlinkSync(from);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || existsSync(to)) throw error;
    renameSync(from, to); // a file system without hard links
  }
}

/** Removes a file; no matter if there is none. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
