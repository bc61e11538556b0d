// What came of an action, read out, and the way back while it is offered.
import { t } from "../../languages/words.ts";
import type { Notice } from "./seat-actions.ts";
import { offWhen } from "../../ui/off.ts";

interface NoticeBarProps {
  readonly notice: Notice | undefined;
  readonly isLive: boolean;
  readonly onUndo: (notice: Notice) => void;
}

export function NoticeBar({ notice, isLive, onUndo }: NoticeBarProps) {
  return (
    <div class={`seat-notice ${notice === undefined ? "is-empty" : ""}`}>
      <p role="status" data-test="notice">
        {notice?.text ?? ""}
      </p>
      {notice !== undefined && notice.undo.length > 0 && (
        <button
          type="button"
          class="button is-small"
          data-test="undo"
          {...offWhen(!isLive, () => onUndo(notice))}
        >
          {t("seats.undo")}
        </button>
      )}
    </div>
  );
}
