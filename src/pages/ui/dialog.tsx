// What stands before everything else: a question before something that cannot be undone, or a form of its own. The
// browser's own modal: it keeps the focus in, and gives it back.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../languages/words.ts";

interface DialogProps {
  readonly title: string;
  readonly children: (close: () => void) => ComponentChildren;
  readonly onClose: () => void;
  /** What opened it may be gone when it is closed: the focus goes to the page's fallback then. */
  readonly isOpenerGone?: () => boolean;
  readonly isWide?: boolean;
}

/** Open as long as it is rendered. */
export function Dialog({ title, children, onClose, isOpenerGone, isWide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      const isThere = opener instanceof HTMLElement && opener.isConnected && isOpenerGone?.() !== true;
      if (isThere) opener.focus();
      else document.querySelector<HTMLElement>("[data-focus-fallback]")?.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${isWide ? "is-wide" : ""}`}
      aria-labelledby={`${id}-title`}
      onClose={onClose}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      {children(() => dialog.current?.close())}
    </dialog>
  );
}

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
  const isDone = useRef(false); // what was asked about may go away, and its button with it
  return (
    <Dialog title={title} onClose={onClose} isOpenerGone={() => isDone.current}>
      {(close) => (
        <>
          <div class="dialog-text">{children}</div>
          <div class="buttons is-end">
            <button type="button" class="button" data-test="cancel" onClick={close}>
              {t("cancel")}
            </button>
            <button
              type="button"
              class="button is-danger"
              data-test="confirm"
              onClick={() => {
                isDone.current = true;
                onConfirm();
                close();
              }}
            >
              {verb}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}
