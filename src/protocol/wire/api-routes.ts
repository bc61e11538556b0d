// Every route under `/api/v1`, with what is asked and answered: what docs/http-api.json (OpenAPI) and the tables of
// docs/http-api.md are made of. No server loads it.
import type { z } from "zod";
import { eventChange } from "../incoming/event-changes.ts";
import { hostAction } from "../incoming/requests.ts";
import * as api from "./api.ts";
import { refusal } from "./http.ts";
import { hostActionResult } from "./messages.ts";

export interface ApiRoute {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `/api/v1`; `{event_id}` is an event's id, percent-encoded. */
  readonly path: string;
  /** What its client calls it. */
  readonly name: string;
  /** What it is for, as a sentence without its full stop. */
  readonly summary: string;
  readonly request?: keyof typeof apiBodies;
  readonly answer: keyof typeof apiBodies;
  /** Statuses of success. */
  readonly statuses: readonly (200 | 201)[];
  /** It needs no token. */
  readonly isPublic?: true;
}

/** Bodies, by name. */
export const apiBodies = {
  server_facts: api.serverFacts,
  session_request: api.apiSessionRequest,
  session: api.apiSession,
  invitation_request: api.invitationRequest,
  invitation: api.invitation,
  event_request: api.eventRequest,
  event_change: eventChange,
  event_answer: api.eventAnswer,
  event_list: api.eventListAnswer,
  host_action: hostAction,
  host_action_result: hostActionResult,
  refusal,
} as const satisfies Record<string, z.ZodType>;

const one = "/events/{event_id}";

export const apiRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/server",
    name: "server",
    summary: "What a page may know of this server before it has a token; may be kept for a minute",
    answer: "server_facts",
    statuses: [200],
    isPublic: true,
  },
  {
    method: "POST",
    path: "/session",
    name: "signIn",
    summary: "A host's token for a code, which is spent by it",
    request: "session_request",
    answer: "session",
    statuses: [200],
    isPublic: true,
  },
  {
    method: "POST",
    path: "/invitations",
    name: "invite",
    summary: "A code for another browser, whose owner is a host then, too",
    request: "invitation_request",
    answer: "invitation",
    statuses: [200],
  },
  {
    method: "GET",
    path: "/events",
    name: "events",
    summary: "The events that the token is for, as of a second ago at most",
    answer: "event_list",
    statuses: [200],
  },
  {
    method: "POST",
    path: "/events",
    name: "create",
    summary:
      "Makes sure that an event is there: 201 for a new one, 200 for one that was there, which stays as it is",
    request: "event_request",
    answer: "event_answer",
    statuses: [200, 201],
  },
  {
    method: "GET",
    path: one,
    name: "event",
    summary: "All that its hosts know of an event, as it is stored",
    answer: "event_answer",
    statuses: [200],
  },
  {
    method: "PATCH",
    path: one,
    name: "change",
    summary: "Changes what is given, and leaves the rest",
    request: "event_change",
    answer: "event_answer",
    statuses: [200],
  },
  {
    method: "DELETE",
    path: one,
    name: "close",
    summary: "Ends it for everyone; the same again for one that is closed",
    answer: "event_answer",
    statuses: [200],
  },
  {
    method: "POST",
    path: `${one}/actions`,
    name: "act",
    summary: "Acts on the people in it, or on the event",
    request: "host_action",
    answer: "host_action_result",
    statuses: [200],
  },
];
