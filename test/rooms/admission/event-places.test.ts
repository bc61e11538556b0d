// MAX_EVENTS while events are still on their way: from a store that takes its time, everyone asks before any is there.
import { expect } from "chai";
import { askToJoin } from "../../../harness/clients/http.ts";
import { identity, newEvent } from "../../../harness/clients/phone.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";
import { MemoryStore, type Refusal } from "../../../src/holdfast.ts";

class SlowStore extends MemoryStore {
  gate = Promise.withResolvers<void>();
  asked = 0;
  override async load(eventId: string): ReturnType<MemoryStore["load"]> {
    this.asked += 1;
    await this.gate.promise;
    return super.load(eventId);
  }
}

describe("places for events that are on their way", () => {
  let app: TestApp;
  afterEach(() => app.close());

  it("[J10] of events that are being opened no more than MAX_EVENTS are; who joins one of them waits for it", async () => {
    const store = new SlowStore();
    let verified = 0;
    const verify = ({ token = "" }) => {
      verified += 1;
      return { seatKey: token };
    };
    app = await startApp({
      store,
      identity: { verify },
      config: { maxEvents: 2, eventsPerMinutePerIp: 0 },
    });
    const [first, second] = [newEvent(), newEvent()];
    const join = (event: string) => askToJoin(app.url, identity(event));
    const coming = [join(first), join(second)];
    await until("both are being read", () => store.asked === 2);
    expect(JSON.parse((await join(newEvent())).text)).to.include({ code: 503, reason: "too_many_events" });
    const created = await app.createEvent({ eventId: newEvent() }).catch(({ reason }: Refusal) => reason);
    expect(created).to.equal("too_many_events");
    const another = join(first);
    await until("it has been asked for", () => verified === 4);
    store.gate.resolve();
    for (const { status } of await Promise.all([...coming, another])) expect(status).to.equal(200);
    expect(store.asked).to.equal(2);
  });

  it("[J10] one that could not be opened has no place any more", async () => {
    const store = new SlowStore();
    app = await startApp({ store, config: { maxEvents: 1, eventsPerMinutePerIp: 0 } });
    const failed = askToJoin(app.url, identity());
    await until("it is being read", () => store.asked === 1);
    store.gate.reject(new Error("the disk is away"));
    expect((await failed).status).to.equal(503);
    store.gate = Promise.withResolvers();
    store.gate.resolve();
    expect((await askToJoin(app.url, identity())).status).to.equal(200);
  });
});
