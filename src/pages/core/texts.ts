// The texts of the pages, in plain English: statuses, reasons, and what a person can do about them.
// Pure; text only. A countdown is never part of a sentence that is read out: it would be read every second.
import type { EndReason, OutageReason, SessionState } from "../../client/index.ts";
import type { Announcement, DisconnectReason, LeaveReason } from "../../protocol/messages.ts";

const awayTexts: Record<DisconnectReason, string> = {
  connection_lost: "connection lost",
  heartbeat_timeout: "page stopped answering",
  server_restart: "server restarted",
};

const leaveTexts: Record<LeaveReason, string> = {
  consented: "left",
  grace_expired: "did not come back in time",
  kicked: "was removed by a host",
  event_closed: "left: the event was closed",
};

const outageTexts: Record<OutageReason, string> = {
  connection_lost: "The connection was lost.",
  silence: "Nothing has come from the server for a while.",
  wake: "This page was asleep.",
  offline: "This device says that it has no network.",
  server_restart: "The server is restarting.",
  asked: "Connecting again, as you asked.",
};

/** Why somebody is away, short: `connection lost`. Also for a reason that this page does not know yet. */
export function awayReason(reason: string): string {
  return Object.hasOwn(awayTexts, reason) ? awayTexts[reason as DisconnectReason] : "away";
}

/** How somebody has left, as the rest of a sentence: `did not come back in time`. */
export function leaveReason(reason: string | undefined): string {
  return reason !== undefined && Object.hasOwn(leaveTexts, reason)
    ? leaveTexts[reason as LeaveReason]
    : "left";
}

/** What happened, as the rest of a sentence that begins with the name. */
export function happening({ type, payload }: Announcement): string {
  if (type === "participant_joined") return "joined";
  if (type === "participant_reconnected") return "came back";
  if (type === "participant_left") return leaveReason(payload.reason);
  return `is away: ${awayReason(payload.reason)}`;
}

/** What a page shows of its own session. */
export interface OwnTexts {
  readonly title: string;
  readonly detail: string;
  /** What helps: try again, take the seat back, or begin anew. */
  readonly action:
    | { readonly kind: "retry" | "take_back" | "start_over"; readonly label: string }
    | undefined;
}

const retry = { kind: "retry", label: "Try again" } as const;
const startOver = { kind: "start_over", label: "Join another event" } as const;

const endTexts: Record<EndReason, OwnTexts> = {
  consented: {
    title: "You have left",
    detail: "Your seat is free again. Come back whenever you like.",
    action: { kind: "start_over", label: "Join again" },
  },
  kicked: {
    title: "A host has removed you",
    detail: "This device cannot come back to this event.",
    action: startOver,
  },
  event_closed: { title: "The event is over", detail: "A host has closed it.", action: startOver },
  replaced: {
    title: "Your seat is in use elsewhere",
    detail: "Another tab or page of yours has taken it. You can have it here again.",
    action: { kind: "take_back", label: "Use here" },
  },
  closed: { title: "Closed", detail: "This page has let go of the event.", action: startOver },
  refused: { title: "You were not let in", detail: "The server refused.", action: startOver },
  unreachable: {
    title: "The server cannot be reached",
    detail: "Nobody has answered for a long time.",
    action: retry,
  },
};

/** Title, sentence and remedy for a session's state. */
export function ownTexts(state: SessionState): OwnTexts {
  if (state.status === "connecting")
    return { title: "Taking your seat", detail: state.sentence ?? "One moment.", action: undefined };
  if (state.status === "connected")
    return {
      title: "You are here",
      detail: "Your seat is yours, whatever the network does.",
      action: undefined,
    };
  if (state.status === "reconnecting") {
    const { outage } = state;
    const detail = outage === undefined ? "The connection was lost." : outageTexts[outage.reason];
    return { title: "Coming back", detail, action: { kind: "retry", label: "Try now" } };
  }
  const reason = state.endReason ?? (state.status === "left" ? "consented" : "unreachable");
  const texts = endTexts[reason];
  const isOwnSentence = reason === "refused" || reason === "unreachable";
  return isOwnSentence && state.sentence !== undefined ? { ...texts, detail: state.sentence } : texts;
}
