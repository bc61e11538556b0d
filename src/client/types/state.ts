// What of an event's state an application sees, typed by what `defineEventState` returns. Without that type nothing is
// known of the state, and of own fields only that they have names.
import type {
  ArraySchema,
  CollectionSchema,
  MapSchema,
  Schema,
  SetSchema,
  StreamSchema,
} from "@colyseus/schema";
import type { EventSchema, Participant, ParticipantOf, StateOf } from "../../schema/event-state.ts";

export type { EventSchema };

/** The state of an event of this schema, as it is decoded; `unknown` where the schema is not given. */
export type RoomState<S extends EventSchema> = StateOf<S> extends Schema ? StateOf<S> : unknown;

/** The fields of a participant's own, as plain values that never change. */
export type OwnFields<S extends EventSchema> = keyof ParticipantOf<S> extends keyof Participant
  ? Readonly<Record<string, unknown>>
  : Immutable<Omit<ParticipantOf<S>, keyof Participant>>;

/** A part of the state as plain values that never change: objects for instances and maps, arrays for all else. */
export type Immutable<T> = unknown extends T
  ? unknown
  : T extends string | number | boolean | bigint | symbol | null | undefined
    ? T
    : T extends MapSchema<infer Item>
      ? { readonly [key: string]: Immutable<Item> }
      : T extends
            | ArraySchema<infer Item>
            | SetSchema<infer Item>
            | CollectionSchema<infer Item>
            | StreamSchema<infer Item>
            | readonly (infer Item)[]
        ? readonly Immutable<Item>[]
        : ImmutableFields<T>;

type ImmutableFields<T> = {
  readonly [Name in keyof T as Name extends keyof Schema
    ? never
    : T[Name] extends Function
      ? never
      : Name]: Immutable<T[Name]>;
};
