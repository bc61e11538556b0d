// An application's heartbeat and its watchdog: beats as the room asks to, and reports a path that has gone silent.
// Anything heard is a sign of life; with an ack for each beat, silence longer than an interval means a dead path.
import { now } from "../support/sdk.ts";

export interface PulseOf {
  beat(): unknown;
  onSilence(): void;
}

/** How long an ack may take beyond the interval before the path is taken for dead. */
const ackSlackMs = 2500;
const lookEveryMs = 500;

export class Pulse {
  readonly #of: PulseOf;
  #intervalMs = 0;
  #heardAt = 0;
  #heart: NodeJS.Timeout | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(of: PulseOf) {
    this.#of = of;
  }

  /** A sign of life; the first one that says how often to beat starts the heart. */
  heard(intervalMs = 0): void {
    this.#heardAt = now();
    if (this.#heart !== undefined || intervalMs <= 0) return;
    this.#intervalMs = intervalMs;
    this.#heart = setInterval(() => this.#of.beat(), intervalMs);
    this.#watchdog = setInterval(() => this.#look(), lookEveryMs);
    this.#of.beat();
  }

  stop(): void {
    clearInterval(this.#heart);
    clearInterval(this.#watchdog);
  }

  #look(): void {
    if (now() - this.#heardAt < this.#intervalMs + ackSlackMs) return;
    this.#of.onSilence();
  }
}
