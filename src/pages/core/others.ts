// What is read out of others: one sentence for a batch of presence events, names only when they are few. Pure; text only.
import type { Announcement, AnnouncementType } from "../../protocol/messages.ts";
import { formatList, formatNumber } from "../languages/format.ts";
import { t, type Words } from "../languages/words.ts";
import { isolated } from "./person.ts";

/** Up to so many are named. */
const fewEvents = 2;

const named: Readonly<Record<AnnouncementType, Words>> = {
  participant_joined: "others.joined",
  participant_temporarily_disconnected: "others.away",
  participant_reconnected: "others.back",
  participant_left: "others.left",
};
const counted: Readonly<Record<AnnouncementType, Words>> = {
  participant_joined: "others.many-joined",
  participant_temporarily_disconnected: "others.many-away",
  participant_reconnected: "others.many-back",
  participant_left: "others.many-left",
};

/**
 * In the order of the events when they are few, and everyone's name is known; empty for none.
 * @param nameOf what somebody is called, by device id
 */
export function othersSentence(
  events: readonly Announcement[],
  nameOf: (deviceId: string) => string | undefined,
): string {
  if (events.length === 0) return "";
  const names = events.map(({ payload }) => nameOf(payload.device_id) ?? "");
  if (events.length <= fewEvents && !names.includes(""))
    return events.map(({ type }, at) => t(named[type], { name: isolated(names[at] ?? "") })).join(" ");
  const parts = (Object.keys(counted) as AnnouncementType[]).flatMap((type) => {
    const n = events.filter((event) => event.type === type).length;
    return n === 0 ? [] : [t(counted[type], { n: formatNumber(n) })];
  });
  return t("others.sum", { list: formatList(parts) });
}
