// A message to everyone in the event, also to those who are away.
import { useState } from "preact/hooks";
import { longestHostMessage } from "../../../protocol/session.ts";
import { t } from "../../languages/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import type { Act } from "../act.ts";
import { FormProblem } from "./event-fields.tsx";

interface MessageDialogProps {
  readonly act: Act;
  readonly onClose: () => void;
}

export function MessageDialog({ act, onClose }: MessageDialogProps) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const send = (close: () => void) => {
    const length = [...text.trim()].length;
    if (length === 0) return setProblem(t("host.message.empty"));
    if (length > longestHostMessage) return setProblem(t("host.message.long", { n: longestHostMessage }));
    void act({ action: "message", to: "all", text: text.trim() }, t("host.message.sent"));
    return close();
  };
  return (
    <Dialog title={t("host.message.title")} onClose={onClose} isWide>
      {(close) => (
        <form
          class="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            send(close);
          }}
        >
          <div class="field">
            <label for="message">{t("host.message.text")}</label>
            <textarea
              id="message"
              rows={4}
              data-test="message-text"
              value={text}
              aria-invalid={problem !== ""}
              aria-describedby="message-hint"
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
            <p id="message-hint" class="hint">
              {t("host.message.hint")}
            </p>
          </div>
          <FormProblem text={problem} />
          <div class="buttons is-end">
            <button type="button" class="button" onClick={close}>
              {t("cancel")}
            </button>
            <button type="submit" class="button is-primary" data-test="message-send">
              {t("host.message.send")}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
