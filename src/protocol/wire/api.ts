// What is asked and answered under `/api/v1`, as validators of protocol/host-api.ts: requests are parsed by them, and the
// published schemas are made of all of them.
import { z } from "zod";
import { changeFields } from "../incoming/event-changes.ts";
import type { EventDetails, HostEventDetails, RemovedDevice } from "../event-details.ts";
import type {
  ApiSession,
  EventAnswer,
  EventListAnswer,
  Invitation,
  ListedEvent,
  ServerFacts,
} from "../host-api.ts";
import { maxTokenLength } from "../incoming/join-options.ts";
import { longestOptions } from "../incoming/opening.ts";
import { characters, nameOption } from "../incoming/text.ts";
import { object } from "./messages.ts";

const maxIdLength = 128;
const count = () => z.int().min(0);
const instant = () => z.number().min(0).describe("Epoch milliseconds on the server's clock");
const eventId = () => nameOption("event_id", maxIdLength);

export const serverFacts = object<ServerFacts>({
  protocol_version: z.int().min(1),
  open_play: z.boolean().describe("Who types a code that is no event's may open one with it"),
  host_codes: z.boolean().describe("Hosts come by a code; false: by a token of their own"),
  monitor: z.boolean().describe("There is a monitor at /monitor"),
  max_capacity: z.int().min(1).describe("Seats of an event at most, and where its host says nothing"),
  grace_period_ms: z.int().min(1).describe("Of an event whose host says nothing of it"),
});

export const apiSessionRequest = z.object({
  code: characters(maxTokenLength).describe("From a link or an invitation; it is spent by this"),
});
export const apiSession = object<ApiSession>({
  host_token: z.string().min(1).describe("Send it as `Authorization: Bearer <host_token>`"),
  event_id: z.string().describe('The one event that it is for; `"*"` is all'),
});

export const invitationRequest = z.object({
  event_id: eventId().optional().describe("For this event alone; left out: for what the token is for"),
});
export const invitation = object<Invitation>({
  code: z.string().min(1).describe("Good once, for another browser"),
  expires_at: instant(),
});

export const eventRequest = z.object({
  ...changeFields,
  event_id: eventId().optional().describe("Left out: a fresh code of 6 characters"),
  type: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe("The name of its type; left out: the server's default one"),
  options: z
    .unknown()
    .optional()
    .describe(`For the author of its type: JSON of ${longestOptions} characters at most`),
});

const details = {
  event_id: z.string(),
  type: z.string(),
  title: z.string(),
  capacity: count(),
  grace_period_ms: count(),
  who_may_join: z.enum(["anyone", "listed"]),
  is_locked: z.boolean(),
  created_at: instant(),
};
const numbers = { connected: count(), held: count(), left: count(), is_closed: z.boolean() };
const removed = object<RemovedDevice>({ device_id: z.string(), display_name: z.string(), at: instant() });

/** What everyone may know of an event. */
export const eventDetails = object<EventDetails>(details);
const forHosts = {
  ...details,
  expected_names: z.array(z.string()),
  removed: z.array(removed).describe("The latest 1,000, the latest first"),
  removed_total: count().describe("How many there are in all"),
};
/** What its hosts know of it. */
export const hostEventDetails = object<HostEventDetails>(forHosts);

export const eventAnswer = object<EventAnswer>({
  event: object<EventAnswer["event"]>({ ...forHosts, ...numbers }) as z.ZodType<EventAnswer["event"]>,
});

const { grace_period_ms: _grace, who_may_join: _who, ...listed } = details;
export const eventListAnswer = object<EventListAnswer>({
  server_time: instant(),
  events: z.array(object<ListedEvent>({ ...listed, ...numbers }) as z.ZodType<ListedEvent>),
});
