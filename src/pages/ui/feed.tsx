// What has happened, newest first: a time, a name, and a reason. Never read out by itself: the announcer sums it up.
import type { Announcement } from "../../protocol/messages.ts";
import { happened } from "../core/happened.ts";
import { formatTime } from "../languages/format.ts";

/** An announcement as it was received, with the name that the person had then. */
export interface FeedEntry {
  readonly key: number;
  readonly at: number;
  readonly name: string;
  readonly event: Announcement;
}

const marks: Record<Announcement["type"], string> = {
  participant_joined: "joined",
  participant_temporarily_disconnected: "away",
  participant_reconnected: "back",
  participant_left: "left",
};

export function Feed({ entries, empty }: { readonly entries: readonly FeedEntry[]; readonly empty: string }) {
  if (entries.length === 0) return <p class="empty">{empty}</p>;
  return (
    <ol class="feed" reversed>
      {entries.map(({ key, at, name, event }) => (
        <li key={key} data-mark={marks[event.type]}>
          <time dateTime={new Date(at).toISOString()}>{formatTime(at)}</time>
          <span>{happened(event, name)}</span>
        </li>
      ))}
    </ol>
  );
}
