// What a room author keeps in the state beside ours, and out of it (`onSave`): turned into JSON for the store and back,
// and watched for changes, so that only what has changed is stored again. Costs nothing for an author who adds nothing.
import type { Encoder } from "@colyseus/schema";
import { visitChanged } from "./reach-in.ts";
import type { EventSchema, ParticipantOf, StateOf } from "./schema/EventState.ts";

type Jsonable = object & { restore(json: never): unknown };

export interface OwnSnapshot {
  /** What `onSave` returned; undefined when the author has none. */
  readonly save: () => unknown;
  readonly restore: (saved: unknown) => void;
}

export class OwnState<S extends EventSchema> {
  readonly #schema: S;
  readonly #state: StateOf<S>;
  readonly #snapshot: OwnSnapshot;
  readonly #saved = new Map<string, string | null>();
  #savedEvent: string | null = null;

  constructor(schema: S, state: StateOf<S>, snapshot: OwnSnapshot) {
    this.#schema = schema;
    this.#state = state;
    this.#snapshot = snapshot;
  }

  ofParticipant(deviceId: string): string | null {
    const entry = this.#state.participants.get(deviceId);
    const json = entry === undefined ? null : jsonOf(entry, this.#schema.own.participant);
    this.#saved.set(deviceId, json);
    return json;
  }

  ofEvent(): string | null {
    const fields = this.#fieldsOfEvent();
    this.#savedEvent = fields;
    const snapshot = this.#snapshot.save();
    if (fields === null && snapshot === undefined) return null;
    return JSON.stringify({ fields: fields === null ? {} : JSON.parse(fields), snapshot });
  }

  /** The devices, and whether the event, whose own fields differ from what was last asked for. Call before a patch. */
  changed(encoder: Encoder): { devices: string[]; event: boolean } {
    const { participant, event } = this.#schema.own;
    const devices = new Set<string>();
    let isEvent = false;
    if (participant.length + event.length === 0) return { devices: [], event: false };
    visitChanged(encoder, (instance) => {
      if (instance instanceof this.#schema.Participant) devices.add(instance.device_id);
      else if (instance === this.#state) isEvent = true;
    });
    const isNew = (deviceId: string) => {
      const entry = this.#state.participants.get(deviceId);
      return entry !== undefined && jsonOf(entry, participant) !== (this.#saved.get(deviceId) ?? null);
    };
    return {
      devices: [...devices].filter(isNew),
      event: isEvent && this.#fieldsOfEvent() !== this.#savedEvent,
    };
  }

  restoreParticipant(entry: ParticipantOf<S>, json: string): void {
    (entry as Jsonable).restore(JSON.parse(json) as never);
    this.#saved.set(entry.device_id, json);
  }

  restoreEvent(json: string): void {
    const { fields, snapshot } = JSON.parse(json) as { fields: object; snapshot?: unknown };
    (this.#state as Jsonable).restore(fields as never);
    this.#savedEvent = this.#fieldsOfEvent();
    if (snapshot !== undefined) this.#snapshot.restore(snapshot);
  }

  forget(deviceId: string): void {
    this.#saved.delete(deviceId);
  }

  #fieldsOfEvent(): string | null {
    return jsonOf(this.#state, this.#schema.own.event);
  }
}

function jsonOf(instance: object, fields: readonly string[]): string | null {
  if (fields.length === 0) return null;
  const own: Record<string, unknown> = {};
  for (const field of fields) own[field] = Reflect.get(instance, field);
  return JSON.stringify(own); // collections and nested schemas have a toJSON
}
