// How many commits a SQLite store has acknowledged, in a small file beside it: SQLite ends a damaged write-ahead log
// at the damage, and reports nothing. The store counts its commits, too; one that holds fewer than the mark says has lost some.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { makePrivate, privateMode } from "./private-files.ts";

export interface Mark {
  readonly storeId: string;
  readonly commits: number;
}

/** One line of fixed length, so that it is overwritten in one write. */
const line = ({ storeId, commits }: Mark) =>
  `holdfast-mark 1 ${storeId} ${String(commits).padStart(16, "0")}\n`;
const form = /^holdfast-mark 1 ([0-9a-f]{32}) (\d{16})\n$/;

export class CommitMark {
  readonly #path: string;
  #file: { fd: number; ino: number } | undefined;
  #written: Mark | undefined;

  constructor(path: string) {
    this.#path = `${path}-mark`;
  }

  /** What the file says; undefined when there is none, "unreadable" when it is not a mark. */
  read(): Mark | "unreadable" | undefined {
    let text: string;
    try {
      text = readFileSync(this.#path, "latin1");
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "unreadable";
    }
    const [, storeId, commits] = form.exec(text) ?? [];
    return storeId === undefined ? "unreadable" : { storeId, commits: Number(commits) };
  }

  /** Overwrites the mark. It outlives the process at once, like the commit that it is about. */
  write(mark: Mark): void {
    this.#written = mark;
    if (this.#file === undefined) {
      makePrivate(this.#path);
      const fd = openSync(this.#path, constants.O_RDWR | constants.O_CREAT, privateMode);
      ftruncateSync(fd, line(mark).length);
      this.#file = { fd, ino: fstatSync(fd).ino };
    }
    writeSync(this.#file.fd, line(mark), 0, "latin1");
  }

  /** Writes the mark again when its file was deleted or replaced. */
  keep(): void {
    if (this.#written === undefined) return;
    if (statSync(this.#path, { throwIfNoEntry: false })?.ino === this.#file?.ino) return;
    this.close();
    this.write(this.#written);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file.fd);
    this.#file = undefined;
  }
}

/**
 * Why a store that was just opened may hold less than was acknowledged, as the rest of a sentence that begins with the
 * store's path; undefined when it holds everything, or when it was never marked.
 * @param isNew true when the file was just made
 */
export function whatIsMissing(
  store: Mark,
  mark: Mark | "unreadable" | undefined,
  isNew: boolean,
): string | undefined {
  if (mark === undefined) {
    if (isNew || store.commits === 0) return undefined;
    return "has no mark beside it (a copy, or the mark was deleted): whether it holds all that was acknowledged cannot be told";
  }
  if (mark === "unreadable")
    return "has a damaged mark beside it: whether it holds all that was acknowledged cannot be told";
  if (isNew)
    return mark.commits === 0
      ? undefined
      : `is new, although ${mark.commits} commits were acknowledged under this name: the file that held them is gone, and all seats in it`;
  if (store.storeId !== mark.storeId)
    return "is another store than the one that was last used under this name: what that one acknowledged is not in it";
  const lost = mark.commits - store.commits;
  if (lost <= 0) return undefined;
  return `holds less than was acknowledged: the last ${lost} of ${mark.commits} commits are missing (its write-ahead log is damaged or gone, or an older copy was put in its place), and seats that were taken or given up in them are as they were before`;
}
