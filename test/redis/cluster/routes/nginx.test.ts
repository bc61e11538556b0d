// deploy/nginx.conf in front of a cluster: one address, and nobody at it needs to know what died behind it.
import "../../../../harness/clients/use-ws.ts"; // before the SDK
import { expect } from "chai";
import { joinEvent } from "../../../../src/client/index.ts";
import { FakeStorage } from "../../../../harness/clients/fakes/fake-environment.ts";
import { ask, askToJoin, refusedBy } from "../../../../harness/clients/http.ts";
import { FrontedCluster } from "../../../../harness/servers/cluster/fronted-cluster.ts";
import { describeWithNginx } from "../../../../harness/servers/cluster/nginx.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import type { ServerProcess } from "../../../../harness/servers/server-process.ts";
import { until } from "../../../../harness/wait.ts";

const at = (sorted: number[], part: number) =>
  Math.round(sorted[Math.ceil(part * sorted.length) - 1] as number);
const spread = (values: number[]) => {
  const sorted = values.toSorted((x, y) => x - y);
  return { p50: at(sorted, 0.5), p95: at(sorted, 0.95), p99: at(sorted, 0.99), max: at(sorted, 1) };
};

/** Joins until it works, as an application does. */
function joined(url: string, event: string): Promise<Phone> {
  const me = identity(event);
  return until("a join", () => Phone.join(url, me).catch(() => undefined), 10_000);
}

/** How long that takes, in ms. */
async function joinMs(url: string, event: string): Promise<number> {
  const since = performance.now();
  await joined(url, event);
  return performance.now() - since;
}

async function metric({ url }: ServerProcess, name: string): Promise<number> {
  const { text } = await ask(url, "/metrics");
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

const statusesSeenBy = (phone: Phone | undefined) =>
  [...(phone?.participants()?.values() ?? [])].map(({ status }) => status);
const isEveryoneBack = (phone: Phone | undefined, count: number) => {
  const statuses = statusesSeenBy(phone);
  return statuses.length === count && statuses.every((status) => status === "connected");
};
const wordsOf = (phones: readonly Phone[]) => phones.flatMap(({ heard }) => heard.map(({ type }) => type));
const closed = (phones: readonly Phone[]) => phones.filter(({ closedWith }) => closedWith !== undefined);

describeWithNginx("cluster: behind nginx", function () {
  this.timeout(120_000);
  let fronted: FrontedCluster | undefined;
  afterEach(() => fronted?.stop());

  it("[K20] kill -9 of the owner: joins work within 3 s (p95), SDKs return to their seats within 10 s", async () => {
    fronted = await FrontedCluster.start({ size: 3 });
    const { url } = fronted;
    const [joins, returns, ours]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < 3; round++) {
      const event = newEvent();
      const phones = await Promise.all(Array.from({ length: 10 }, () => joined(url, event)));
      const session = joinEvent({ url, eventId: event, storage: new FakeStorage() });
      await session.joined();
      const owner = await fronted.ownerOf(event);
      const killedAt = performance.now();
      for (const { room } of phones) room.onReconnect(() => returns.push(performance.now() - killedAt));
      session.on("returned", () => ours.push(performance.now() - killedAt));
      await fronted.kill(owner);
      joins.push(...(await Promise.all(Array.from({ length: 10 }, () => joinMs(url, event)))));
      await until("everyone is in a seat", () => isEveryoneBack(phones[0], 21), 10_000);
      expect(wordsOf(phones)).to.not.include("participant_left");
      await session.leave();
      expect(closed(phones)).to.deep.equal([]);
      for (const { room } of phones) void room.leave();
      await fronted.run(owner.port);
    }
    const figures = { joins: spread(joins), returns: spread(returns), ours: spread(ours) };
    console.log(`      ms: ${JSON.stringify(figures)}`);
    expect(ours).to.have.length(3);
    expect(spread(ours).max).to.be.below(4000);
    expect(returns).to.have.length(30);
    expect(spread(joins).p95).to.be.below(3000);
    expect(spread(returns).max).to.be.below(10_000);
  });

  it("[K20] a rolling restart at the same addresses announces nobody as left, and joins go on", async () => {
    fronted = await FrontedCluster.start({ size: 3 });
    const { url, cluster } = fronted;
    const events = [newEvent(), newEvent(), newEvent()];
    const phones = await Promise.all(
      Array.from({ length: 60 }, (_, i) => joined(url, events[i % 3] as string)),
    );
    const gaps: number[] = [];
    for (const { room } of phones) {
      let since = 0;
      room.onDrop(() => (since ||= performance.now()));
      room.onReconnect(() => {
        gaps.push(performance.now() - since);
        since = 0;
      });
    }
    let size = 20;
    const joins: number[] = [];
    for (const old of cluster.processes.slice()) {
      const isGone = fronted.restart(old);
      joins.push(...(await Promise.all(events.map((event) => joinMs(url, event)))));
      size += 1;
      expect(await isGone).to.equal(0);
      await until(
        "everyone is back",
        () => events.every((_, i) => isEveryoneBack(phones[i], size)),
        20_000,
      ).catch((error: Error) => {
        throw new Error(`${error.message}: ${events.map((_, i) => statusesSeenBy(phones[i]).join())}`);
      });
    }
    console.log(
      `      ${gaps.length} interruptions ${JSON.stringify(spread(gaps))} ms, joins meanwhile ${JSON.stringify(spread(joins))} ms`,
    );
    expect(wordsOf(phones)).to.not.include("participant_left");
    expect(closed(phones)).to.deep.equal([]);
    expect(gaps.length).to.be.at.least(60); // each event moved at least once
  });

  it("[K21] with /p/<n> as public addresses WebSockets go to the owner itself, and elsewhere when it is dead", async () => {
    fronted = await FrontedCluster.start({ size: 3, hasPublicPaths: true });
    const { url, cluster, nginx } = fronted;
    const event = newEvent();
    const phones = await Promise.all(Array.from({ length: 12 }, () => joined(url, event)));
    for (const process of cluster.processes)
      expect(await metric(process, "holdfast_spliced_sockets")).to.equal(0);
    const owner = await fronted.ownerOf(event);
    const n = fronted.ports.indexOf(owner.port) + 1;
    await fronted.kill(owner);
    const reconnected = (times: number) =>
      until(`all are back ${times} times`, () => phones.every((one) => one.reconnections === times), 10_000);
    await reconnected(1);
    expect(closed(phones)).to.deep.equal([]);
    const again = await fronted.run(owner.port); // its address now leads to one who must ask another
    for (const phone of phones) phone.drop({ reconnect: true });
    await reconnected(2);
    expect(await metric(again, "holdfast_spliced_sockets")).to.equal(12);
    const sockets = nginx.requests().filter(({ status }) => status === "101");
    expect(sockets).to.have.length(24); // a WebSocket is logged when it has ended
    expect(sockets.every(({ path }) => path.startsWith(`/p/${n}/`))).to.equal(true);
  });

  it("[K22] no log has a query, a token or a request's error in it, whatever dies", async () => {
    fronted = await FrontedCluster.start({ size: 2, hasPublicPaths: true });
    const { url, cluster, nginx } = fronted;
    const event = newEvent();
    const phone = await Phone.join(url, identity(event), "a-bearer-of-mine");
    const token = phone.room.reconnectionToken.split(":")[1] as string;
    await fronted.kill(await fronted.ownerOf(event));
    await until("it is back", () => phone.reconnections === 1, 10_000);
    for (const process of cluster.processes.slice()) await fronted.kill(process);
    const seen = nginx.requests().length;
    await until(
      "its return is refused",
      () =>
        nginx
          .requests()
          .slice(seen)
          .some(({ status }) => status === "502"),
      10_000,
    );
    const { room } = phone;
    room.reconnection.enabled = false;
    await ask(url, `/x?_authToken=a-bearer-of-mine&reconnectionToken=${token}`);
    const log = await until("its line, written after the answer", () => {
      const written = nginx.log();
      return written.includes("/p/") && written.includes("/x") && written;
    });
    expect(token.length).to.be.at.least(22);
    for (const secret of [token, "a-bearer-of-mine", "Token=", "sessionId", "?"])
      expect(log).to.not.include(secret);
  });

  it("[K22] what is not for the public is not there, by whatever name; refusals keep their form", async () => {
    fronted = await FrontedCluster.start({ size: 1 });
    const { url, nginx, cluster } = fronted;
    const names = ["metrics", "monitor", "monitor/api", "readyz", "cluster/adopt/ev-x"];
    const ways = ["/", "//", "/p/1/", "/./", "/x/../", "/p/1/x/../"];
    const hidden = ways.flatMap((way) => names.flatMap((name) => [way + name, way + name.toUpperCase()]));
    for (const path of [...hidden, "/%6detrics", "/metrics/", "/Metrics?x", "/p/01/metrics", "/metrics;x"])
      expect(refusedBy(await ask(url, path)).code, path).to.equal(404);
    expect((await ask(url, "/healthz")).status).to.equal(200);

    const large = await askToJoin(url, { ...identity(), display_name: "x".repeat(70_000) });
    expect(refusedBy(large).code).to.equal(413);
    expect((await askToJoin(url, { event_id: "e" })).status).to.equal(400);

    for (const process of cluster.processes.slice()) await fronted.kill(process);
    const away = await askToJoin(url, identity(), { origin: "https://quiz.example" });
    expect(away.status).to.equal(503);
    expect(refusedBy(away).message).to.match(/; retry in 1000 ms$/);
    expect(JSON.parse(away.text).retry_after_ms).to.equal(1000);
    expect(away.headers["access-control-allow-origin"]).to.equal("https://quiz.example");
    const each = "502, 502, 502, 502"; // each was asked; the line is written after the answer
    await until("a line of it", () => nginx.requests().at(-1)?.upstream_status === each);
  });

  it("[K22] one address is one address: who is behind it is counted by theirs, and cannot name another", async () => {
    fronted = await FrontedCluster.start({ size: 2, env: { JOINS_PER_MINUTE_PER_IP: "2" } });
    const { url } = fronted;
    const event = newEvent();
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++)
      statuses.push((await askToJoin(url, identity(event), { "x-forwarded-for": `9.9.9.${i}` })).status);
    expect(statuses).to.deep.equal([200, 200, 429]);
  });
});
