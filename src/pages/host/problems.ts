// What a host is told when a request came to nothing, in the page's language, by the reason and never by the sentence.
import { HostError } from "../../host/index.ts";
import { t, type Words } from "../languages/words.ts";

const words: Readonly<Record<string, Words>> = {
  unreachable: "host.problem.unreachable",
  bad_token: "host.problem.bad-token",
  not_allowed: "host.problem.not-allowed",
  wrong_event: "host.problem.not-allowed",
  no_such_event: "host.problem.no-such-event",
  closed: "host.problem.closed",
  too_many: "host.problem.too-many",
  too_many_events: "host.problem.too-many-events",
  draining: "host.problem.soon",
  suspended: "host.problem.soon",
  busy: "host.problem.soon",
  moving: "host.problem.soon",
  unavailable: "host.problem.soon",
};

/** A sentence for a person. What only the server can say (which field, and why) it says itself. */
export function problemOf(error: unknown): string {
  if (!(error instanceof HostError)) return t("host.problem.unknown");
  const known = Object.hasOwn(words, error.reason) ? words[error.reason] : undefined;
  return known === undefined ? error.sentence : t(known);
}
