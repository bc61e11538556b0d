// Who was here before Redis forgot everything: an owner that stood still just then has its events in memory, and in no
// other place. Until it is back, or has been waited for long enough, nobody may take for new what it may have.

/** Another process of the cluster: its id and where it is. */
export type Peer = readonly [id: string, address: string];

/** Where absent processes are noted for all. */
interface Notes {
  /** Notes processes that are to be waited for, but for those that live. */
  missing(peers: readonly Peer[]): Promise<void>;
}

export class AbsentPeers {
  readonly #notes: Notes;
  /** Who lived at the last renewal; undefined before the first. */
  #known: readonly Peer[] | undefined;
  #unannounced: readonly Peer[] = [];

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  /** A renewal was answered with who lives; `hasForgotten` when Redis did not know us any more. */
  async renewed(peers: readonly Peer[], hasForgotten: boolean): Promise<void> {
    if (hasForgotten && this.#known !== undefined) this.#unannounced = this.#known;
    if (this.#unannounced.length > 0) await this.#notes.missing(this.#unannounced);
    this.#unannounced = [];
    this.#known = peers;
  }
}
