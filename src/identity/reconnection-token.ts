// The secret a stock SDK reconnects with: random, bound to one seat and session, kept only as a hash.
import { hash, timingSafeEqual } from "node:crypto";
import { randomText } from "./random.ts";

/** The alphabet and length that we make and accept [E16]; JOIN_ROOM carries at most 255 bytes. */
const tokenPattern = /^[A-Za-z0-9_-]{22,64}$/;

export function newReconnectionToken(): string {
  return randomText(24);
}

/** Undefined for what cannot be a token of ours, so that nothing hostile is hashed or looked up. */
export function hashReconnectionToken(token: unknown): string | undefined {
  if (typeof token !== "string" || !tokenPattern.test(token)) return undefined;
  return hash("sha256", token, "base64url");
}

export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
