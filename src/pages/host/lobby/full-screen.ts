// One element alone on the screen, and a screen that stays awake meanwhile.
import { type RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

export interface FullScreen {
  readonly isPossible: boolean;
  readonly isOn: boolean;
  readonly toggle: () => void;
}

export function useFullScreen(element: RefObject<HTMLElement | null>): FullScreen {
  const [isOn, setIsOn] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const changed = () => setIsOn(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, []);
  useEffect(() => stayAwake(), []);
  return {
    isPossible: document.fullscreenEnabled === true,
    isOn,
    toggle: () => {
      const asked = isOn ? document.exitFullscreen() : element.current?.requestFullscreen();
      asked?.catch(() => {}); // the browser's own word: then it stays as it is
    },
  };
}

/** Keeps the screen on where the browser can; again when the page is shown again. Returns what lets it sleep. */
function stayAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let isOn = true;
  const ask = () => {
    if (!isOn || document.visibilityState === "hidden" || !("wakeLock" in navigator)) return;
    navigator.wakeLock.request("screen").then(
      (got) => {
        lock = got;
        if (!isOn) void got.release();
      },
      () => {}, // a low battery: then it sleeps when it sleeps
    );
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    isOn = false;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release().catch(() => {});
  };
}
