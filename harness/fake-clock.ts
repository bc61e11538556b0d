// Time that moves when a test says so; sockets stay real. Between timers it lets I/O run, as real time would.
import { systemClock, type Timer } from "../src/clock.ts";
import { VirtualClock } from "../src/testing/virtual-clock.ts";

export class FakeClock extends VirtualClock {
  /** How long work takes is real, as sockets are. */
  precise(): number {
    return performance.now();
  }

  /** Moves time on, firing what is due in order, with a breath of real time after each. */
  async advance(ms: number): Promise<void> {
    const end = this.now() + ms;
    while (this.fireNext(end)) await breathe();
    this.moveTo(end);
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
