// Before several people are removed, or the wait for several is ended.
import type { SeatRow } from "../../core/seats/rows.ts";
import { t } from "../../languages/words.ts";
import { Confirm } from "../../ui/dialog.tsx";
import type { SeatActions } from "./seat-actions.ts";

interface SureProps {
  readonly what: "end" | "remove";
  readonly people: readonly SeatRow[];
  readonly actions: SeatActions;
  /** It is meant, and asked for: nobody has to stay chosen. */
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function Sure({ what, people, actions, onDone, onClose }: SureProps) {
  return (
    <Confirm
      title={t(`seats.${what}-title`, { n: people.length })}
      verb={t(`seats.${what}`)}
      onConfirm={() => {
        if (what === "end") actions.endWait(people);
        else actions.remove(people);
        onDone();
      }}
      onClose={onClose}
    >
      <p>{t(`seats.${what}-text`)}</p>
    </Confirm>
  );
}
