// A question before something that cannot be undone. The browser's own modal: it keeps the focus in, and gives it back.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../languages/words.ts";

interface ConfirmProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the dangerous button says. */
  readonly verb: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Open as long as it is rendered. */
export function Confirm({ title, children, verb, onConfirm, onClose }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const isDone = useRef(false);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // What was asked about may go away, and its button with it.
      if (!isDone.current && opener instanceof HTMLElement && opener.isConnected) opener.focus();
      else document.querySelector<HTMLElement>("[data-focus-fallback]")?.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={`${id}-title`} onClose={onClose}>
      <h2 id={`${id}-title`}>{title}</h2>
      <div class="dialog-text">{children}</div>
      <div class="buttons is-end">
        <button type="button" class="button" data-test="cancel" onClick={() => dialog.current?.close()}>
          {t("cancel")}
        </button>
        <button
          type="button"
          class="button is-danger"
          data-test="confirm"
          onClick={() => {
            isDone.current = true;
            onConfirm();
            dialog.current?.close();
          }}
        >
          {verb}
        </button>
      </div>
    </dialog>
  );
}
