// Notices that the page was away, by what the browser signals and by what the clocks show (sleep, a frozen page).
// Reports that it was, and for how long; never decides what follows from it.
import type { Environment, Signal, SignalListener, Timer } from "./environment.ts";

/** Implemented by client/session/session-controller. */
export interface WakeUpListener {
  /** Whatever connection there was may be dead: look now. `sleptMs`: how long our own clock stood still, 0 if it did not. */
  woke(sleptMs: number): void;
  /** The browser says that there is no network. */
  wentOffline(): void;
  /** Some seconds have passed, in which the page was not away. */
  ticked(): void;
  /** The page is being left; it may be shown again as it is, and has woken then. */
  pageSuspended(): void;
}

/** Also the most that a page which is killed has to remember less. */
const tickMs = 5000;
const jumpMs = 2000;

export class WakeUpSignals implements SignalListener {
  readonly #environment: Environment;
  readonly #listener: WakeUpListener;
  #wallAt = 0;
  #monotonicAt = 0;
  #timer: Timer | undefined;
  #stopListening: (() => void) | undefined;

  constructor(environment: Environment, listener: WakeUpListener) {
    this.#environment = environment;
    this.#listener = listener;
  }

  /** Listens until `stop`. */
  start(): void {
    this.stop();
    this.#wallAt = this.#environment.wallNow();
    this.#monotonicAt = this.#environment.now();
    this.#arm();
    this.#stopListening = this.#environment.listen(this);
  }

  stop(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#timer?.cancel();
  }

  signalled(signal: Signal): void {
    if (signal === "offline") this.#listener.wentOffline();
    else if (signal === "suspended") this.#listener.pageSuspended();
    else this.#listener.woke(0);
  }

  #arm(): void {
    this.#timer = this.#environment.after(tickMs, () => this.#tick());
  }

  #tick(): void {
    const monotonicMs = this.#environment.now() - this.#monotonicAt;
    const sleptMs = this.#environment.wallNow() - this.#wallAt - monotonicMs;
    this.#wallAt += sleptMs + monotonicMs;
    this.#monotonicAt += monotonicMs;
    const isLate = monotonicMs > tickMs + jumpMs;
    this.#arm(); // before it is reported: the listener may stop us
    // A wall clock that was set back is no sleep, and says nothing of the server's.
    if (isLate || sleptMs > jumpMs) this.#listener.woke(sleptMs > jumpMs ? sleptMs : 0);
    else this.#listener.ticked();
  }
}
