// What a page can say of its connection: whether the server answers, and whether it has for a while. Announces each
// change. Never judges a connection: that is for the watchdog.
import type { Environment, Timer } from "../platform/environment.ts";
import type { ConnectionQuality, SessionEvents } from "../types/index.ts";

/** Who is announced to. Implemented by client/session/emitter. */
export interface QualityEvents {
  emit(type: "quality", quality: SessionEvents["quality"]): void;
}

/** For so long without trouble a connection is good again. */
const steadyAfterMs = 60_000;

export class QualityMonitor {
  readonly #environment: Environment;
  readonly #events: QualityEvents;
  #quality: ConnectionQuality = "none";
  #hasBeenConnected = false;
  #wasInTrouble = false;
  #steadyAt = 0;
  #timer: Timer | undefined;

  constructor(environment: Environment, events: QualityEvents) {
    this.#environment = environment;
    this.#events = events;
  }

  get quality(): ConnectionQuality {
    return this.#quality;
  }

  /** @param isAnswering undefined: there is no connection that can be used */
  update(isAnswering: boolean | undefined): void {
    this.#timer?.cancel();
    const quality =
      isAnswering === true ? this.#whileAnswering() : isAnswering === false ? "no_answer" : "none";
    this.#hasBeenConnected ||= quality !== "none";
    this.#wasInTrouble = this.#hasBeenConnected && isAnswering !== true;
    if (quality === this.#quality) return;
    this.#quality = quality;
    this.#events.emit("quality", quality);
  }

  #whileAnswering(): ConnectionQuality {
    const now = this.#environment.now();
    if (this.#wasInTrouble) this.#steadyAt = now + steadyAfterMs;
    const leftMs = this.#steadyAt - now;
    if (leftMs <= 0) return "good";
    this.#timer = this.#environment.after(leftMs, () => this.update(true));
    return "unsteady";
  }
}
