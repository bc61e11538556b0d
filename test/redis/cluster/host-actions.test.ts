// A host's actions in a cluster: asked of any process, for many at once; and what the next process of the event knows of them
// when its owner was killed (-9).
import "../../../harness/clients/use-ws.ts";
import { expect } from "chai";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { TestCluster } from "../../../harness/servers/cluster/cluster.ts";
import { describeWithRedis } from "../../../harness/servers/redis/redis.ts";
import type { ServerProcess } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";
import { type EventSession, joinEvent } from "../../../src/client/index.ts";
import { HostClient } from "../../../src/host/index.ts";

describeWithRedis("cluster: a host's actions", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  let token: string;
  const sessions: EventSession[] = [];
  before(async () => {
    cluster = await TestCluster.start({ size: 2, env: { GRACE_PERIOD_MS: "60000" } });
    const [first] = cluster.processes as [ServerProcess];
    const code = await until("its link", () => /#code=(\S+)/.exec(first.output())?.[1]);
    token = (await new HostClient({ url: first.url }).signIn(code)).host_token;
  });
  after(async () => {
    for (const session of sessions) session.close();
    await cluster.stop();
  });

  async function join(
    eventId: string,
    deviceId?: string,
    storage = new FakeStorage(),
  ): Promise<EventSession> {
    const who = deviceId === undefined ? ({ role: "observer", sessionToken: token } as const) : { deviceId };
    const session = joinEvent({ url: cluster.url, eventId, storage, ...who });
    sessions.push(session);
    await session.joined();
    return session;
  }

  it("[W94] [W98] [W103] many at once, by the process that has not got the event; the next one knows of it", async () => {
    const [first] = cluster.processes as [ServerProcess];
    const { event_id: eventId } = await new HostClient({ url: first.url, token }).create({ title: "Quiz" });
    const ann = await join(eventId, "ann");
    const ben = await join(eventId, "ben");
    const storage = new FakeStorage();
    const dora = await join(eventId, "dora", storage);
    const watching = await join(eventId);
    const owner = (await cluster.ownerOf(eventId)) as ServerProcess;
    const other = cluster.processes.find((each) => each !== owner) as ServerProcess;
    const host = new HostClient({ url: other.url, token });

    dora.close(); // her page is gone; her seat is kept
    await until("dora is away", () => watching.roster.get("dora")?.status === "temporarily_disconnected");
    const many = Array.from({ length: 998 }, (_, index) => `nobody-${index}-with-an-id-as-long-as-a-uuid`);
    const text = "Come back, please.";
    const told = await host.act(eventId, { action: "message", device_ids: [...many, "dora", "ann"], text });
    expect(told).to.deep.equal({ done: true, done_for: ["dora", "ann"] });
    expect(await host.act(eventId, { action: "extend_grace", to: "away", by_ms: 1000 })).to.deep.equal({
      done: true,
      done_for: ["dora"],
    });
    expect(await host.act(eventId, { action: "kick", device_ids: [...many, "ben"] })).to.deep.equal({
      done: true,
      done_for: ["ben"],
    });
    await until("ben is out", () => ben.state.endReason === "kicked");
    await until("the host's page knows", () => watching.details?.removed?.length === 1);

    cluster.remove(owner);
    await owner.kill();
    const next = await until("the other has it", () => host.event(eventId).catch(() => undefined));
    expect(next).to.include({ title: "Quiz" });
    await until("both are back", () => ann.status === "connected" && watching.status === "connected", 30_000);
    expect(await host.act(eventId, { action: "lock" })).to.deep.equal({ done: true });
    await until("both know", () => ann.details?.is_locked === true && watching.details?.is_locked === true);
    expect(watching.details?.removed?.map(({ device_id }) => device_id)).to.deep.equal(["ben"]);

    const hers = joinEvent({ url: cluster.url, eventId, deviceId: "dora", storage });
    sessions.push(hers);
    const heard: unknown[] = [];
    hers.onTold("host_message", (payload) => heard.push(payload));
    await until("she is told", () => heard.length > 0);
    expect(heard).to.deep.equal([{ text }]);
    expect(await host.act(eventId, { action: "readmit", to: "all" })).to.deep.equal({
      done: true,
      done_for: ["ben"],
    });
  });
});
