// The own fields that a new participant begins with, as its room's author gave them: checked before there is a seat, so that
// a mistake is one error and one refused join, and nothing that the state cannot be encoded with.
import { fieldOf } from "../../schema/internals.ts";
import type { EventSchema } from "../../schema/event-state.ts";

type Restorable = object & { restore(json: never): unknown };

/**
 * @returns all own fields of such a participant, as JSON
 * @throws TypeError for what is no own field of a participant's, or is of another kind
 */
export function beginningOf(schema: EventSchema, fields: unknown): string {
  if (typeof fields !== "object" || fields === null)
    throw new TypeError("onSeatRequested: it must return own fields of the participant, or nothing");
  const own = schema.own.participant;
  for (const [name, value] of Object.entries(fields)) {
    if (!own.includes(name))
      throw new TypeError(`onSeatRequested: ${name} is no field that defineEventState gives a participant`);
    const kind = fieldOf(schema.Participant, name)?.type;
    if (!isOf(kind, value)) throw new TypeError(`onSeatRequested: ${name} must be a ${String(kind)}`);
  }
  const participant = new schema.Participant() as object as Restorable;
  participant.restore(JSON.parse(JSON.stringify(fields)) as never);
  return JSON.stringify(Object.fromEntries(own.map((name) => [name, Reflect.get(participant, name)])));
}

/** Plain kinds by their names; of a collection or an instance `restore` makes what it can. */
function isOf(kind: unknown, value: unknown): boolean {
  if (typeof kind !== "string") return typeof value === "object" && value !== null;
  if (kind === "string" || kind === "boolean") return typeof value === kind;
  return typeof value === "number" && Number.isFinite(value);
}
