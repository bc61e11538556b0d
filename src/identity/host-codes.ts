// The codes and tokens of open mode's hosts: what they look like, and what makes one. All of them come from one secret,
// which the store keeps: whoever may read the server's data may make a link. Each is for every event, or for one; those for
// one are sealed otherwise, so that an earlier version, which knows no events in them, takes none of them for a host of all.
// Pure: `now` is an argument, in epoch ms.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Under this name the store keeps the secret. */
export const hostSecretName = "host";
/** Someone who has been given a link follows it within a day. */
export const codeLifeMs = 86_400_000;
const secretBytes = 24;

type Kind = "code" | "token" | "event code" | "event token";

/** Stands for every event where one is named. */
export const everyEvent = "*";

/** A code that was read. */
export interface HostCode {
  /** What names it, to be spent. */
  readonly id: string;
  /** The one event that it is for, or `everyEvent`. */
  readonly eventId: string;
}

/** A new secret, or the random part of a code or token. */
export const newSecret = (): string => randomBytes(secretBytes).toString("base64url");

function macOf(secret: string, kind: Kind, text: string): string {
  return createHmac("sha256", secret).update(`${kind} ${text}`).digest("base64url");
}

function sealed(secret: string, kind: Kind, text: string): string {
  return `${text}.${macOf(secret, kind, text)}`;
}

/** What was sealed, as its parts; undefined when it was not, or with another secret. */
function opened(secret: string, kind: Kind, given: string): string[] | undefined {
  const at = given.lastIndexOf(".");
  const text = given.slice(0, Math.max(0, at));
  const [expected, mac] = [Buffer.from(macOf(secret, kind, text)), Buffer.from(given.slice(at + 1))];
  return expected.length === mac.length && timingSafeEqual(expected, mac) ? text.split(".") : undefined;
}

/** An event's id between two dots. */
const written = (eventId: string) => Buffer.from(eventId).toString("base64url");
const read = (text: string) => Buffer.from(text, "base64url").toString();

/**
 * A code for one link: good once, for a day.
 * @param eventId the event that it is for; left out: all
 */
export function makeHostCode(secret: string, now: number, eventId = everyEvent): string {
  const text = `${newSecret()}.${Math.floor(now + codeLifeMs).toString(36)}`;
  if (eventId === everyEvent) return sealed(secret, "code", text);
  return sealed(secret, "event code", `${text}.${written(eventId)}`);
}

/** Undefined for a code that was not made with this secret, or too long ago. */
export function readHostCode(secret: string, code: string, now: number): HostCode | undefined {
  const forAll = opened(secret, "code", code);
  const [id, until = "", event] = forAll ?? opened(secret, "event code", code) ?? [];
  if (id === undefined || !(now <= Number.parseInt(until, 36))) return undefined;
  return { id, eventId: forAll === undefined ? read(event ?? "") : everyEvent };
}

/** A token that makes a host of this event, or of all, for as long as the secret is kept. */
export function makeHostToken(secret: string, eventId = everyEvent): string {
  if (eventId === everyEvent) return sealed(secret, "token", newSecret());
  return sealed(secret, "event token", `${newSecret()}.${written(eventId)}`);
}

/** Of which event a token makes a host, or `everyEvent`; undefined for one that was not made with this secret. */
export function eventOfHostToken(secret: string, token: string): string | undefined {
  if (opened(secret, "token", token) !== undefined) return everyEvent;
  const event = opened(secret, "event token", token)?.[1];
  return event === undefined ? undefined : read(event);
}
