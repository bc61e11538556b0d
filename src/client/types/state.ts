// What of an event's state an application sees, typed by what `defineEventState` returns. Without that type nothing is
// known of the state.
import type { EventSchema, StateOf } from "../../schema/event-state.ts";

export type { EventSchema };

/** The state of an event of this schema, as it is decoded; `unknown` where the schema is not given. */
export type RoomState<S extends EventSchema> = EventSchema extends S ? unknown : StateOf<S>;
