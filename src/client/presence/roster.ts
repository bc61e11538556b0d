// Everyone in the event, as plain entries that stay as they last were while the connection is lost. Reads the room's
// state; looks only at who has changed, because a patch changes a few of thousands. Never announces anything.
import type { DisconnectReason, ParticipantStatus } from "../../protocol/messages.ts";
import type { StateChange, StateChanges } from "../state/changes.ts";
import { immutableCopy } from "../state/immutable-copy.ts";
import { fieldsOf, identityOf } from "../state/internals.ts";
import type { RosterEntry } from "../types/index.ts";

interface ParticipantView {
  readonly device_id: string;
  readonly user_id: string;
  readonly display_name: string;
  readonly status: ParticipantStatus;
  readonly reason: DisconnectReason | "";
  readonly joined_at: number;
  readonly disconnected_at: number;
  readonly grace_expires_at: number;
}

/** What the client reads of an event's state; a room author's fields are beside it. */
export interface EventView {
  readonly event_id: string;
  readonly grace_period_ms: number;
  readonly heartbeat_interval_ms: number;
  readonly participants?: {
    readonly size: number;
    get(deviceId: string): ParticipantView | undefined;
    forEach(each: (participant: ParticipantView, deviceId: string) => void): void;
  };
}

/** What every participant has; all other fields are its own. */
const ours: ReadonlySet<string> = new Set<keyof ParticipantView>([
  "device_id",
  "user_id",
  "display_name",
  "status",
  "reason",
  "joined_at",
  "disconnected_at",
  "grace_expires_at",
]);

const nobody: ReadonlySet<string> = new Set();
const noFields: RosterEntry["own"] = Object.freeze({});

export class Roster {
  readonly #deviceId: string;
  #state: EventView | undefined;
  #entries: ReadonlyMap<string, RosterEntry> = new Map();
  #ids: readonly string[] = [];
  /** Whose an instance or a collection of the state is, by its identity; an author may give one to several. */
  #owners = new WeakMap<object, Set<string>>();

  constructor(deviceId: string) {
    this.#deviceId = deviceId;
  }

  get entries(): ReadonlyMap<string, RosterEntry> {
    return this.#entries;
  }

  /** Everyone's device, in the state's order; the same array for as long as nobody comes, goes or changes places. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** For how long a seat is kept, in ms; undefined before the first state. */
  get gracePeriodMs(): number | undefined {
    return this.#state?.grace_period_ms;
  }

  /** Our own entry; undefined when we have none. */
  get own(): RosterEntry | undefined {
    return this.#entries.get(this.#deviceId);
  }

  /**
   * Takes the state over. Returns whose entries have changed, come or gone, by device; undefined when nothing has, and
   * else `entries` is another map.
   * @param changes since the state before; undefined, or with another state, everyone is looked at
   */
  update(state: EventView, changes?: StateChanges): ReadonlySet<string> | undefined {
    const isKnown = state === this.#state && changes !== undefined && !isReplaced(state, changes);
    if (!isKnown) this.#owners = new WeakMap();
    this.#state = state;
    const touched = isKnown ? this.#touchedBy(state, changes) : undefined;
    if (touched?.size === 0) return undefined;
    const hasMoved = !isKnown || changes.some(({ ref }) => ref === state.participants);
    const before = this.#entries;
    const next =
      touched === undefined || hasMoved ? this.#inOrder(state, touched) : this.#with(state, touched);
    const changed = changedIn(before, next, touched ?? new Set([...before.keys(), ...next.keys()]));
    const ids = hasMoved ? [...next.keys()] : this.#ids;
    const isSameOrder = isSameList(ids, this.#ids);
    if (changed.size === 0 && isSameOrder) return undefined;
    this.#entries = next;
    if (!isSameOrder) this.#ids = Object.freeze(ids);
    return changed;
  }

  /** Who has to be looked at. */
  #touchedBy({ participants }: EventView, changes: readonly StateChange[]): ReadonlySet<string> {
    const touched = new Set<string>();
    for (const { ref, field, dynamicIndex } of changes)
      if (ref === participants) touched.add(String(dynamicIndex ?? field));
      else for (const owner of this.#owners.get(identityOf(ref)) ?? nobody) touched.add(owner);
    return touched;
  }

  /** Everyone, in the state's order; only who is touched is looked at. */
  #inOrder({ participants }: EventView, touched: ReadonlySet<string> | undefined): Map<string, RosterEntry> {
    const next = new Map<string, RosterEntry>();
    participants?.forEach((participant, deviceId) => {
      const known = this.#entries.get(deviceId);
      const isTouched = known === undefined || touched === undefined || touched.has(deviceId);
      next.set(deviceId, isTouched ? this.#entryOf(participant, deviceId, known) : known);
    });
    return next;
  }

  /** Those who are there, of whom some are touched. */
  #with({ participants }: EventView, touched: ReadonlySet<string>): Map<string, RosterEntry> {
    const next = new Map(this.#entries);
    for (const deviceId of touched) {
      const participant = participants?.get(deviceId);
      if (participant !== undefined)
        next.set(deviceId, this.#entryOf(participant, deviceId, next.get(deviceId)));
    }
    return next;
  }

  #entryOf(participant: ParticipantView, deviceId: string, known: RosterEntry | undefined): RosterEntry {
    this.#belongs(participant, deviceId);
    const own = this.#ownOf(participant, deviceId, known?.own);
    if (known !== undefined && known.own === own && isSame(known, participant)) return known;
    return {
      deviceId,
      userId: participant.user_id,
      displayName: participant.display_name,
      status: participant.status,
      reason: participant.reason,
      joinedAt: participant.joined_at,
      disconnectedAt: participant.disconnected_at,
      graceExpiresAt: participant.grace_expires_at,
      isMe: deviceId === this.#deviceId,
      own,
    };
  }

  #ownOf(participant: object, deviceId: string, before: RosterEntry["own"] = noFields): RosterEntry["own"] {
    const names = fieldsOf(participant) ?? Object.keys(participant);
    const own: Record<string, unknown> = {};
    for (const name of names) if (!ours.has(name)) own[name] = Reflect.get(participant, name);
    try {
      return immutableCopy(own, before, (ref) => this.#belongs(ref, deviceId)) as RosterEntry["own"];
    } catch {
      return before; // it contains itself: the room's author is told so by the server, and everyone else goes on
    }
  }

  #belongs(ref: object, deviceId: string): void {
    const identity = identityOf(ref);
    const owners = this.#owners.get(identity);
    if (owners === undefined) this.#owners.set(identity, new Set([deviceId]));
    else owners.add(deviceId);
  }
}

/** The author's room, or a server that is not ours, has put another map into the place of the participants'. */
const isReplaced = (state: EventView, changes: readonly StateChange[]): boolean =>
  changes.some(({ ref, field }) => ref === state && field === "participants");

function changedIn(
  before: ReadonlyMap<string, RosterEntry>,
  next: ReadonlyMap<string, RosterEntry>,
  touched: ReadonlySet<string>,
): ReadonlySet<string> {
  return new Set([...touched].filter((deviceId) => before.get(deviceId) !== next.get(deviceId)));
}

function isSame(entry: RosterEntry, participant: ParticipantView): boolean {
  return (
    entry.status === participant.status &&
    entry.graceExpiresAt === participant.grace_expires_at &&
    entry.disconnectedAt === participant.disconnected_at &&
    entry.joinedAt === participant.joined_at &&
    entry.reason === participant.reason &&
    entry.displayName === participant.display_name &&
    entry.userId === participant.user_id
  );
}

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id, index) => id === other[index]);
