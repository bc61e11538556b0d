// What an event that does not exist yet is opened as: its type, and what its author is given. Parsed at the edge.
import { z } from "zod";
import { changeFields, eventChange } from "./event-changes.ts";
import type { EventChange } from "../event-details.ts";
import type { EventAnswer } from "../host-api.ts";
import { whyNotAnEventId } from "./join-options.ts";

/** What an event is opened as, when there is none of its name; of one that is there nothing of it is asked. */
export interface Opening {
  /** The name of its type; undefined is the default one. */
  readonly type?: string | undefined;
  /** What its author is given (`onEventOpened`), as JSON; undefined for nothing. */
  readonly options?: string | undefined;
  /** What its host says of it. */
  readonly details?: EventChange | undefined;
}

/** As large as any join may be; they are stored with the event, and handed on between processes. */
export const longestOptions = 16_384;

/**
 * Options as they are stored.
 * @throws TypeError for what is no JSON, RangeError for more than 16,384 characters of it
 */
export function optionsAsJson(options: unknown): string | undefined {
  if (options === undefined) return undefined;
  const json = JSON.stringify(options) as string | undefined;
  if (json === undefined) throw new TypeError("createEvent: options must be what JSON can say");
  if (json.length > longestOptions)
    throw new RangeError(`createEvent: options are longer than ${longestOptions} characters of JSON`);
  return json;
}

const knownDetails = z.strictObject(changeFields);

/**
 * What a server's own code says of an event, checked: a field that there is not is a mistake of whoever wrote it.
 * @throws TypeError with a sentence that names the field
 */
export function detailsOf(details: unknown): EventChange | undefined {
  if (details === undefined) return undefined;
  const parsed = knownDetails.safeParse(details);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = ["details", ...(issue?.path ?? [])].join(".");
  throw new TypeError(`createEvent: invalid ${where}: ${issue?.message ?? "it cannot be read"}`);
}

/** An event that is to be there, as one process asks another for it. */
export interface Creation extends Opening {
  readonly eventId: string;
  /** Refused with 409 where there is one of this name already, which stays as it is. */
  readonly mustBeNew?: boolean | undefined;
}

/** What has become of it. */
export interface CreatedEvent {
  readonly eventId: string;
  /** The name of its type. */
  readonly type: string;
  /** False for one that was there, or stored: it has the options that it was opened with. */
  readonly isNew: boolean;
}

/** The same, with what its hosts know of it. */
export interface DescribedCreation extends CreatedEvent {
  readonly event: EventAnswer["event"];
}

const creation = z.object({
  eventId: z.string().refine((id) => whyNotAnEventId(id) === undefined),
  type: z.string().max(64).optional(),
  options: z.string().max(longestOptions).optional(),
  details: eventChange.optional(),
  mustBeNew: z.boolean().optional(),
});

/** What another process has asked for; undefined for anything else. */
export function parseCreation(text: string): Creation | undefined {
  try {
    return creation.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
