// Timers of an event whose owner stands still, hands it over, or cannot reach Redis: each fires once, in one process, and
// not while nobody knows whose the event is.
import { expect } from "chai";
import { TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import type { ServerProcess } from "../../../../harness/servers/server-process.ts";
import { quiet, until } from "../../../../harness/wait.ts";

describeWithRedis("cluster: an event's timers", function () {
  this.timeout(90_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start({ size: 2, script: "harness/servers/programs/timer-server.ts" });
  });
  afterEach(() => cluster.stop());

  /** An event at `a` with timers of these names and delays, stored. */
  async function asked(timers: Record<string, number>) {
    const [a, b] = cluster.processes as [ServerProcess, ServerProcess];
    const event = newEvent();
    const phone = await Phone.join(a.url, identity(event));
    const messages = Object.entries(timers).map(([name, ms]) => ({ type: "ask", payload: { name, ms } }));
    const askedAt = Date.now();
    phone.room.send("outbox_publish", { stream: "s", first: 1, messages });
    await until("stored", () => phone.heard.some(({ type }) => type === "outbox_ack"));
    return { a, b, event, phone, askedAt };
  }

  const namesIn = (process: ServerProcess) =>
    [...process.output().matchAll(/^fired (\S+) at \d+$/gm)].map((match) => match[1]);
  const firedAt = (process: ServerProcess, name: string) =>
    Number(new RegExp(`^fired ${name} at (\\d+)$`, "m").exec(process.output())?.[1]);

  /** What the state says, once the event is at this process. */
  async function countsAt(process: ServerProcess, event: string): Promise<() => Record<string, number>> {
    const observer = await until(
      "the event is there",
      () => Phone.join(process.url, { event_id: event, role: "observer" }).catch(() => undefined),
      20_000,
    );
    return () => Object.fromEntries((observer.room.state.fired as Map<string, number>).entries());
  }

  it("[U6] an owner that stood still when they were due, and was followed, fires none of them; the next one each once", async () => {
    const { a, b, event, phone } = await asked({ soon: 5000, later: 9000 });
    a.child.kill("SIGSTOP");
    const counts = await countsAt(b, event);
    await until("the first one", () => counts().soon === 1);
    a.child.kill("SIGCONT");
    await until("sent on", () => phone.drops.includes(4010));
    await until("both", () => counts().later === 1, 20_000);
    await quiet(500);
    expect(counts()).to.deep.equal({ soon: 1, later: 1 });
    expect(namesIn(a)).to.deep.equal([]);
    expect(namesIn(b)).to.deep.equal(["soon", "later"]);
  });

  it("[U6] an event that is handed over: its timers go along, and fire there", async () => {
    const { a, b, event } = await asked({ first: 300, second: 10_000 });
    await until("the first one", () => namesIn(a).length === 1);
    a.child.kill("SIGTERM");
    await until("gone", () => a.child.exitCode !== null, 20_000);
    cluster.remove(a);
    const counts = await countsAt(b, event);
    await until("both", () => counts().second === 1, 20_000);
    expect(counts()).to.deep.equal({ first: 1, second: 1 });
    expect([namesIn(a), namesIn(b)]).to.deep.equal([["first"], ["second"]]);
  });

  it("[U2] [U6] Redis is away: none fires, and afterwards each as much later as that took", async () => {
    const { a, event, askedAt } = await asked({ t: 8000 });
    cluster.redis.pause();
    const pausedAt = Date.now();
    await quiet(10_000);
    expect(namesIn(a)).to.deep.equal([]);
    const resumedAt = Date.now();
    cluster.redis.resume();
    const owner = await until(
      "it has fired",
      () => cluster.processes.find((each) => namesIn(each).length > 0),
      30_000,
    );
    const leftMs = 8000 - (pausedAt - askedAt);
    expect(firedAt(owner, "t") - resumedAt, "so much was left when Redis went").to.be.at.least(leftMs - 20);
    const counts = await countsAt(owner, event);
    expect(counts()).to.deep.equal({ t: 1 });
  });
});
