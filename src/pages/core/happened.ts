// What has happened to one participant, as a sentence with their name. Pure; text only.
import type { Announcement, DisconnectReason, LeaveReason } from "../../protocol/messages.ts";
import { t, type Words } from "../languages/words.ts";
import { isolated } from "./person.ts";

const left: Readonly<Record<LeaveReason, Words>> = {
  consented: "host.feed.left",
  grace_expired: "host.feed.expired",
  kicked: "host.feed.kicked",
  event_closed: "host.feed.ended",
};
const why: Readonly<Record<DisconnectReason, Words>> = {
  connection_lost: "why.connection_lost",
  heartbeat_timeout: "why.heartbeat_timeout",
  server_restart: "why.server_restart",
};

/** A reason that this page does not know yet has the words of the usual one. */
const wordsOf = <Reason extends string>(
  words: Readonly<Record<Reason, Words>>,
  reason: string,
  usual: Words,
) => (Object.hasOwn(words, reason) ? words[reason as Reason] : usual);

/** `Ann did not come back in time`. The name is isolated: whatever it holds, the rest keeps its direction. */
export function happened({ type, payload }: Announcement, name: string): string {
  const values = { name: isolated(name) };
  if (type === "participant_joined") return t("host.feed.joined", values);
  if (type === "participant_reconnected") return t("host.feed.back", values);
  if (type === "participant_left") return t(wordsOf(left, payload.reason, "host.feed.left"), values);
  return t("host.feed.away", { ...values, why: t(wordsOf(why, payload.reason, "why.unknown")) });
}
