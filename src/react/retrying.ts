// Whether a person who is asked "try again?" could gain by it. Pure.
import type { SessionState } from "../client/types/index.ts";

/** In an outage, after a failure, and after `replaced`; not for who was kicked, or whose event is closed: the answer would be the same. */
export function isRetryOfUse({ status, endReason, reason }: SessionState): boolean {
  if (status === "reconnecting" || endReason === "replaced") return true;
  return status === "failed" && reason !== "kicked" && reason !== "closed";
}
