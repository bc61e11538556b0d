// Notices that the page was away: what the browser says, and what the clocks say (sleep, a frozen page). Tells why;
// what follows is the session's business.
import type { Environment } from "../platform/environment.ts";

export type WakeEvents = {
  /** Whatever was there may be dead: look now. `sleptMs`: how long our own time stood still, 0 if it did not. */
  woke(sleptMs: number): void;
  offline(): void;
  /** The page is being left; it may be shown again as it is, and then has woken. */
  suspended(): void;
};

const tickMs = 5000;
const jumpMs = 2000;

/** Listens until the returned function is called. */
export function watchForWakes(environment: Environment, events: WakeEvents): () => void {
  let wall = environment.wallNow();
  let mono = environment.now();
  const look = () => {
    const monoMs = environment.now() - mono;
    const sleptMs = environment.wallNow() - wall - monoMs;
    wall += sleptMs + monoMs;
    mono += monoMs;
    const isLate = monoMs > tickMs + jumpMs;
    // A wall clock that was set back is no sleep, and says nothing of the server's.
    if (isLate || sleptMs > jumpMs) events.woke(sleptMs > jumpMs ? sleptMs : 0);
    timer = environment.after(tickMs, look);
  };
  let timer = environment.after(tickMs, look);
  const stop = environment.listen((signal) => {
    if (signal === "offline") events.offline();
    else if (signal === "suspended") events.suspended();
    else events.woke(0);
  });
  return () => {
    stop();
    timer.cancel();
  };
}
