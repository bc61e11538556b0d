// What a room alone does with an event's state; how one is defined stands in src/schema, which browsers load, too.
import type { EventSchema, StateOf } from "../../schema/event-state.ts";
import { fieldOf } from "../../schema/internals.ts";
import { guardMapKeys } from "../internals/schema.ts";

/** True when all of an author's own fields are plain values that every patch tells: no collection, no nested instance. */
export function isFlat({ Participant, State, own }: EventSchema): boolean {
  const isPlain = (type: object) => (name: string) => {
    const field = fieldOf(type, name);
    return typeof field?.type === "string" && !field.patchOnly && !field.fullStateOnly;
  };
  return own.participant.every(isPlain(Participant)) && own.event.every(isPlain(State));
}

/** A new event's state. */
export function newState<S extends EventSchema>(schema: S): StateOf<S> {
  const state = new schema.State();
  guardMapKeys(state.participants);
  return state as StateOf<S>;
}
