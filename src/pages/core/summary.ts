// What a screen reader is told about others: one sentence for a batch of presence events, names only when they are few.
// Pure; text only.
import type { Announcement, AnnouncementType } from "../../protocol/messages.ts";
import { happening } from "./texts.ts";

/** Up to this many are said one by one. */
const fewEvents = 2;

const groups: readonly (readonly [AnnouncementType, string])[] = [
  ["participant_joined", "joined"],
  ["participant_temporarily_disconnected", "went away"],
  ["participant_reconnected", "came back"],
  ["participant_left", "left"],
];

/** A sentence for a batch, in its order when it is short; empty for none. */
export function summary(events: readonly Announcement[], nameOf: (deviceId: string) => string): string {
  if (events.length <= fewEvents)
    return events.map((event) => `${nameOf(event.payload.device_id)} ${happening(event)}.`).join(" ");
  const counted = groups.flatMap(([type, verb]) => {
    const count = events.filter((event) => event.type === type).length;
    return count === 0 ? [] : [`${count} ${verb}`];
  });
  return `${counted.join(", ")}.`;
}
