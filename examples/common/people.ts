// Who is in the event, who is away, and for how long their seats are kept.
import type { EventSchema, EventSession, RosterEntry } from "holdfast/client";
import { element, everyQuarterSecond, secondsUntil } from "./dom.ts";

/** What to call somebody who may have given no name. */
export const nameOf = ({ displayName, deviceId }: Pick<RosterEntry, "displayName" | "deviceId">): string =>
  displayName || `guest ${deviceId.slice(0, 4)}`;

/**
 * Shows everyone, again and again.
 * @param list a `<ul class="people">`
 * @param detailOf what else is said of somebody
 */
export function showPeople<S extends EventSchema>(
  session: Pick<EventSession<S>, "serverNow" | "roster">,
  list: HTMLElement,
  detailOf: (entry: RosterEntry<S>) => string,
): void {
  everyQuarterSecond(() => {
    const rows = [...session.roster.values()].map((entry) => {
      const name = element("span", element("span", nameOf(entry)), entry.isMe ? " (you)" : "");
      const isAway = entry.status === "temporarily_disconnected";
      const leftS = secondsUntil(entry.graceExpiresAt, session.serverNow());
      const detail = element("span", isAway ? `away, kept for ${leftS} s` : detailOf(entry));
      if (isAway) detail.className = "away";
      return element("li", name, detail);
    });
    list.replaceChildren(...rows);
  });
}
