// The codes and tokens of open mode's hosts: what they look like, and what makes one. All of them come from one secret,
// which the store keeps: whoever may read the server's data may make a link. Pure: `now` is an argument, in epoch ms.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Under this name the store keeps the secret. */
export const hostSecretName = "host";
/** Someone who has been given a link follows it within a day. */
export const codeLifeMs = 86_400_000;
const secretBytes = 24;

type Kind = "code" | "token";

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

/** A code for one link: good once, for a day. */
export function makeHostCode(secret: string, now: number): string {
  return sealed(secret, "code", `${newSecret()}.${Math.floor(now + codeLifeMs).toString(36)}`);
}

/** What names a code, to be spent; undefined for one that was not made with this secret, or too long ago. */
export function readHostCode(secret: string, code: string, now: number): string | undefined {
  const [id, until = ""] = opened(secret, "code", code) ?? [];
  return id !== undefined && now <= Number.parseInt(until, 36) ? id : undefined;
}

/** A token that makes a host for as long as the secret is kept. */
export function makeHostToken(secret: string): string {
  return sealed(secret, "token", newSecret());
}

/** True for a token that was made with this secret. */
export function isHostToken(secret: string, token: string): boolean {
  return opened(secret, "token", token) !== undefined;
}
