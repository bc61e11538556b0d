// What our client may ask of a room, parsed at the edge: the validators of protocol/session.ts, for servers.
import { z } from "zod";
import { changeFields } from "./event-changes.ts";
import {
  type HostAction,
  longestHostMessage,
  mostDevices,
  type OutboxPublish,
  outboxWindow,
  type PresenceResume,
  type ToldAck,
} from "../session.ts";
import { characters } from "./text.ts";

const position = z.int().min(0);
const id = characters(128);
const dayMs = 86_400_000;

/** What was missed, from where on. */
export const presenceResume = z.object({
  epoch: position.optional(),
  seq: position.optional(),
  signs_of_life: z.boolean().optional(),
  event_details: z.boolean().optional(),
  told: z.object({ joined_at: z.number().min(0), through: position }).optional(),
});

export const toldAck = z.object({ through: position });

export const outboxPublish = z.object({
  stream: characters(64),
  first: z
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER - outboxWindow),
  messages: z
    .array(z.object({ type: characters(128), payload: z.unknown().optional() }))
    .min(1)
    .max(outboxWindow),
});

/** Whom an action is for: exactly one of these is named. */
const whom = {
  device_id: id.optional(),
  device_ids: z.array(id).min(1).max(mostDevices).optional(),
  to: z.enum(["away", "all"]).optional(),
};

type Named = { readonly [Field in keyof typeof whom]?: unknown };

/** An action on people, with whom it is for. */
function onPeople<Fields extends z.ZodRawShape>(fields: Fields) {
  return z
    .object({ ...fields, ...whom })
    .superRefine(({ device_id, device_ids, to }: Named, context) => {
      if ([device_id, device_ids, to].filter((each) => each !== undefined).length !== 1)
        context.addIssue({ code: "custom", message: "it names one of device_id, device_ids and to" });
    })
    .meta({ allOf: [{ oneOf: Object.keys(whom).map((field) => ({ required: [field] })) }] });
}

export const hostAction = z.discriminatedUnion("action", [
  onPeople({ action: z.enum(["kick", "readmit", "end_grace"]) }),
  onPeople({ action: z.literal("extend_grace"), by_ms: z.int().min(1).max(dayMs) }),
  onPeople({ action: z.literal("message"), text: characters(longestHostMessage) }),
  z.object({ action: z.enum(["lock", "unlock", "close_event"]) }),
  z.object({ action: z.literal("change"), ...changeFields }),
]);

/** A parsed request, or why it cannot be read, as a sentence. */
export type Parsed<T> = { readonly value: T } | { readonly error: string };

function parse<T>(name: string, schema: z.ZodType, input: unknown): Parsed<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { value: parsed.data as T };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  return { error: `Invalid ${name}${where === "" ? "" : `: ${where}`}: ${issue?.message ?? "unreadable"}` };
}

/** Anything unreadable is a client that has seen nothing. */
export function parsePresenceResume(input: unknown): PresenceResume {
  const parsed = parse<PresenceResume>("presence_resume", presenceResume, input ?? {});
  return "value" in parsed ? parsed.value : {};
}
export const parseOutboxPublish = (input: unknown) =>
  parse<OutboxPublish>("outbox_publish", outboxPublish, input);
export const parseToldAck = (input: unknown) => parse<ToldAck>("told_ack", toldAck, input);
export const parseHostAction = (input: unknown) => parse<HostAction>("host_action", hostAction, input);
