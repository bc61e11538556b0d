// Time that moves when a test says so; sockets stay real. Between timers it lets I/O run, as real time would.
import { type Clock, systemClock, type Timer } from "../src/clock.ts";

interface Pending {
  readonly at: number;
  readonly run: () => void;
}

export class FakeClock implements Clock {
  #now = 1_800_000_000_000;
  readonly #pending = new Set<Pending>();

  now(): number {
    return this.#now;
  }

  /** How long work takes is real, as sockets are. */
  precise(): number {
    return performance.now();
  }

  after(delayMs: number, run: () => void): Timer {
    const pending = { at: this.#now + Math.max(0, delayMs), run };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** Moves time on, firing what is due in order, with a breath of real time after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#pending].toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#pending.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await breathe();
    }
    this.#now = end;
    await breathe();
  }
}

/** What a server does every moment of itself: patches at their interval, ticks of a room's clock, looks at the event loop. */
const moments: ReadonlySet<number> = new Set([100, 1000 / 60]);

/** The same for a whole server: what it does every moment goes on by itself, too, as its sockets do. */
export class ServerFakeClock extends FakeClock {
  override after(delayMs: number, run: () => void): Timer {
    if (!moments.has(delayMs)) return super.after(delayMs, run);
    const cancel = () => {
      fake.cancel();
      real.cancel();
    };
    const once = () => {
      cancel();
      run();
    };
    const fake = super.after(delayMs, once);
    const real = systemClock.after(delayMs, once);
    return { cancel };
  }
}

/** A few turns of the event loop: enough for loopback I/O that has already been sent. */
async function breathe(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
