// What a client may send to join: parsed once, at the edge. Everything behind it works with a JoinRequest.
// Owns the alphabet of names. Never trims, normalises or repairs: two devices must not become one.
import { z } from "zod";
import { Refusal } from "../refusal.ts";
import { nameOption, textOption, whyNotAName } from "./text.ts";

/** [J2] a session token is 1-4096 characters of anything. */
export const maxTokenLength = 4096;

const role = z.enum(["participant", "observer"], {
  error: 'Invalid role: it must be "participant" or "observer"',
});

const maxIdLength = 128;

/** Why a text cannot be an `event_id`, as the end of a sentence; undefined when it can. */
export const whyNotAnEventId = (value: string) => whyNotAName(value, maxIdLength);

/** Why a text cannot be a `user_id`, as the end of a sentence; undefined when it can. */
export const whyNotAUserId = (value: string) => whyNotAName(value, maxIdLength);

const mustExist = z.boolean({ error: "Invalid must_exist: it must be true or false" });

/** Who takes a seat names a device; an observer need not. */
const deviceUnlessObserver = [
  { required: ["device_id"] },
  { required: ["role"], properties: { role: { const: "observer" } } },
];

const fields = z.object({
  event_id: nameOption("event_id", maxIdLength),
  device_id: nameOption("device_id", maxIdLength).optional(),
  session_token: textOption("session_token", maxTokenLength).nullish(),
  user_id: nameOption("user_id", maxIdLength).nullish(),
  display_name: nameOption("display_name", 64, 0).nullish(),
  role: role.nullish(),
  must_exist: mustExist.nullish(),
});

/** Options of a join by an event's name. */
export const joinOptions = fields.meta({ anyOf: deviceUnlessObserver });
/** Options of a join by a room's id, which says which event it is. */
export const joinByIdOptions = fields.partial({ event_id: true }).meta({ anyOf: deviceUnlessObserver });

/** Join options that are not ours: JSON that nobody has checked, for a room's author or an identity provider. */
export type OtherOptions = Readonly<Record<string, unknown>>;

/** [A26] As JSON, in characters: enough for a form, and nobody fills the memory with reservations. */
const longestOtherOptions = 4096;

/** What somebody who wants a seat has sent, checked. */
export interface ParticipantRequest {
  readonly role: "participant";
  readonly eventId: string;
  readonly deviceId: string;
  readonly sessionToken: string | undefined;
  readonly userId: string | undefined;
  readonly displayName: string | undefined;
  readonly options?: OtherOptions;
  /** It has sent more of other options than anybody is given; whoever asks for them refuses it [A26]. */
  readonly hasTooManyOptions?: true;
  /** It must not open the event. */
  readonly mustExist?: true;
}
/** What an observer has sent, checked. */
export interface ObserverRequest {
  readonly role: "observer";
  readonly eventId: string;
  readonly sessionToken: string | undefined;
  readonly options?: OtherOptions;
  /** It has sent more of other options than anybody is given; whoever asks for them refuses it [A26]. */
  readonly hasTooManyOptions?: true;
  /** It must not open the event. */
  readonly mustExist?: true;
}
/** What a join may ask for: a seat, or to observe. */
export type JoinRequest = ParticipantRequest | ObserverRequest;

/**
 * Parses join options; `bearerToken` (the SDK's `client.auth.token`) stands in for a missing `session_token`.
 * That a token is missing is the identity provider's business.
 * @throws Refusal 400 with `Missing <field>` or `Invalid <field>: <why>` for the first field that is wrong.
 */
export function parseJoinOptions(options: unknown, bearerToken?: string): JoinRequest {
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  const parsed = joinOptions.safeParse(isObject ? options : {});
  if (!parsed.success) throw refusalOf(parsed.error.issues[0], options);
  const { event_id: eventId, device_id: deviceId, display_name, user_id } = parsed.data;
  const must = parsed.data.must_exist === true ? { mustExist: true as const } : {};
  const sessionToken = (parsed.data.session_token || undefined) ?? parseBearer(bearerToken); // "" is none
  const others = othersIn(isObject ? options : {});
  if (parsed.data.role === "observer") return { role: "observer", eventId, sessionToken, ...must, ...others };
  if (deviceId === undefined) throw new Refusal(400, "Missing device_id", { reason: "missing_field" });
  return {
    role: "participant",
    eventId,
    deviceId,
    sessionToken,
    userId: user_id ?? undefined,
    displayName: display_name ?? undefined,
    ...others,
    ...must,
  };
}

/** Options that nobody asks for may be anything, as they always might [J11]. */
function othersIn(options: object): Pick<ParticipantRequest, "options" | "hasTooManyOptions"> {
  const others = Object.entries(options).filter(([name]) => !Object.hasOwn(joinOptions.shape, name));
  if (others.length === 0) return {};
  const given = Object.fromEntries(others);
  return lengthOf(given) > longestOtherOptions ? { hasTooManyOptions: true } : { options: given };
}

/** What whoever asks for other options answers a request that `hasTooManyOptions`. */
export const tooManyOptions = () =>
  new Refusal(
    400,
    `Invalid join options: those of your own may have ${longestOtherOptions} characters as JSON`,
    { reason: "invalid_field" },
  );

function lengthOf(value: object): number {
  try {
    return JSON.stringify(value).length;
  } catch {
    return Number.POSITIVE_INFINITY; // too deep
  }
}

function refusalOf(issue: z.core.$ZodIssue | undefined, options: unknown): Refusal {
  const field = String(issue?.path[0]);
  const isMissing = ((options ?? {}) as Record<string, unknown>)[field] == null;
  return new Refusal(400, issue?.message ?? "Invalid join options", {
    reason: isMissing ? "missing_field" : "invalid_field",
  });
}

function parseBearer(bearerToken: string | undefined): string | undefined {
  if (bearerToken === undefined || bearerToken === "") return undefined;
  if (bearerToken.length > maxTokenLength)
    throw new Refusal(400, `Invalid session_token: it must have 1 to ${maxTokenLength} characters`, {
      reason: "invalid_field",
    });
  return bearerToken;
}
