// holdfast/client: a participant's place in an event that survives a bad network. For browsers and Node.
import { systemEnvironment } from "./platform/environment.ts";
import { SdkDialer } from "./connection/sdk/dialer.ts";
import { Session } from "./session/session.ts";
import type { EventSchema, EventSession, JoinEventOptions } from "./types/index.ts";

/**
 * Joins an event, and keeps the place in it until it is left, taken away, or the server cannot be found any more.
 * Returns at once, in the status `connecting`; `session.joined()` and `session.on("status", ...)` say how it goes.
 * @param options `url` and `eventId`, and how patient the session is, in milliseconds
 * @throws TypeError when `url` is not an http(s):// or ws(s):// address, or `eventId` is empty; RangeError for a time that
 * is not above 0 ms; Error when the `@colyseus/sdk` that is loaded is not one that this client can work with.
 * @example
 * const session = joinEvent({ url: "https://events.example.com", eventId: "quiz", displayName: "Ann" });
 * session.on("participant_left", ({ device_id, reason }) => console.log(device_id, reason));
 * await session.joined();
 * @example
 * const session = joinEvent<typeof quiz>({ url, eventId }); // quiz is what defineEventState has returned
 * session.roomState?.question; // typed, as are the own fields of its participants
 */
export function joinEvent<S extends EventSchema = EventSchema>(options: JoinEventOptions): EventSession<S> {
  const environment = systemEnvironment();
  const session: unknown = new Session(options, environment, new SdkDialer(options.url, environment));
  return session as EventSession<S>; // of what the state is made, the compiler alone knows
}

export { PublishError, SessionEndedError } from "./errors.ts";
export { stateCallbacks } from "./state/state-callbacks.ts";
export type {
  AuthorsAnnouncement,
  DisconnectReason,
  LeaveReason,
  ParticipantJoined,
  ParticipantLeft,
  ParticipantReconnected,
  ParticipantStatus,
  ParticipantTemporarilyDisconnected,
} from "../protocol/messages.ts";
export type * from "./types/index.ts";
