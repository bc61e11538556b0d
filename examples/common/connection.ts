// How the connection is, in a sentence: the one line that every page of an event needs.
import type { EventSession, SessionState } from "holdfast/client";
import { element, everyQuarterSecond, say, secondsUntil } from "./dom.ts";

const endings = {
  consented: "You have left.",
  kicked: "The host has removed you.",
  event_closed: "The event is over.",
  closed: "This page has let go of its seat.",
  replaced: "Your seat is in use in another tab or on another device.",
  refused: "You were not let in.",
  unreachable: "The server cannot be reached.",
};

function sentenceOf({ status, endReason, sentence, outage }: SessionState): string {
  if (status === "connecting") return "Taking your seat …";
  if (outage !== undefined) return "The connection is lost. Your seat is kept.";
  if (endReason === undefined) return "";
  return endReason === "refused" ? `You were not let in: ${sentence ?? ""}` : endings[endReason];
}

/**
 * Shows how a session's connection is; nothing while it is good.
 * @param where an element with role="status", so that a screen reader says what changes
 */
export function showConnection(
  session: Pick<EventSession, "state" | "serverNow" | "reconnectNow">,
  where: HTMLElement,
): void {
  const text = element("span");
  const seconds = element("span");
  seconds.setAttribute("aria-hidden", "true"); // nobody wants to be read a countdown
  const again = element("button", "Take it back");
  again.type = "button";
  again.addEventListener("click", () => session.reconnectNow());
  where.replaceChildren(text, seconds, again);
  everyQuarterSecond(() => {
    const { state } = session;
    say(text, sentenceOf(state));
    const leftS = state.outage && secondsUntil(state.outage.seatUntil, session.serverNow());
    say(seconds, leftS === undefined ? "" : ` ${leftS} s`);
    again.hidden = state.endReason !== "replaced" && state.endReason !== "unreachable";
  });
}
