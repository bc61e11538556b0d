// One event, one room, whatever dies: real processes on a real Redis.
import "../../../../harness/clients/use-ws.ts"; // before the SDK
import { Client } from "@colyseus/sdk";
import { expect } from "chai";
import { clusterLines, TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import { quiet, Standstill, until } from "../../../../harness/wait.ts";

/** KILLS chooses how often (npm run soak: 20). */
const kills = Number(process.env.KILLS ?? 3);

describeWithRedis("cluster: failover", function () {
  this.timeout(30_000 + kills * 25_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start({ size: 2 });
  });
  afterEach(() => cluster.stop());

  it("[K1] joins through different processes end in one room", async () => {
    const event = newEvent();
    const [a, b] = cluster.processes;
    const first = await Phone.join(a?.url as string, identity(event));
    const second = await Phone.join(b?.url as string, identity(event));
    await until("both see both", () => first.participants()?.size === 2 && second.participants()?.size === 2);
    const opened = cluster.processes.flatMap(clusterLines).filter((line) => line.event_id === event);
    expect(opened).to.have.length(1);
  });

  it(`[K5] the owner is killed (${kills} times): joins work within 3 s, stock clients come back to their seats`, async () => {
    const joins: number[] = [];
    const returns: number[] = [];
    for (let kill = 0; kill < kills; kill++) await killOwner(cluster, joins, returns);
    const p95 = (times: number[]) =>
      times.toSorted((x, y) => x - y)[Math.ceil(0.95 * times.length) - 1] as number;
    console.log(
      `      fresh joins p95 ${p95(joins)} ms; ${returns.length} stock clients p95 ${p95(returns)} ms`,
    );
    expect(p95(joins)).to.be.lessThan(3000);
    expect(p95(returns)).to.be.lessThan(10_000);
  });
});

/** Kills an event's owner; measures until somebody new is in, and until each stock client is back. */
async function killOwner(cluster: TestCluster, joins: number[], returns: number[]): Promise<void> {
  const event = newEvent();
  const client = new Client(cluster.url);
  const rooms = await Promise.all(
    Array.from({ length: 5 }, () => client.joinOrCreate("event", identity(event))),
  );
  const back = new Map<number, number>();
  const closed: number[] = [];
  await quiet(5200); // the SDK reconnects only what has been open for 5 s
  const owner = await cluster.ownerOf(event);
  if (owner === undefined) throw new Error("nobody owns it");
  await quiet(Math.random() * 500); // anywhere between two renewals
  const standstill = new Standstill();
  const killedAt = performance.now();
  for (const [i, room] of rooms.entries()) {
    room.onReconnect(() => back.set(i, performance.now() - killedAt));
    room.onLeave((code) => closed.push(code));
  }
  await owner.kill();
  cluster.remove(owner);
  const observer = await until(
    "a join",
    () => Phone.join(cluster.url, identity(event)).catch(() => undefined),
    8000,
  );
  joins.push(Math.round(performance.now() - killedAt - standstill.ms));
  standstill.stop();
  await until("everyone is back", () => back.size === rooms.length, 15_000);
  returns.push(...[...back.values()].map(Math.round));
  expect(closed).to.deep.equal([]);
  const left = observer.heard.filter(({ type }) => type === "participant_left");
  expect(left).to.deep.equal([]);
  await until("all are connected", () =>
    [...(observer.participants()?.values() ?? [])].every(({ status }) => status === "connected"),
  );
  for (const room of [...rooms, observer.room]) {
    room.reconnection.enabled = false;
    void room.leave();
  }
  await cluster.add();
}
