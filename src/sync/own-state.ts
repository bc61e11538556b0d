// What a room author keeps in the state beside ours, and out of it (`onSave`): turned into JSON for the store and back,
// and watched for changes, so that only what has changed is stored again. Costs nothing for an author who adds nothing.
import type { HeldSeat, Seat } from "../seats/seat.ts";
import type { Guard } from "./guard.ts";
import type { SeatEntry, StateEncoder, StateKind, StateShape } from "./state-shape.ts";

type Jsonable = object & { restore(json: never): unknown };

/** Hooks of a room author's. Implemented by rooms/AuthorRoom, as far as an author writes them. */
export interface OwnSnapshot {
  onSave?(): unknown;
  onRestore?(saved: unknown, lost: { readonly downMs: number }): void;
}

export class OwnState {
  readonly #kind: StateKind;
  readonly #state: StateShape;
  readonly #snapshot: OwnSnapshot;
  readonly #saved = new Map<string, string | null>();
  readonly #guard: Guard;
  /** What new seats begin with, as JSON, by seat: until they are in the state. */
  readonly #beginnings = new Map<string, string>();
  #savedEvent: string | null = null;
  /** Whose fields could not be written when they were last asked for: that is reported once. */
  readonly #unwritable = new WeakSet<object>();
  #lastSnapshot: string | undefined;

  constructor(kind: StateKind, state: StateShape, snapshot: OwnSnapshot, guard: Guard) {
    this.#guard = guard;
    this.#kind = kind;
    this.#state = state;
    this.#snapshot = snapshot;
  }

  begin(seat: Seat, json: string): void {
    this.#beginnings.set(keyOf(seat), json);
  }

  /** A new seat's entry: it has what the seat begins with from now on. */
  beginParticipant(entry: SeatEntry, seat: Seat): void {
    const json = this.#beginningOf(seat);
    if (json === null) return;
    this.#beginnings.delete(keyOf(seat));
    (entry as SeatEntry & Jsonable).restore(JSON.parse(json) as never);
  }

  #beginningOf(seat: Seat): string | null {
    return this.#beginnings.size === 0 ? null : (this.#beginnings.get(keyOf(seat)) ?? null);
  }

  ofParticipant(seat: HeldSeat): string | null {
    const { deviceId, joinedAt } = seat;
    const entry = this.#state.participants.get(deviceId);
    // [S16] what the state still shows may be this device's last seat, which has left: nothing of it is inherited
    const isThisSeat = entry?.joined_at === joinedAt;
    const json = isThisSeat ? this.#fieldsOf(entry) : this.#beginningOf(seat); // its first commit comes before its first patch
    this.#saved.set(deviceId, json);
    return json;
  }

  ofEvent(): string | null {
    const fields = this.#fieldsOfEvent();
    this.#savedEvent = fields;
    const snapshot = this.#snapshotJson();
    if (fields === null && snapshot === undefined) return null;
    return `{"fields":${fields ?? "{}"}${snapshot === undefined ? "" : `,"snapshot":${snapshot}`}}`;
  }

  /** What the author saves, or what it saved last if that fails now: its error must not keep others from being stored. */
  #snapshotJson(): string | undefined {
    try {
      const saved = this.#snapshot.onSave?.();
      if (saved instanceof Promise) {
        saved.catch(() => {});
        throw new TypeError("onSave must return what is to be saved, not a promise of it");
      }
      this.#lastSnapshot = JSON.stringify(saved) as string | undefined;
    } catch (error) {
      this.#guard.reportError("onSave", error);
    }
    return this.#lastSnapshot;
  }

  /** The devices, and whether the event, whose own fields differ from what was last asked for. Call before a patch. */
  changed(encoder: Pick<StateEncoder, "visitChanged">): { devices: string[]; event: boolean } {
    const { participant, event } = this.#kind.own;
    const devices = new Set<string>();
    let isEvent = false;
    if (participant.length + event.length === 0) return { devices: [], event: false };
    encoder.visitChanged((instance) => {
      if (instance === this.#state.participants) return false; // a participant's change is not the event's
      if (instance instanceof this.#kind.Participant) devices.add(instance.device_id);
      else if (instance === this.#state) isEvent = true;
      return true;
    });
    const isNew = (deviceId: string) => {
      const entry = this.#state.participants.get(deviceId);
      return entry !== undefined && this.#fieldsOf(entry) !== (this.#saved.get(deviceId) ?? null);
    };
    return {
      devices: [...devices].filter(isNew),
      event: isEvent && this.#fieldsOfEvent() !== this.#savedEvent,
    };
  }

  restoreParticipant(entry: SeatEntry, json: string): void {
    (entry as SeatEntry & Jsonable).restore(JSON.parse(json) as never);
    this.#saved.set(entry.device_id, json);
  }

  restoreEvent(json: string, downMs: number): void {
    const { fields, snapshot } = JSON.parse(json) as { fields: object; snapshot?: unknown };
    (this.#state as StateShape & Jsonable).restore(fields as never);
    this.#savedEvent = this.#fieldsOfEvent();
    if (snapshot === undefined) return;
    this.#lastSnapshot = JSON.stringify(snapshot);
    this.#guard.call("onRestore", this.#snapshot, this.#snapshot.onRestore, snapshot, { downMs });
  }

  forget(deviceId: string): void {
    this.#saved.delete(deviceId);
  }

  #fieldsOfEvent(): string | null {
    return this.#written(this.#state, this.#kind.own.event, this.#savedEvent);
  }

  #fieldsOf(entry: SeatEntry): string | null {
    const last = this.#saved.get(entry.device_id) ?? null;
    return this.#written(entry, this.#kind.own.participant, last);
  }

  /**
   * An author's fields as JSON; where they cannot be written, as they were stored last: that is their author's mistake, and
   * must keep nobody's seat from being stored.
   */
  #written(instance: object, fields: readonly string[], last: string | null): string | null {
    try {
      const json = jsonOf(instance, fields);
      this.#unwritable.delete(instance);
      return json;
    } catch (cause) {
      if (!this.#unwritable.has(instance))
        this.#guard.reportError("own", unwritable(instance, fields, cause));
      this.#unwritable.add(instance);
      return last;
    }
  }
}

/** A seat for itself: a device may have several, one after the other. */
const keyOf = ({ deviceId, joinedAt }: Seat) => `${joinedAt} ${deviceId}`;

function jsonOf(instance: object, fields: readonly string[]): string | null {
  if (fields.length === 0) return null;
  const own: Record<string, unknown> = {};
  for (const field of fields) own[field] = Reflect.get(instance, field);
  return JSON.stringify(own); // collections and nested schemas have a toJSON
}

/** Which field it is, and what is wrong with it, in a sentence. */
function unwritable(instance: object, fields: readonly string[], cause: unknown): TypeError {
  const { device_id: deviceId } = instance as Partial<SeatEntry>;
  const owner = deviceId === undefined ? "the event" : `participant ${JSON.stringify(deviceId)}`;
  const field = fields.find((name) => !isWritable(instance, name)) ?? fields.join(", ");
  const isCircle = cause instanceof RangeError; // the machine's stack was not deep enough
  const why = isCircle ? "contains itself, or is nested too deep" : "cannot be written as JSON";
  return new TypeError(
    `The own field ${field} of ${owner} ${why}: its fields stay as they were stored last`,
    { cause },
  );
}

function isWritable(instance: object, field: string): boolean {
  try {
    return jsonOf(instance, [field]) !== null;
  } catch {
    return false;
  }
}
