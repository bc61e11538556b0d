// Events of which more has been decided than the store has: written whole with the next commit that succeeds.
import type { Committer } from "./committer.ts";

/**
 * Who has to be written whole with its next commit. Each mark has a number of its own, so that a commit that began
 * before the last mark does not take it away.
 */
export class DirtyCommitters {
  readonly #marks = new Map<Committer, number>();
  #number = 0;

  get size(): number {
    return this.#marks.size;
  }

  /** The number of its last mark; undefined when what is stored of it is right. */
  markOf(committer: Committer): number | undefined {
    return this.#marks.get(committer);
  }

  mark(committer: Committer): void {
    this.#number += 1;
    this.#marks.set(committer, this.#number);
  }

  /** It has been written whole by a commit that began when this was its mark. */
  written(committer: Committer, mark: number | undefined): void {
    if (this.#marks.get(committer) === mark) this.#marks.delete(committer);
  }

  /** It has gone: nothing of it is to be written. */
  remove(committer: Committer): void {
    this.#marks.delete(committer);
  }

  all(): Committer[] {
    return [...this.#marks.keys()];
  }
}
