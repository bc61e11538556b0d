// What a room sends, as validators: each has every field of its type, and the compiler sees to it. No server or browser loads
// them; the published JSON Schemas are made from them (`catalogue.ts`), and tests hold recorded frames against those.
import { z } from "zod";
import {
  type EventDetails,
  type HostEventDetails,
  longestTitle,
  type RemovedDevice,
  whoMayJoin,
} from "../event-details.ts";
import {
  type AuthorsAnnouncement,
  disconnectReasons,
  type HeartbeatAck,
  leaveReasons,
  type ParticipantJoined,
  type ParticipantLeft,
  type ParticipantReconnected,
  type ParticipantTemporarilyDisconnected,
} from "../messages.ts";
import {
  type HostActionResult,
  type OutboxAck,
  type OutboxPosition,
  outboxWindow,
  type PresenceResumed,
  type Told,
} from "../session.ts";

/** A validator for each field of a type, optional ones too. */
export type Shape<Type> = { readonly [Field in keyof Required<Type>]: z.ZodType<Type[Field]> };

/** An object of that type. Further fields may follow. */
export const object = <Type>(shape: Shape<Type>) => z.object(shape);

const instant = () => z.number().min(0).describe("Epoch milliseconds on the server's clock");
const text = () => z.string();

const who = {
  device_id: text(),
  user_id: text(),
  epoch: z.int().min(0).optional().describe("Which room of the event announced it: rises with every room"),
  seq: z.int().min(1).optional().describe("Its place in that room's history: rises by one"),
  at: instant().optional().describe("When it was announced"),
};

export const participantJoined = object<ParticipantJoined>(who);
export const participantReconnected = object<ParticipantReconnected>(who);
export const participantTemporarilyDisconnected = object<ParticipantTemporarilyDisconnected>({
  ...who,
  reason: z.enum(disconnectReasons),
  grace_expires_at: instant().describe("Until then the seat is kept"),
});
export const participantLeft = object<ParticipantLeft>({ ...who, reason: z.enum(leaveReasons) });

export const announcement = object<AuthorsAnnouncement>({
  type: text().min(1).max(128),
  payload: z.unknown().optional().describe("JSON; absent when it was announced without one"),
  id: text().optional().describe("Of a host's message to all: those who are away are told it, too"),
  epoch: z.int().min(0),
  seq: z.int().min(1),
  at: instant(),
});

export const heartbeatAck = object<HeartbeatAck>({ server_time: instant() });

const entryOf = (type: string, payload: z.ZodType) => z.object({ type: z.literal(type), payload });

/** One of what everyone is sent in one numbered order, as it stands in an answer to `presence_resume`. */
export const historyEntry = z.union([
  entryOf("participant_joined", participantJoined),
  entryOf("participant_temporarily_disconnected", participantTemporarilyDisconnected),
  entryOf("participant_reconnected", participantReconnected),
  entryOf("participant_left", participantLeft),
  entryOf("announcement", announcement),
]);

const position = {
  stream: text().max(64),
  last: z
    .int()
    .min(0)
    .describe("Everything up to here has taken effect, or was refused, once, and is stored"),
  refused: z
    .array(z.object({ n: z.int().min(1), error: text() }))
    .max(outboxWindow)
    .describe("Those of the last that were refused, each with a sentence"),
};

export const outboxPosition = object<OutboxPosition>(position);
export const outboxAck = object<OutboxAck>({
  ...position,
  error: text().optional().describe("The message itself could not be read, and why"),
});

export const presenceResumed = object<PresenceResumed>({
  resumed: z.boolean().describe("True: `events` is what was missed. False: take the state as it is"),
  epoch: z.int().min(0),
  seq: z.int().min(0).describe("What has a higher one comes by itself"),
  events: z.array(historyEntry as z.ZodType<PresenceResumed["events"][number]>),
  joined_at: instant().describe("When the participant's seat began; 0 for an observer"),
  outbox: outboxPosition.nullable().describe("What the seat has taken of an outbox; null: nothing yet"),
  server_time: instant(),
  patch: z.int().min(0).optional().describe("The last patch of the state that this client was sent"),
  sign_of_life_interval_ms: z
    .int()
    .min(1)
    .optional()
    .describe("How often a `sign_of_life` comes, in ms; absent for a client that has not asked for them"),
  detection_ms: z
    .int()
    .min(1)
    .optional()
    .describe("A path over which nothing came for so long is given up, in ms; with the one above"),
});

const hostsAlone = "To hosts alone";
export const eventDetails = object<EventDetails & Partial<HostEventDetails>>({
  event_id: text(),
  type: text().describe("The name of its type"),
  title: text().max(longestTitle).describe('"" where nobody has given one'),
  capacity: z.int().min(1).describe("How many seats there are, held ones included"),
  grace_period_ms: z.int().min(1).describe("How long a seat is held for one who drops from now on"),
  who_may_join: z.enum(whoMayJoin),
  is_locked: z.boolean().describe("True: no new seats for now"),
  created_at: instant(),
  expected_names: z.array(text()).optional().describe(hostsAlone),
  removed: z
    .array(
      object<RemovedDevice>({
        device_id: text(),
        display_name: text(),
        at: instant(),
      }) as z.ZodType<RemovedDevice>,
    )
    .optional()
    .describe(`Who was removed and may not come again: the latest 1,000, the latest first. ${hostsAlone}`),
  removed_total: z.int().min(0).optional().describe(`How many there are in all. ${hostsAlone}`),
});

export const told = object<Told>({
  no: z.int().min(1).describe("Rises with every message of a seat, not always by one, and never comes again"),
  type: text().min(1).max(128),
  payload: z.unknown().optional().describe("JSON; absent when it was told without one"),
  announcement_id: text().optional().describe("Who has had the `announcement` with this `id` has had this"),
  joined_at: instant().describe("When the seat began that it is for"),
});

export const hostActionResult = object<HostActionResult>({
  done: z.boolean().describe("False when there was nobody it could be done to"),
  done_for: z.array(text()).optional().describe("For whom it was done, of several"),
  error: text().optional().describe("Why it was refused"),
});
