// What this device does beside showing the page: keeps its screen on, buzzes, reads out. Each can be switched off, and is not
// offered where the device or the browser cannot do it (plain http has no wake lock).

export type Habit = "awake" | "buzz" | "speak";

const key = "holdfast.page.off";

/** Which of them this device can have. */
export function possibleHabits(): readonly Habit[] {
  const possible: Habit[] = ["speak"];
  if ("vibrate" in navigator && matchMedia("(pointer: coarse)").matches) possible.unshift("buzz");
  if ("wakeLock" in navigator) possible.unshift("awake");
  return possible;
}

/** Those that were switched off. */
export function habitsOff(): ReadonlySet<string> {
  try {
    return new Set((localStorage.getItem(key) ?? "").split(" "));
  } catch {
    return new Set();
  }
}

export function keepHabitsOff(off: ReadonlySet<string>): void {
  try {
    localStorage.setItem(key, [...off].join(" ").trim());
  } catch {
    // then until the next load
  }
}

/** Buzzes, where it may: a page that nobody has touched may not, and Chromium would complain. @param patternMs on, off, on */
export function buzz(patternMs: readonly number[]): void {
  if (navigator.userActivation?.hasBeenActive && "vibrate" in navigator) navigator.vibrate([...patternMs]);
}

/** Keeps the screen on until it is stopped; browsers let go of it whenever the page is hidden. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let isOver = false;
  const ask = () => {
    if (document.visibilityState !== "visible" || isOver) return;
    navigator.wakeLock.request("screen").then(
      (granted) => {
        lock = granted;
        if (isOver) void granted.release();
      },
      () => {}, // a low battery, say
    );
  };
  ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
