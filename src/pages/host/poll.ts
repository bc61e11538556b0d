// Asks again and again, as long as somebody looks.

/** Asks now and `pollMs` after each answer, not while the page is hidden, and at once when it is shown; returns what stops it. */
export function poll(ask: () => Promise<void>, pollMs: number): () => void {
  let isOn = true;
  let isAsking = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = async () => {
    clearTimeout(timer);
    if (isAsking) return;
    if (document.visibilityState !== "hidden") {
      isAsking = true;
      await ask();
      isAsking = false;
    }
    if (isOn) timer = setTimeout(next, pollMs);
  };
  const shown = () => document.visibilityState !== "hidden" && void next();
  document.addEventListener("visibilitychange", shown);
  void next();
  return () => {
    isOn = false;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", shown);
  };
}
