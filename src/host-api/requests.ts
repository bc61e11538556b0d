// Bodies of what hosts ask, parsed at the edge.
import type { z } from "zod";
import { eventChange } from "../protocol/incoming/event-changes.ts";
import type { EventChange } from "../protocol/event-details.ts";
import type { EventRequest, InvitationRequest, SessionRequest } from "../protocol/host-api.ts";
import { longestOptions } from "../protocol/incoming/opening.ts";
import { parseHostAction } from "../protocol/incoming/requests.ts";
import { isJson } from "../protocol/json.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { HostAction } from "../protocol/session.ts";
import { apiSessionRequest, eventRequest, invitationRequest } from "../protocol/wire/api.ts";

/** @throws Refusal 400 for the first field that is wrong */
function parse<T>(schema: z.ZodType, body: unknown = {}): T {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new Refusal(400, "The request body must be a JSON object", { reason: "unreadable" });
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data as T;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? "");
  const isMissing = (body as Record<string, unknown>)[field] === undefined;
  if (isMissing) throw new Refusal(400, `Missing ${field}`, { reason: "missing_field" });
  const message = issue?.message ?? "it cannot be read";
  const sentence = message.startsWith("Invalid ") ? message : `it is not right: ${message}`;
  throw new Refusal(400, sentenceOf(field, sentence), { reason: "invalid_field" });
}

/** Validators of names say which field it is; others do not. */
function sentenceOf(field: string, sentence: string): string {
  if (sentence.startsWith(`Invalid ${field}`)) return sentence;
  return `Invalid ${field}: ${sentence.replace(/^Invalid input: /, "")}`;
}

export const parseSession = (body: unknown) => parse<SessionRequest>(apiSessionRequest, body);
export const parseInvitation = (body: unknown) => parse<InvitationRequest>(invitationRequest, body);
export const parseChange = (body: unknown) => parse<EventChange>(eventChange, body);

/** @throws Refusal 400 */
export function parseAction(body: unknown): HostAction {
  const parsed = parseHostAction(body);
  if ("value" in parsed) return parsed.value;
  throw new Refusal(400, parsed.error, { reason: "invalid_field" });
}

/** A new event as it is asked for, with its options as they are stored. */
export interface AskedEvent {
  readonly eventId: string | undefined;
  readonly type: string | undefined;
  readonly options: string | undefined;
  readonly details: EventChange;
}

/** @throws Refusal 400 */
export function parseEvent(body: unknown): AskedEvent {
  const { event_id: eventId, type, options, ...details } = parse<EventRequest>(eventRequest, body);
  if (options !== undefined && !isJson(options))
    throw new Refusal(400, "Invalid options: they are nested too deep", { reason: "invalid_field" });
  const json = options === undefined ? undefined : JSON.stringify(options);
  if (json !== undefined && json.length > longestOptions)
    throw new Refusal(400, `Invalid options: they are longer than ${longestOptions} characters`, {
      reason: "invalid_field",
    });
  return { eventId, type, options: json, details };
}
