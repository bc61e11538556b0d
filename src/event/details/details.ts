// What a host has said of an event (title, capacity, grace, who may join, lock, who is to come), and whom it has removed:
// kept with the event as entries, so that it is stored like all else and comes back with it. Owns what holds now (for who
// wants a seat), and what of that is stored (for everyone else). Tells nobody.
import { comparableName } from "../../protocol/comparable-name.ts";
import { type KeptDetails, parseKeptDetails, parseKeptNames } from "../../protocol/incoming/event-changes.ts";
import type { EventChange, EventDetails, HostEventDetails } from "../../protocol/event-details.ts";
import type { Roster } from "../../seats/roster.ts";
import type { StoredDetails } from "../announcer.ts";
import type { StoredEvent } from "../../store/seat-store.ts";
import type { EventEntries } from "../stored/entries.ts";
import { type ChangeLimits, checkChange, withinLimits } from "./change-limits.ts";
import type { EventPolicy } from "./event-policy.ts";
import { type RemovalListener, RemovedDevices } from "./removed-devices.ts";

/** Entries of an event: everything but the names, which may be long, and the names. */
const [detailsKey, namesKey] = ["event/details", "event/expected_names"];

/** What the room around an event limits. Implemented by rooms/event-room-shell. */
interface LimitedRoom {
  /** How many seats its author lets there be; Infinity is without a limit. */
  readonly maxClients: number;
}

/** Whose details they are. Implemented by event/event. */
export interface DescribedEvent {
  readonly eventId: string;
  /** The name of its type, as clients know it. */
  readonly typeName: string;
}

/** Is told, behind a patch, that `shown` and `shownToHosts` return something else than before. */
export interface DetailsListener {
  detailsChanged(): void;
}

export interface DetailsParts {
  /** The server's settings. */
  readonly settings: ChangeLimits & { readonly gracePeriodMs: number };
  readonly policy: EventPolicy;
  readonly room: LimitedRoom;
  readonly roster: Pick<Roster, "kicked">;
  readonly entries: EventEntries;
}

export class Details implements StoredDetails, RemovalListener {
  readonly removed: RemovedDevices;
  /** Who tells clients of it. */
  listener: DetailsListener | undefined;
  readonly #event: DescribedEvent;
  readonly #parts: DetailsParts;
  #kept = parseKeptDetails(undefined);
  #names: readonly string[] = [];
  #storedDetails: KeptDetails = this.#kept;
  #storedNames = this.#names;
  /** The names, as they are compared. Undefined until somebody is. */
  #comparable: ReadonlySet<string> | undefined;
  #isDue = false;

  constructor(event: DescribedEvent, parts: DetailsParts) {
    this.#event = event;
    this.#parts = parts;
    this.removed = new RemovedDevices(parts.roster, parts.entries, this);
  }

  /** An event begins that nobody had. @param said what its host says of it; stored with whatever is stored of it first */
  begin(said: EventChange, now: number): void {
    this.#apply({ ...this.#kept, created_at: now }, withinLimits(said, this.#parts.settings));
    const { entries } = this.#parts;
    entries.note(detailsKey, JSON.stringify(this.#kept));
    if (this.#names.length > 0) entries.note(namesKey, JSON.stringify(this.#names));
    [this.#storedDetails, this.#storedNames] = [this.#kept, this.#names];
  }

  /**
   * Takes over what was stored, but for who was removed.
   * @param stored whose entries have been restored; an earlier version has not kept since when it is there
   */
  restore({ seats }: StoredEvent, now: number): void {
    const entries = this.#parts.entries.all();
    const kept = parseKeptDetails(entries.get(detailsKey));
    const createdAt =
      kept.created_at || seats.reduce((first, { record }) => Math.min(first, record.joinedAt), now);
    this.#apply(
      { ...kept, created_at: createdAt },
      { expected_names: parseKeptNames(entries.get(namesKey)) },
    );
    this.#parts.entries.note(detailsKey, JSON.stringify(this.#kept));
    [this.#storedDetails, this.#storedNames] = [this.#kept, this.#names];
  }

  /**
   * Changes what a host may change; what is left out stays. It holds at once for who wants a seat or drops; `shown` says it
   * when it is stored, and whoever listens is told behind the patch that follows.
   * @throws Refusal 400 `invalid_field` for what this server's settings do not allow; then nothing is changed
   */
  change(change: EventChange): void {
    checkChange(change, this.#parts.settings);
    this.#apply(this.#kept, change);
    const [kept, names] = [this.#kept, this.#names];
    const { entries } = this.#parts;
    if (change.expected_names !== undefined) entries.put(namesKey, JSON.stringify(names));
    entries.put(detailsKey, JSON.stringify(kept), () => {
      [this.#storedDetails, this.#storedNames] = [kept, names];
      this.#isDue = true;
    });
  }

  #apply(before: KeptDetails, { expected_names: names, ...said }: EventChange): void {
    this.#kept = {
      title: said.title ?? before.title,
      capacity: said.capacity ?? before.capacity,
      grace_period_ms: said.grace_period_ms ?? before.grace_period_ms,
      who_may_join: said.who_may_join ?? before.who_may_join,
      is_locked: said.is_locked ?? before.is_locked,
      created_at: before.created_at,
    };
    if (names !== undefined) [this.#names, this.#comparable] = [[...names], undefined];
    this.#parts.policy.gracePeriodMs = this.#kept.grace_period_ms ?? this.#parts.settings.gracePeriodMs;
  }

  // --- what holds now ---

  get isLocked(): boolean {
    return this.#kept.is_locked;
  }

  /** How many seats there may be, held ones included. */
  get capacity(): number {
    return this.#capacityOf(this.#kept);
  }

  /** Whether somebody of this name may take a seat. */
  mayJoin(displayName: string | null): boolean {
    if (this.#kept.who_may_join === "anyone") return true;
    this.#comparable ??= new Set(this.#names.map(comparableName));
    const name = comparableName(displayName ?? "");
    return name !== "" && this.#comparable.has(name);
  }

  // --- what is stored ---

  /** It has changed, and nobody has been told. */
  get isDue(): boolean {
    return this.#isDue;
  }

  removalStored(): void {
    this.#isDue = true;
  }

  deliver(): void {
    this.#isDue = false;
    this.listener?.detailsChanged();
  }

  /** The grace of drops from now on, in ms. */
  get gracePeriodMs(): number {
    return this.#storedDetails.grace_period_ms ?? this.#parts.settings.gracePeriodMs;
  }

  /** What everyone may know. */
  shown(): EventDetails {
    const kept = this.#storedDetails;
    return {
      event_id: this.#event.eventId,
      type: this.#event.typeName,
      title: kept.title,
      capacity: this.#capacityOf(kept),
      grace_period_ms: this.gracePeriodMs,
      who_may_join: kept.who_may_join,
      is_locked: kept.is_locked,
      created_at: kept.created_at,
    };
  }

  /** What hosts know beside. */
  shownToHosts(): HostEventDetails {
    const { removed } = this;
    const ofHosts = { removed: removed.list(), removed_total: removed.total };
    return { ...this.shown(), expected_names: [...this.#storedNames], ...ofHosts };
  }

  #capacityOf({ capacity = Number.POSITIVE_INFINITY }: KeptDetails): number {
    return Math.min(capacity, this.#parts.room.maxClients, this.#parts.settings.maxParticipants);
  }
}
