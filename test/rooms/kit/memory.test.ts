// What a server of a test leaves behind in its process when it is over: nothing.
import { equal, match, notEqual } from "node:assert/strict";
import { collected } from "../../../harness/collected.ts";
import { EventRoom } from "../../../src/holdfast.ts";
import { type Census, Metrics } from "../../../src/ops/metrics.ts";
import { testEvent } from "../../../src/testing/index.ts";

class LeftRoom extends EventRoom {}

const source = (events: number) => ({ census: () => ({ events }) as Census });

/** A server's metrics are read once. Returns what they count. */
async function counted(): Promise<WeakRef<object>> {
  const events = source(1);
  const { registry } = new Metrics(events);
  match(await registry.getSingleMetricAsString("holdfast_events"), /^holdfast_events 1$/m);
  return new WeakRef(events);
}

describe("the kit: what a server leaves behind", () => {
  it("[X40] no room of a server that was restarted, killed or closed is held, although no time passes", async () => {
    const rooms: WeakRef<object>[] = [];
    for (let no = 0; no < 3; no++) {
      const event = await testEvent(LeftRoom);
      const ann = await event.join("ann");
      for (const end of [() => event.restart(), () => event.crash()]) {
        rooms.push(new WeakRef(event.room));
        await end();
        await ann.return();
      }
      rooms.push(new WeakRef(event.room));
      await event.close();
    }
    await collected("rooms", rooms);
  });

  it("[X40] what counts a server goes with it, and the process is measured once for all", async () => {
    const [one, other] = [0, 1].map(() =>
      new Metrics(source(1)).registry.getSingleMetric("nodejs_gc_duration_seconds"),
    );
    notEqual(one, undefined);
    equal(one, other);
    const counts: WeakRef<object>[] = [];
    for (let no = 0; no < 3; no++) counts.push(await counted());
    await collected("sources of counts", counts);
  });
});
