// holdfast/schema: an event's state, defined once in a file that the room, its clients and a page import. It loads no server
// code, so that such a file works in a browser.
export {
  defineEventState,
  type EventSchema,
  EventState,
  Participant,
  type ParticipantOf,
  type StateOf,
} from "./event-state.ts";

// The framework's own, from the one copy that rooms and clients decode with: fields of a second copy would not encode.
export { schema, t } from "@colyseus/schema";
