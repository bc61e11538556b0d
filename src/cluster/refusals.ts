// What the cluster answers when a request cannot be served just now: all 503, each with its reason and its hint.
import { type Refusal, retryHintMs, retryLater } from "../protocol/refusal.ts";

/** An event that opens, or has gone a moment ago: sooner than the usual hint. */
const openingHintMs = 500;

export const eventHasMoved = (): Refusal => retryLater("The event has moved", openingHintMs, "moving");
export const eventNotOpened = (): Refusal =>
  retryLater("The event cannot be opened just now", openingHintMs, "moving");
export const eventIsMoving = (): Refusal =>
  retryLater("The event is moving to another server", retryHintMs, "moving");
export const ownerUnreachable = (): Refusal =>
  retryLater("The event's server cannot be reached just now", retryHintMs, "unavailable");
/** It may have been done, and nobody may do it a second time. */
export const answerLost = (): Refusal =>
  retryLater("The event's server did not answer: look whether it was done", retryHintMs, "unavailable");
export const clusterUnreachable = (): Refusal =>
  retryLater("The cluster cannot be asked just now", retryHintMs, "suspended");
export const notNow = (): Refusal => retryLater("Not now", retryHintMs);
