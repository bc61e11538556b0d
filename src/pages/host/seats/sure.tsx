// Before several people are removed, or the wait for several is ended.
import type { SeatRow } from "../../core/seats/rows.ts";
import { t } from "../../languages/words.ts";
import { Confirm } from "../../ui/dialog.tsx";
import type { SeatActions } from "./seat-actions.ts";

interface SureProps {
  readonly what: "end" | "remove";
  readonly people: readonly SeatRow[];
  readonly actions: SeatActions;
  readonly onClose: () => void;
}

export function Sure({ what, people, actions, onClose }: SureProps) {
  return (
    <Confirm
      title={t(`seats.${what}-title`, { n: people.length })}
      verb={t(`seats.${what}`)}
      onConfirm={() => (what === "end" ? actions.endWait(people) : actions.remove(people))}
      onClose={onClose}
    >
      <p>{t(`seats.${what}-text`)}</p>
    </Confirm>
  );
}
