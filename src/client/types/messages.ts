// What is published to a room, and what a room tells.

/** Why `publish` failed: nothing of it has taken effect, or will, except where it says so. */
export type PublishFailure =
  | "too_large" // one message must fit into a frame
  | "outbox_full" // too many are waiting
  | "not_json"
  | "refused" // the room's handler said no; the message is its sentence
  | "seat_lost" // the grace was over before it was acknowledged: it may or may not have taken effect
  | "handed_over" // another tab of this browser has taken the outbox over, and delivers it
  | "closed" // by `close()`: what waits is kept in the storage, and sent by this device's next session
  | "ended"; // the session is over; the message and docs/client.md say what becomes of what was waiting

/** What a handler of `onTold` gets beside the payload. */
export interface ToldMessage {
  /** The same for every delivery of this message: give it to whatever outside the page must see it once. */
  readonly id: string;
  /** As the room told it. */
  readonly type: string;
}

/** Handles what a participant is told. It is handled when this has returned. */
export type ToldHandler<Payload> = (payload: Payload, message: ToldMessage) => void;
