// What everyone in an event sees, synchronised by Colyseus. Written only by the publisher, after the commit.
// Never here: tokens, hashes, addresses, heartbeats (a beat would cost everyone a patch).
import { type SchemaType, schema, t } from "@colyseus/schema";
import type { DisconnectReason, ParticipantStatus } from "../../protocol/messages.ts";

type Fields = Parameters<typeof schema>[0];

const participantFields = {
  device_id: t.string(),
  user_id: t.string(),
  display_name: t.string(),
  status: t.string<ParticipantStatus>().default("connected"),
  reason: t.string<DisconnectReason | "">().default(""),
  joined_at: t.number().default(0),
  disconnected_at: t.number().default(0),
  grace_expires_at: t.number().default(0),
};

const eventFields = {
  event_id: t.string(),
  grace_period_ms: t.number().default(0),
  heartbeat_interval_ms: t.number().default(0),
};

/**
 * An event's state with a room author's own fields on each participant and on the event itself.
 * @example
 * const quiz = defineEventState({ participant: { score: t.number().default(0) }, event: { question: t.string() } });
 * class QuizRoom extends EventRoom<typeof quiz> { override schema = quiz; }
 */
export function defineEventState<P extends Fields, E extends Fields>(own: { participant: P; event: E }) {
  const Participant = schema({ ...participantFields, ...own.participant }, "Participant");
  const State = schema({ ...eventFields, ...own.event, participants: t.map(Participant) }, "EventState");
  return { Participant, State };
}

/** The state of an event whose author adds nothing. */
export const plainEvent = defineEventState({ participant: {}, event: {} });
export const { Participant, State: EventState } = plainEvent;
export type Participant = SchemaType<typeof Participant>;
export type EventState = SchemaType<typeof EventState>;

/** What defineEventState returns, as far as the room needs to know it. */
export interface EventSchema {
  readonly Participant: new () => Participant;
  readonly State: new () => EventState;
}
export type ParticipantOf<S extends EventSchema> = InstanceType<S["Participant"]>;
export type StateOf<S extends EventSchema> = InstanceType<S["State"]>;
