// What of one event is on its way into the store. Owns what is decided, whose fields have changed, and whether the event's
// facts and which of its entries have; hands all of it to the queue as one batch when it is asked, takes it back when it could not be stored, and
// knows who waits for that. Never announces anything: what is committed goes to its event.
import type { Clock } from "../../clock.ts";
import type { HistoryEntry } from "../../protocol/messages.ts";
import type { Change } from "../../seats/roster.ts";
import type { Committer } from "../../store/committer.ts";
import type { EntryChanges, EventBatch } from "../../store/seat-store.ts";
import { type EntryBatch, EventEntries } from "./entries.ts";

/** A change that the roster has decided, and who waits until it is announced. */
export interface DecidedChange {
  readonly change: Change;
  readonly whenAnnounced: (() => void) | undefined;
}

/** What a room author announces to all, in its place among the changes; nothing of it is stored. */
export interface DecidedAnnouncement {
  readonly change?: undefined;
  readonly entry: HistoryEntry;
  readonly whenAnnounced: () => void;
}

/** What is announced once everything up to it is stored. */
export type Decided = DecidedChange | DecidedAnnouncement;

/** Is called with what becomes of a batch. Implemented by event/event. */
export interface CommitListener {
  /** What these say is stored, in the order in which they were decided. May be none. */
  committed(decided: readonly Decided[]): void;
  /** The store was out of reach for this long, in ms: nobody pays for that. */
  postpone(byMs: number): void;
}

/** What a room author has changed since the last patch. Implemented by rooms/author/room-author. */
export interface AuthorsChanges {
  ownChanges(): { readonly devices: readonly string[]; readonly event: boolean };
}

/** The event as it is to be stored. Implemented by event/stored/event-record. */
export interface StorableEvent {
  /** Everything; `entries` is all of them. */
  whole(entries: EntryChanges | undefined): EventBatch;
  /** The seats of these devices, these entries, and with `hasFacts` what the event is. */
  part(devices: Iterable<string>, entries: EntryChanges | undefined, hasFacts: boolean): EventBatch;
}

/** The process's queue into the store. Implemented by store/commit-queue. */
export interface Commits {
  join(committer: Committer): void;
  /** Asks for a commit of what the committer has, at the end of this turn of the event loop. */
  request(committer: Committer): void;
  /** Has everything of the committer written with its next commit. */
  markDirty(committer: Committer): void;
  /** The committer has gone; what it has decided is still stored, unless it is forgotten. */
  leave(committer: Committer, isForgotten: boolean): void;
}

/** What the queue has been given, until it says what became of it. */
interface Taken {
  readonly decided: Decided[];
  readonly touched: Set<string>;
  readonly entryKeys: Set<string>;
  readonly hasFacts: boolean;
  readonly whenStored: (() => void)[];
}

export class CommitBatch implements Committer, EntryBatch {
  /** What the event keeps beside its seats and facts. */
  readonly entries = new EventEntries(this);
  readonly #listener: CommitListener;
  readonly #record: StorableEvent;
  readonly #author: AuthorsChanges;
  readonly #commits: Commits;
  readonly #clock: Clock;
  #decided: Decided[] = [];
  /** Devices whose seat or own fields have changed in what has no announcement: stored, and shown by the state alone. */
  #touched = new Set<string>();
  /** Entries that have changed, in the order in which they first did. */
  #entryKeys = new Set<string>();
  #hasFacts = true; // a new event's first commit says what it is
  #whenStored: (() => void)[] = [];
  /** Whatever a handler changed belongs into the same commit. */
  #takesAuthorsChanges = false;
  /** Something beside changes waits to be stored. */
  #isRequested = false;
  /** What a commit under way is about; undefined when none is. */
  #underWay: Taken | undefined;
  #whenAllStored: ((isStored: boolean) => void)[] = [];
  /** The room has gone: whatever its author's code still asks of it is no part of the event, which may be another room's. */
  #hasLeft = false;
  #isDiscarded = false;

  constructor(
    listener: CommitListener,
    record: StorableEvent,
    author: AuthorsChanges,
    commits: Commits,
    clock: Clock,
  ) {
    this.#listener = listener;
    this.#record = record;
    this.#author = author;
    this.#commits = commits;
    this.#clock = clock;
    commits.join(this);
  }

  // --- what is to be stored ---

  /** Takes a change that the roster has decided. `whenAnnounced` runs once it is stored, in the state and announced. */
  decide(change: Change, whenAnnounced?: () => void): void {
    if (this.#hasLeft) return whenAnnounced?.();
    this.#decided.push({ change, whenAnnounced });
    this.#commits.request(this);
  }

  /**
   * Takes what a room author announces: it follows what was decided before it, and the commit of whatever its author has
   * changed until this turn of the event loop ends. `whenAnnounced` runs once it is announced, or never will be.
   */
  announce(entry: HistoryEntry, whenAnnounced: () => void): void {
    if (this.#hasLeft) return whenAnnounced();
    this.#decided.push({ entry, whenAnnounced });
    this.#takesAuthorsChanges = true;
    this.#commits.request(this);
  }

  /** Has a device's seat and own fields stored with the next commit; `whenStored` runs then, and must not throw. */
  touch(deviceId: string, whenStored?: () => void): void {
    if (this.#hasLeft) return;
    this.#touched.add(deviceId);
    if (whenStored !== undefined) {
      this.#whenStored.push(whenStored);
      this.#takesAuthorsChanges = true;
    }
    this.#request();
  }

  touchEntry(key: string, whenStored?: () => void): void {
    if (this.#hasLeft) return;
    this.#entryKeys.add(key);
    if (whenStored !== undefined) this.#whenStored.push(whenStored);
    this.#takesAuthorsChanges = true;
    this.#request();
  }

  noteEntry(key: string): void {
    if (!this.#hasLeft) this.#entryKeys.add(key);
  }

  /** Has the event's facts stored with the next commit. */
  touchFacts(): void {
    if (this.#hasLeft) return;
    this.#hasFacts = true;
    this.#request();
  }

  /** Has whatever a room author has changed since the last patch stored with the next commit. */
  touchAuthorsChanges(): void {
    const { devices, event } = this.#author.ownChanges();
    for (const deviceId of devices) this.touch(deviceId);
    if (event) this.touchFacts();
  }

  /** Has everything of the event stored with the next commit, and nothing else kept. */
  storeWhole(): void {
    this.#commits.markDirty(this);
  }

  #request(): void {
    this.#isRequested = true;
    this.#commits.request(this);
  }

  // --- what the queue asks ---

  takeDecided(isWhole: boolean): EventBatch | undefined {
    if (this.#underWay !== undefined) return undefined;
    this.#takeAuthorsChanges();
    const isNothing =
      this.#decided.length + this.#touched.size + this.#entryKeys.size === 0 && !this.#hasFacts;
    if (isNothing && !isWhole) return undefined;
    const taken = {
      decided: this.#decided,
      touched: this.#touched,
      entryKeys: this.#entryKeys,
      hasFacts: this.#hasFacts,
      whenStored: this.#whenStored,
    };
    // may throw: nothing is taken yet
    const batch = isWhole ? this.#record.whole(this.entries.whole()) : this.#partOf(taken);
    this.#underWay = taken;
    this.#isRequested = false;
    this.#decided = [];
    this.#touched = new Set();
    this.#entryKeys = new Set();
    this.#hasFacts = false;
    this.#whenStored = [];
    return batch;
  }

  #takeAuthorsChanges(): void {
    if (!this.#takesAuthorsChanges) return;
    this.#takesAuthorsChanges = false;
    this.touchAuthorsChanges();
  }

  #partOf({ decided, touched, entryKeys, hasFacts }: Taken): EventBatch {
    const devices = new Set(touched);
    for (const { change } of decided) if (change !== undefined) devices.add(change.deviceId);
    return this.#record.part(devices, this.entries.changes(entryKeys), hasFacts);
  }

  committed(): void {
    const taken = this.#underWay;
    this.#underWay = undefined;
    if (taken !== undefined) for (const whenStored of taken.whenStored) whenStored();
    if (this.isStored) this.#letGo(true);
    else this.#commits.request(this);
    this.#listener.committed(taken?.decided ?? []);
  }

  putBack(): void {
    const taken = this.#underWay;
    if (taken === undefined) return;
    this.#underWay = undefined;
    this.#decided = [...taken.decided, ...this.#decided];
    for (const deviceId of taken.touched) this.#touched.add(deviceId);
    this.#entryKeys = new Set([...taken.entryKeys, ...this.#entryKeys]);
    this.#hasFacts ||= taken.hasFacts;
    this.#whenStored = [...taken.whenStored, ...this.#whenStored];
    this.#isRequested = true;
  }

  postpone(byMs: number): void {
    this.#listener.postpone(byMs);
  }

  // --- who waits, and the end ---

  /** True when nothing waits to be stored. */
  get isStored(): boolean {
    return this.#underWay === undefined && this.#decided.length === 0 && !this.#isRequested;
  }

  /** Resolves with whether everything decided so far is stored, within `limitMs` if that is given. */
  stored(limitMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (this.isStored) return Promise.resolve(!this.#isDiscarded);
    return new Promise((resolve) => {
      const isLimited = limitMs !== Number.POSITIVE_INFINITY;
      const limit = isLimited ? this.#clock.after(limitMs, () => resolve(false)) : undefined;
      this.#whenAllStored.push((isStored) => {
        limit?.cancel();
        resolve(isStored);
      });
    });
  }

  /**
   * The room has gone; what is decided by now is still stored, unless `isForgotten`: then the event is over. Whatever comes
   * later is not.
   */
  leave(isForgotten: boolean): void {
    if (!isForgotten) this.#takeAuthorsChanges();
    this.#hasLeft = true;
    this.#commits.leave(this, isForgotten);
  }

  /** Nothing more of the event is stored, and whoever waits is let go. */
  discard(): void {
    const waiting = [...(this.#underWay?.decided ?? []), ...this.#decided];
    this.leave(true);
    this.#underWay = undefined;
    this.#decided = [];
    this.#isRequested = false;
    this.#isDiscarded = true;
    for (const { whenAnnounced } of waiting) whenAnnounced?.();
    this.#letGo(false);
  }

  #letGo(isStored: boolean): void {
    for (const letGo of this.#whenAllStored.splice(0)) letGo(isStored);
  }
}
