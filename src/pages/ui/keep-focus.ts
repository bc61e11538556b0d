// The focus does not fall out of the page when what had it goes away: a button that was pressed, a notice whose time is over, a
// form that made way for something else.

const homes = "[data-focus-fallback]";

/**
 * From now on: when what has the focus is taken out of the document, and nobody else has moved the focus, it goes to the
 * heading of its section that is marked with `data-focus-fallback`, or else to the first element of the page that is; when
 * there is none yet, as soon as there is one. Nothing is scrolled by it.
 * @returns what ends it
 */
export function keepFocus(): () => void {
  let last: HTMLElement | undefined;
  let near: HTMLElement | null | undefined;
  const gained = ({ target }: FocusEvent) => {
    last = target instanceof HTMLElement ? target : undefined;
    near = last?.closest("section")?.querySelector<HTMLElement>(homes);
  };
  // whoever presses beside everything gives the focus up; what is taken out or switched off loses it
  const lost = ({ relatedTarget }: FocusEvent) =>
    queueMicrotask(() => {
      const isGivenUp = last?.isConnected === true && !last.matches(":disabled") && document.hasFocus();
      if (relatedTarget === null && isGivenUp && document.activeElement === document.body) last = undefined;
    });
  const observer = new MutationObserver(() => {
    if (last === undefined || last.isConnected || document.activeElement !== document.body) return;
    const home = near?.isConnected === true ? near : document.querySelector<HTMLElement>(homes);
    home?.focus({ preventScroll: true });
  });
  document.addEventListener("focusin", gained);
  document.addEventListener("focusout", lost);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener("focusin", gained);
    document.removeEventListener("focusout", lost);
    observer.disconnect();
  };
}
