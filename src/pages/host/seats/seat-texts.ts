// How a person of the list is described, in the page's language.
import type { DisconnectReason, LeaveReason } from "../../../protocol/messages.ts";
import { disconnectReasons, leaveReasons } from "../../../protocol/messages.ts";
import { isolated, wholeName } from "../../core/person.ts";
import type { SeatRow } from "../../core/seats/rows.ts";
import { formatList, formatTime } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";

const isAwayReason = (reason: string): reason is DisconnectReason =>
  (disconnectReasons as readonly string[]).includes(reason);
const isLeaveReason = (reason: string): reason is LeaveReason =>
  (leaveReasons as readonly string[]).includes(reason);

/** Why somebody is away: `connection lost`. Also for a reason that this page does not know yet. */
export function whyAway(reason: string): string {
  return t(isAwayReason(reason) ? `seats.why.${reason}` : "seats.why.other");
}

/** How somebody is: `here`, `away: connection lost`, `did not come back in time`. */
export function statusOf({ kind, reason }: SeatRow): string {
  if (kind === "away") return t("seats.is.away", { why: whyAway(reason) });
  if (kind === "left" && reason === "readmitted") return t("seats.how.readmitted");
  if (kind === "left" && isLeaveReason(reason)) return t(`seats.how.${reason}`);
  return t(`seats.is.${kind}`);
}

/** The name for the middle of a sentence, whatever direction either has. */
export function nameIn(row: SeatRow): string {
  return isolated(wholeName(row));
}

/** All that a screen reader says of somebody; no countdown, because it would be read every second. */
export function labelOf(row: SeatRow): string {
  const isStranger = row.isExpected === false;
  const status = isStranger ? formatList([statusOf(row), t("seats.not-expected")]) : statusOf(row);
  const values = { name: nameIn(row), status };
  return row.kind === "away" && row.until > 0
    ? t("seats.label-kept", { ...values, time: formatTime(row.until) })
    : t("seats.label", values);
}
