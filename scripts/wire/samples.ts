// One sample of whatever travels, with every field: the record of the wire (scripts/check/wire.ts) holds their bytes, the
// published schemas have them as examples, and the documentation shows them.
import type { HistoryEntry } from "../../src/protocol/messages.ts";
import type { EventDetails, HostEventDetails } from "../../src/protocol/event-details.ts";
import type { RefusalBody } from "../../src/protocol/refusal.ts";
import type {
  HostAction,
  HostActionResult,
  HostEventList,
  HostSession,
  OutboxAck,
  OutboxPublish,
  PresenceResume,
  PresenceResumed,
  Told,
  ToldAck,
} from "../../src/protocol/session.ts";

const who = { device_id: "d", user_id: "u" };
const position = { epoch: 1, seq: 2, at: 3 };

/** One of each; the types see to it that none lacks a field. */
export const announcements: readonly HistoryEntry[] = [
  { type: "participant_joined", payload: { ...who, ...position } },
  {
    type: "participant_temporarily_disconnected",
    payload: { ...who, reason: "connection_lost", grace_expires_at: 4, ...position },
  },
  { type: "participant_reconnected", payload: { ...who, ...position } },
  { type: "participant_left", payload: { ...who, reason: "grace_expired", ...position } },
  { type: "announcement", payload: { type: "t", payload: { a: 1 }, ...position } },
];

export const resumed: PresenceResumed = {
  patch: 5,
  resumed: true,
  epoch: 1,
  seq: 2,
  events: announcements.slice(0, 1),
  joined_at: 6,
  outbox: { stream: "s", last: 7, refused: [{ n: 8, error: "e" }] },
  server_time: 9,
};
export const resume: PresenceResume = { epoch: 1, seq: 2 };
export const resumeWithTold: PresenceResume = { ...resume, told: { joined_at: 6, through: 7 } };
export const told: Told = { no: 7, type: "t", payload: { a: 1 }, joined_at: 6 };
export const toldAck: ToldAck = { through: 7 };
export const publish: OutboxPublish = { stream: "s", first: 1, messages: [{ type: "t", payload: { a: 1 } }] };
export const acknowledged: OutboxAck = { stream: "s", last: 1, refused: [], error: "e" };
export const actions: readonly HostAction[] = [
  { action: "kick", device_id: "d" },
  { action: "extend_grace", device_id: "d", by_ms: 1 },
  { action: "end_grace", device_id: "d" },
  { action: "close_event" },
  { action: "readmit", device_ids: ["d", "e"] },
  { action: "message", to: "all", text: "t" },
  { action: "lock" },
  { action: "unlock" },
  { action: "change", title: "t", capacity: 1, who_may_join: "listed", expected_names: ["n"] },
];
/** For others than one. */
const bulkActions: readonly HostAction[] = [
  { action: "extend_grace", to: "away", by_ms: 1 },
  { action: "kick", device_ids: ["d", "e"] },
];
const results: readonly HostActionResult[] = [
  { done: false, error: "e" },
  { done: true, done_for: ["d"] },
];
export const details: EventDetails = {
  event_id: "K7Q4XM",
  type: "event",
  title: "Friday quiz",
  capacity: 200,
  grace_period_ms: 30_000,
  who_may_join: "anyone",
  is_locked: false,
  created_at: 1,
};
const hostsDetails: HostEventDetails = {
  ...details,
  expected_names: ["Ann"],
  removed: [{ device_id: "d", display_name: "Bob", at: 2 }],
  removed_total: 1,
};
const refusal: RefusalBody = {
  code: 503,
  error: "The server is restarting; retry in 1000 ms",
  reason: "draining",
  retry_after_ms: 1000,
};
const session: HostSession = { host_token: "eyJ..." };
const events: HostEventList = {
  server_time: 9,
  events: [{ event_id: "friday-quiz", type: "event", connected: 2, held: 1, left: 0 }],
};

const join = {
  device_id: "phone-7",
  session_token: "16 random bytes or more",
  user_id: "ann",
  display_name: "Ann",
  role: "participant",
  must_exist: true,
};

/** By the name that each has in the published schemas. */
export const samples: Readonly<Record<string, readonly unknown[]>> = {
  ...Object.fromEntries(announcements.map(({ type, payload }) => [type, [payload]])),
  heartbeat_ack: [{ server_time: 1 }],
  presence_resumed: [resumed],
  outbox_ack: [acknowledged],
  told: [told],
  event_details: [details, hostsDetails],
  sign_of_life: [null],
  server_stops: [null],
  heartbeat: [null],
  presence_resume: [{}, resume, resumeWithTold],
  outbox_publish: [publish],
  told_ack: [toldAck],
  host_action: [...actions, ...bulkActions],
  host_action_result: results,
  join_options: [{ event_id: "friday-quiz", ...join }],
  join_by_id_options: [join],
  reconnect_options: [{ reconnectionToken: "nQ0mY1l2c3A0cW5hcXJzdHV2" }],
  reservation: [
    {
      name: "event",
      roomId: "ev-n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg",
      processId: "aB3_dE6gH",
      sessionId: "k2Jh5Gf7d",
    },
    {
      name: "event",
      roomId: "ev-n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg",
      processId: "aB3_dE6gH",
      publicAddress: "eu-1.example.org",
      sessionId: "k2Jh5Gf7d",
      reconnectionToken: "nQ0mY1l2c3A0cW5hcXJzdHV2",
    },
  ],
  refusal: [refusal],
  health: [{ status: "alive" }],
  ready: [{ status: "ready" }, { status: "draining" }],
  host_session_request: [{ code: "from the link" }],
  host_session: [session],
  host_code: [{ code: "for the next link" }],
  host_event_list: [events],
};
