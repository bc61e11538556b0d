// What waits to be written to one socket, in the order in which it was sent. There is one for each client, and nearly
// always nothing in it.

/** Something that is sent, to one or to many. */
export interface Entry {
  /** It announces changes of seats: it waits while this process may not announce anything. */
  readonly announces: boolean;
  /** How many of its bytes nobody else is sent, too. */
  readonly ownBytes: number;
  /** Its frames. It is written to one more. */
  take(): Buffer;
}

export class Lane {
  #first: Entry | undefined;
  #later: Entry[] | undefined;

  /** What has waited longest. */
  get first(): Entry | undefined {
    return this.#first;
  }

  get length(): number {
    return (this.#first === undefined ? 0 : 1) + (this.#later?.length ?? 0);
  }

  has(entry: Entry): boolean {
    return this.#first === entry || this.#later?.includes(entry) === true;
  }

  push(entry: Entry): void {
    if (this.#first === undefined) this.#first = entry;
    else if (this.#later === undefined) this.#later = [entry];
    else this.#later.push(entry);
  }

  shift(): void {
    this.#first = this.#later?.shift();
    if (this.#later?.length === 0) this.#later = undefined;
  }

  clear(): void {
    this.#first = this.#later = undefined;
  }
}
