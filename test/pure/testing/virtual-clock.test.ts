// The one clock of a test: timers fire when they are due, in their order, whatever is cancelled meanwhile.
import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { collected } from "../../../harness/collected.ts";
import { OwnedClock, VirtualClock } from "../../../src/testing/virtual-clock.ts";

type Step = { readonly delayMs: number } | { readonly cancel: number } | { readonly advanceMs: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ delayMs: fc.integer({ min: 0, max: 50 }) }) },
    { weight: 5, arbitrary: fc.record({ cancel: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ advanceMs: fc.integer({ min: 0, max: 20 }) }) },
  ),
  { maxLength: 600 },
);

/** Runs the steps, and says which timers fired, in their order. */
function play(script: readonly Step[]): number[] {
  const clock = new VirtualClock();
  const fired: number[] = [];
  const timers: { cancel(): void }[] = [];
  for (const step of script) {
    if ("delayMs" in step) {
      const no = timers.length;
      timers.push(clock.after(step.delayMs, () => fired.push(no)));
    } else if ("cancel" in step) timers[step.cancel % Math.max(1, timers.length)]?.cancel();
    else {
      const end = clock.now() + step.advanceMs;
      while (clock.fireNext(end));
      clock.moveTo(end);
    }
  }
  return fired;
}

/** The same by looking at all timers each time. */
function model(script: readonly Step[]): number[] {
  let now = 0;
  const fired: number[] = [];
  const timers: { readonly at: number; isOver: boolean }[] = [];
  for (const step of script) {
    if ("delayMs" in step) timers.push({ at: now + step.delayMs, isOver: false });
    else if ("cancel" in step) {
      const timer = timers[step.cancel % Math.max(1, timers.length)];
      if (timer !== undefined) timer.isOver = true;
    } else {
      now += step.advanceMs;
      const due = timers
        .map((timer, no) => ({ timer, no }))
        .filter(({ timer }) => !timer.isOver && timer.at <= now);
      for (const { timer, no } of due.toSorted((a, b) => a.timer.at - b.timer.at || a.no - b.no)) {
        timer.isOver = true;
        fired.push(no);
      }
    }
  }
  return fired;
}

describe("the kit's clock", () => {
  it("[V41] fires each timer at its instant, in order, whatever is cancelled", () => {
    fc.assert(
      fc.property(steps, (script) => deepEqual(play(script), model(script))),
      { numRuns: 300 },
    );
    const crowd: Step[] = Array.from({ length: 500 }, (_, i) => ({ delayMs: (i * 37) % 101 }));
    const cancels: Step[] = Array.from({ length: 400 }, (_, i) => ({ cancel: (i * 7) % 500 }));
    const script = [...crowd, ...cancels, { advanceMs: 200 }]; // so many that they are swept away
    deepEqual(play(script), model(script));
  });

  it("[X40] keeps nothing of what is cancelled, nor of a server that has stopped, although no time passes", async () => {
    const clock = new VirtualClock();
    const refs: WeakRef<object>[] = [];
    const begin = (server: OwnedClock): { cancel(): void } => {
      const held = { large: "object" };
      refs.push(new WeakRef(held));
      return server.after(30_000, () => void held.large);
    };
    const [one, other] = [new OwnedClock(clock), new OwnedClock(clock)];
    begin(one).cancel();
    for (let i = 0; i < 5; i++) begin(other);
    other.stop();
    begin(other);
    await collected("what timers held", refs);
    equal(clock.nextAt, undefined);
  });
});
