// What everyone in an event sees, synchronised by Colyseus. Our own fields are written by the state writer, after the
// commit; a room author's by the author, whenever it likes.
// Never here: tokens, hashes, addresses, heartbeats (a beat would cost everyone a patch).
import { type SchemaType, schema, t } from "@colyseus/schema";
import type { DisconnectReason, ParticipantStatus } from "../protocol/messages.ts";
import { isLocal, keepLocalFields } from "./internals.ts";

type Fields = Parameters<typeof schema>[0];
type NoFields = Record<never, never>;

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
 * @throws TypeError when a field of the author's has the name of one that is there already.
 */
export function defineEventState<P extends Fields = NoFields, E extends Fields = NoFields>(own: {
  participant?: P;
  event?: E;
}) {
  const participant = (own.participant ?? {}) as P;
  const event = (own.event ?? {}) as E;
  refuseTaken(participant, participantFields, "participant");
  refuseTaken(event, { ...eventFields, participants: true }, "event");
  const Participant = schema({ ...participantFields, ...participant }, "Participant");
  const State = schema({ ...eventFields, ...event, participants: t.map(Participant) }, "EventState");
  keepLocalFields(Participant, localIn(participant));
  keepLocalFields(State, localIn(event));
  return { Participant, State, own: { participant: Object.keys(participant), event: Object.keys(event) } };
}

/** Names of the fields that are not synchronised (`.noSync()`). */
function localIn(fields: object): string[] {
  return Object.entries(fields).flatMap(([name, field]) => (isLocal(field as object) ? [name] : []));
}

function refuseTaken(own: object, ours: object, owner: string): void {
  const taken = Object.keys(own).find((name) => Object.hasOwn(ours, name));
  if (taken !== undefined)
    throw new TypeError(`defineEventState: every ${owner} has a field ${taken} already`);
}

/** The state of an event whose author adds nothing. */
export const plainEvent = defineEventState({});
/** The classes of a plain event's state. */
export const { Participant, State: EventState } = plainEvent;
/** One participant in the state, without a room author's own fields. */
export type Participant = SchemaType<typeof Participant>;
/** The state of an event, without a room author's own fields. */
export type EventState = SchemaType<typeof EventState>;

/**
 * Any event's state, whatever further fields it and its participants have. Not a Schema by type, and a map by its
 * methods only: the real ones are invariant, so that no author's state would be one.
 */
interface AnyEventState {
  event_id: string;
  grace_period_ms: number;
  heartbeat_interval_ms: number;
  participants: {
    readonly size: number;
    get(deviceId: string): Participant | undefined;
    set(deviceId: string, participant: Participant): unknown;
    delete(deviceId: string): boolean;
  };
}

/** What defineEventState returns, as far as the room needs to know it. */
export interface EventSchema {
  readonly Participant: new () => Participant;
  readonly State: new () => AnyEventState;
  /** Names of the author's own fields. */
  readonly own: { readonly participant: readonly string[]; readonly event: readonly string[] };
}
/** A participant with the fields that `defineEventState` was given: `ParticipantOf<typeof quiz>`. */
export type ParticipantOf<S extends EventSchema> = InstanceType<S["Participant"]>;
/** The state with the fields that `defineEventState` was given: `StateOf<typeof quiz>`. */
export type StateOf<S extends EventSchema> = InstanceType<S["State"]>;
