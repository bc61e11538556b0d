// What can be done to one person, for the menu of a row and the picture of one person alike.
import type { SeatRow } from "../../../core/seats/rows.ts";
import { t } from "../../../languages/words.ts";
import { longExtensionMs, shortExtensionMs } from "../grid/seat-hands.ts";
import type { SeatActions } from "../seat-actions.ts";

export interface PersonAction {
  readonly id: string;
  readonly text: string;
  readonly isDanger: boolean;
  readonly isDisabled: boolean;
  readonly onPick: () => void;
}

/** What asks the host first: a text, or whether it is meant. */
export interface Questions {
  askMessage(people: readonly SeatRow[]): void;
}

/** The actions for how this person is now. */
export function actionsFor(
  row: SeatRow,
  actions: SeatActions,
  questions: Questions,
  isLive: boolean,
): PersonAction[] {
  const can = (id: string, text: string, onPick: () => void, isDanger = false): PersonAction => ({
    id,
    text,
    isDanger,
    isDisabled: !isLive,
    onPick,
  });
  const isThere = row.kind === "away" || row.kind === "connected";
  return [
    ...(row.kind === "away"
      ? [
          can("extend-30", t("seats.plus-30"), () => actions.extend([row], shortExtensionMs)),
          can("extend-120", t("seats.plus-120"), () => actions.extend([row], longExtensionMs)),
          can("end", t("seats.end"), () => actions.endWait([row])),
        ]
      : []),
    ...(isThere
      ? [
          can("message-to", t("seats.message"), () => questions.askMessage([row])),
          can("remove", t("seats.remove"), () => actions.remove([row]), true),
        ]
      : []),
    ...(row.reason === "kicked" ? [can("readmit", t("seats.readmit"), () => actions.readmit([row]))] : []),
  ];
}
