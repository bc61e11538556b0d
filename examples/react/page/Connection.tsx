/** @jsxImportSource react */
import { useEvent, useServerCountdown } from "./event.ts";

const endings: Record<string, string> = {
  consented: "You have left.",
  kicked: "You have been removed.",
  event_closed: "The event is over.",
  replaced: "Your seat is in use in another tab or on another device.",
  unreachable: "The server cannot be reached.",
};

/** How the connection is, in a sentence; nothing while it is good. */
export function Connection() {
  const { show, endReason = "", sentence = "", outage, retry } = useEvent();
  const leftMs = useServerCountdown(outage?.seatUntil);
  const text = {
    joining: "Taking your seat …",
    live: "",
    stale: "The connection is lost. Your seat is kept.",
    over: endings[endReason] ?? sentence,
  }[show];
  return (
    <p className="connection" role="status">
      {text}
      {leftMs !== undefined && <span aria-hidden="true"> {leftMs / 1000} s</span>}
      {show === "over" && retry !== undefined && (
        <button type="button" onClick={retry}>
          Take it back
        </button>
      )}
    </p>
  );
}
