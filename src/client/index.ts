// holdfast/client: a participant's place in an event that survives a bad network. For browsers and Node.
import { systemEnvironment } from "./platform/environment.ts";
import { dialer } from "./connection/connection.ts";
import { Session } from "./session/session.ts";
import type { EventSession, JoinEventOptions } from "./session/types.ts";

/**
 * Joins an event, and keeps the place in it until it is left, taken away, or the server cannot be found any more.
 * Returns at once, in the status `connecting`; `session.joined()` and `session.on("status", ...)` say how it goes.
 * @throws TypeError when `url` is not an http(s):// or ws(s):// address.
 */
export function joinEvent(options: JoinEventOptions): EventSession {
  const environment = systemEnvironment();
  return new Session(options, environment, dialer(options.url, environment));
}

export { PublishError, SessionEndedError } from "./session/errors.ts";
export type {
  DisconnectReason,
  LeaveReason,
  ParticipantJoined,
  ParticipantLeft,
  ParticipantReconnected,
  ParticipantStatus,
  ParticipantTemporarilyDisconnected,
} from "../protocol/messages.ts";
export type * from "./session/types.ts";
