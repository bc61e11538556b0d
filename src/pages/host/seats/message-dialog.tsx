// A host's message to one or some: it reaches those who are away, too.
import { useId, useState } from "preact/hooks";
import { longestHostMessage } from "../../../protocol/session.ts";
import type { SeatRow } from "../../core/seats/rows.ts";
import { t } from "../../languages/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { nameIn } from "./seat-texts.ts";

interface MessageDialogProps {
  readonly people: readonly SeatRow[];
  readonly onSend: (text: string) => void;
  readonly onClose: () => void;
}

export function MessageDialog({ people, onSend, onClose }: MessageDialogProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [first] = people;
  const name = first === undefined ? "" : nameIn(first);
  return (
    <Dialog title={t("seats.message-title", { n: people.length, name })} onClose={onClose}>
      {(close) => (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() === "") return;
            onSend(text.trim());
            close();
          }}
        >
          <div class="field">
            <label for={id}>{t("seats.message-label")}</label>
            <textarea
              id={id}
              data-test="message-text"
              rows={4}
              required
              maxLength={longestHostMessage}
              dir="auto"
              aria-describedby={`${id}-hint`}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <p id={`${id}-hint`} class="hint">
              {t("seats.message-text")}
            </p>
          </div>
          <div class="buttons is-end">
            <button type="button" class="button" onClick={close}>
              {t("cancel")}
            </button>
            <button type="submit" class="button is-primary" data-test="message-send">
              {t("seats.message-send")}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
