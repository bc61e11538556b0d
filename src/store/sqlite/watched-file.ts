// Whether a SQLite file is still what it was when it was opened: SQLite itself goes on writing to a file that was
// deleted or replaced, or whose pages another program has changed. Looks at names, sizes and times only: reading the
// file and closing it again would drop the process's lock on it.
import { lstatSync, type Stats, statSync } from "node:fs";

/**
 * `isMoved`: the file that is open is intact and has another name, or none.
 * `isTimeOnly`: nothing but the time of its last change is not as it was.
 */
export interface FileTrouble {
  readonly why: string;
  readonly isMoved: boolean;
  readonly isTimeOnly: boolean;
}

const look = (path: string) => statSync(path, { throwIfNoEntry: false });
const lookAtName = (path: string) => lstatSync(path, { throwIfNoEntry: false });
const isSame = (one: Stats, other: Stats) => one.ino === other.ino && one.dev === other.dev;

export class WatchedFile {
  readonly #path: string;
  #main: Stats | undefined;
  /** What is at the path itself: SQLite looks for the log beside the file that a symbolic link leads to. */
  #name: Stats | undefined;
  #log: Stats | undefined;
  /** False on file systems where the time of the last change is not to be relied on. */
  watchesTime = true;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the files as they are now for what they should be: call it after each write to the main file. */
  note(): void {
    this.#main = look(this.#path);
    this.#name = lookAtName(this.#path);
    this.#log = look(`${this.#path}-wal`);
  }

  /** Takes the write-ahead log as it is now for what it should be, after a commit. Returns its size in bytes. */
  noteLog(): number {
    this.#log = look(`${this.#path}-wal`) ?? this.#log;
    return this.#log?.size ?? 0;
  }

  /** True when the log at the path belongs to the file that was opened, whatever is at the path now. */
  isOurLog(): boolean {
    const is = look(`${this.#path}-wal`);
    return is !== undefined && this.#log !== undefined && isSame(is, this.#log);
  }

  /** What has happened to the files since `note`, other than commits; undefined when nothing has. */
  trouble(): FileTrouble | undefined {
    return this.#mainTrouble() ?? this.logTrouble();
  }

  #mainTrouble(): FileTrouble | undefined {
    const [was, is] = [this.#main, look(this.#path)];
    if (is === undefined) return moved("the database file was deleted or moved away while it was in use");
    if (was === undefined) return undefined;
    const [name, nameWas] = [lookAtName(this.#path), this.#name];
    const isOtherName = name !== undefined && nameWas !== undefined && !isSame(name, nameWas);
    if (isOtherName || !isSame(is, was))
      return moved("the database file was replaced by another while it was in use");
    if (is.size !== was.size) return changed("the database file was changed or cut by another program");
    if (this.watchesTime && is.mtimeMs !== was.mtimeMs)
      return { ...changed("the database file was written by another program"), isTimeOnly: true };
    return undefined;
  }

  /** What has happened to the write-ahead log since the last commit: one look, for use before each. */
  logTrouble(): FileTrouble | undefined {
    const [was, is] = [this.#log, look(`${this.#path}-wal`)];
    if (was === undefined) return undefined;
    if (is === undefined) return changed("the database's write-ahead log was deleted while it was in use");
    if (!isSame(is, was)) return changed("the database's write-ahead log was replaced while it was in use");
    if (is.size < was.size) return changed("the database's write-ahead log was cut by another program");
    return undefined;
  }
}

const moved = (why: string): FileTrouble => ({ why, isMoved: true, isTimeOnly: false });
const changed = (why: string): FileTrouble => ({ why, isMoved: false, isTimeOnly: false });
