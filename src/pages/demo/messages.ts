// What the demo's page and the two phones in it say to each other (postMessage, one origin). Pure.
import type { SessionStatus } from "../../client/index.ts";

/** Whose phone a frame shows. `everyone` is somebody else's, on a good network. */
export type PhoneName = "ann" | "everyone";

/** Page to a phone. */
export type ToPhone =
  | { readonly type: "network"; readonly isDark: boolean }
  | { readonly type: "ordinary"; readonly isShown: boolean };

/** A phone to the page: how it is now. */
export interface FromPhone {
  readonly type: "phone";
  readonly phone: PhoneName;
  readonly status: SessionStatus;
  /** Answers that are on their way. */
  readonly pending: number;
  readonly score: number;
  readonly answered: number;
  /** How long the last outage was, in seconds; 0 before there was one. */
  readonly backAfterS: number;
}

/** What another window has sent, if it is one of ours. */
export function phoneIn(data: unknown): FromPhone | undefined {
  return (data as FromPhone | null)?.type === "phone" ? (data as FromPhone) : undefined;
}

export function toPhoneIn(data: unknown): ToPhone | undefined {
  const type = (data as ToPhone | null)?.type;
  return type === "network" || type === "ordinary" ? (data as ToPhone) : undefined;
}
