// How long a room's author may take over a seat, and what it may say of one.
import { expect } from "chai";
import { FakeClock } from "../../../harness/fake-clock.ts";
import type { Refusal } from "../../../src/holdfast.ts";
import { SeatRequests } from "../../../src/rooms/author/seat-requests.ts";
import { plainEvent } from "../../../src/schema/event-state.ts";

describe("how long an author may think about a seat", () => {
  const claim = {
    role: "participant" as const,
    eventId: "e",
    deviceId: "d",
    userId: null,
    displayName: null,
    digest: "x",
  };
  const scene = (onSeatRequested?: () => unknown) => {
    const reported: string[] = [];
    const hooks = { schema: plainEvent, ...(onSeatRequested ? { onSeatRequested } : {}) };
    const clock = new FakeClock();
    const guard = {
      clock,
      reportError: (_: string, error: unknown) => void reported.push((error as Error).message),
    };
    return { requests: new SeatRequests(hooks, guard), clock, reported };
  };
  const outcome = (asked: Promise<unknown> | undefined) =>
    (asked ?? Promise.reject(new Error("not asked"))).then(
      () => 200,
      ({ code }: Refusal) => code,
    );

  it("[A27] [A28] 3 s for a new seat, then 503; 1 s for a return, then it is let in", async () => {
    for (const [isNew, limitMs, answer] of [
      [true, 3000, 503],
      [false, 1000, 200],
    ] as const) {
      const { requests, clock, reported } = scene(() => new Promise(() => {}));
      const asked = outcome(requests.ask(claim, isNew));
      await clock.advance(limitMs - 1);
      expect(reported).to.deep.equal([]);
      await clock.advance(1);
      expect(await asked).to.equal(answer);
      expect(reported).to.deep.equal([`onSeatRequested has not answered within ${limitMs} ms`]);
    }
  });

  it("[A27] without a hook and a schema nobody waits at all; without a schema no options come", async () => {
    const { requests } = scene();
    expect(requests.ask(claim, true)).to.equal(undefined);
    const seen: unknown[] = [];
    const hooked = scene(
      ((request: { options: unknown }) => void seen.push(request.options)) as () => unknown,
    );
    await hooked.requests.ask({ ...claim, options: { secret: 1 } }, true);
    expect(seen).to.deep.equal([{}]);
  });

  it("[A27] fields that are none of the participant's are refused", async () => {
    for (const fields of [{ nothing: 1 }, { device_id: "other" }, 5, "x", [1]]) {
      const { requests, reported } = scene(() => fields);
      expect(await outcome(requests.ask(claim, true)), JSON.stringify(fields)).to.equal(503);
      expect(reported[0]).to.match(/^onSeatRequested: /);
    }
  });
});
