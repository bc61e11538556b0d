// One address for everybody: whichever process a request reaches, it ends where the event is.
import { expect } from "chai";
import { clusterLines, TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../../harness/clients/raw-client.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import { quiet, until } from "../../../../harness/wait.ts";

describeWithRedis("cluster: routing", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  let urls: string[];
  before(async () => {
    cluster = await TestCluster.start({ size: 3, env: { AUTH_MODE: "open", GRACE_PERIOD_MS: "3000" } });
    urls = cluster.processes.map(({ url }) => url);
  });
  after(() => cluster.stop());
  const opened = (event: string) =>
    cluster.processes.flatMap(clusterLines).filter((line) => line.event_id === event);

  it("[K7] join, WebSocket, the SDK's own reconnection and client.reconnect, each through every process", async () => {
    const event = newEvent();
    const me = identity(event);
    for (const join of urls)
      for (const connect of urls) {
        const answer = await matchmake(join, me);
        if (answer.reservation === undefined) throw new Error(answer.error);
        const first = new RawClient(connect, answer.reservation);
        await until("JOIN_ROOM", () => first.token);
        first.beat();
        await until("an answer", () => first.count("heartbeat_ack") === 1);
        first.socket.terminate();
        for (const back of urls) {
          const again = first.reconnect(back);
          await until("JOIN_ROOM", () => again.token);
          again.socket.terminate();
          const { roomId } = first.reservation;
          const asked = await matchmake(
            back,
            { reconnectionToken: first.token },
            { method: "reconnect", room: roomId },
          );
          expect(asked.reservation?.sessionId).to.equal(first.reservation.sessionId);
        }
      }
    expect(opened(event).map((line) => line.cluster)).to.deep.equal(["opened"]);
  });

  it("[K7] refusals are the same through every process, and junk opens no event", async () => {
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(urls[0] as string, me);
    for (const url of urls) {
      expect((await matchmake(url, { ...me, session_token: "another" })).status).to.equal(401);
      expect((await matchmake(url, { event_id: "", device_id: "d", session_token: "t" })).status).to.equal(
        400,
      );
      expect((await matchmake(url, "[]")).status).to.equal(400);
      expect((await matchmake(url, { event_id: "never opened" })).status).to.equal(400);
      expect(
        (await matchmake(url, { event_id: "\ud800", device_id: "d", session_token: "t" })).status,
      ).to.equal(400);
      const unknown = { method: "reconnect", room: "ev-nobody" };
      expect((await matchmake(url, { reconnectionToken: "x" }, unknown)).status).to.equal(401);
      expect((await fetch(`${url}/cluster/adopt/ev-x`, { method: "POST" })).status).to.equal(404);
    }
    await until(
      "nothing is left of junk",
      async () => ((await cluster.redis.command("keys", "holdfast:lease:*")) as string[]).length <= 2,
    );
    expect(opened("never opened")).to.deep.equal([]);
    phone.drop();
  });

  it("[K10] another's word for who a client is means nothing without the secret", async () => {
    const event = newEvent();
    const [a, b] = urls as [string, string];
    const me = identity(event);
    await Phone.join(a, me);
    const observer = { event_id: event, role: "observer" };
    const spoofed = {
      "x-holdfast-peer": "127.0.0.1",
      "x-holdfast-direct": "local",
      "x-forwarded-for": "9.9.9.9",
    };
    for (const url of [a, b])
      for (const headers of [spoofed, { ...spoofed, "x-holdfast-cluster": "guess" }])
        expect((await matchmake(url, observer, { headers })).status, url).to.not.equal(200);
    expect((await matchmake(b, observer)).status).to.equal(200); // from here, and carried to a
  });

  it("[K5] an orphan's countdown ends though nobody asks for it, and the observer who returns hears the state", async () => {
    const event = newEvent();
    const [leaving, staying] = [identity(event), identity(event)];
    const phone = await Phone.join(cluster.url, staying);
    const gone = await Phone.join(cluster.url, leaving);
    const owner = await cluster.ownerOf(event);
    phone.drop();
    gone.drop();
    await quiet(500);
    await owner?.kill();
    if (owner !== undefined) cluster.remove(owner);
    await until(
      "adopted without being asked",
      () => opened(event).some(({ cluster: word }) => word === "adopted"),
      10_000,
    );
    const lines = () => cluster.processes.map((process) => process.output()).join("\n");
    await until(
      "both have left",
      () => (lines().match(/"reason":"grace_expired"/g) ?? []).length === 2,
      10_000,
    );
  });
});

describeWithRedis("cluster: limits by address", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  before(async () => {
    const env = {
      AUTH_MODE: "open",
      TRUST_PROXY: "1",
      JOINS_PER_MINUTE_PER_IP: "3",
      EVENTS_PER_MINUTE_PER_IP: "4",
    };
    cluster = await TestCluster.start({ size: 2, env });
  });
  after(() => cluster.stop());

  it("[N13] a request that another process carries counts for its client, not for that process", async () => {
    const [owner, other] = cluster.processes.map(({ url }) => url) as [string, string];
    const event = newEvent();
    const from = async (url: string, address: string) =>
      (await matchmake(url, identity(event), { headers: { "x-forwarded-for": address } })).status;
    expect(await from(owner, "203.0.113.1")).to.equal(200);
    const carried: number[] = [];
    for (let i = 0; i < 4; i++) carried.push(await from(other, `203.0.113.2:${4000 + i}`));
    expect(carried).to.deep.equal([200, 200, 200, 429]);
    expect(await from(owner, "203.0.113.2"), "by either way").to.equal(429);
    expect(await from(other, "203.0.113.3"), "another client by the same way").to.equal(200);
    const network: number[] = [];
    for (let i = 0; i < 4; i++) network.push(await from(i % 2 === 0 ? owner : other, `2001:db8::${i + 1}`));
    expect(network).to.deep.equal([200, 200, 200, 429]);
  });

  it("[N2] [N13] an event that was only asked for is nobody's again: another process may open it", async function () {
    this.timeout(40_000);
    const [first, second] = cluster.processes.map(({ url }) => url) as [string, string];
    const me = identity(newEvent());
    const headers = { "x-forwarded-for": "203.0.113.9" };
    const leases = () => cluster.redis.command("keys", "holdfast:lease:*") as Promise<string[]>;
    const before = new Set(await leases());
    expect((await matchmake(first, me, { headers })).status).to.equal(200);
    const own = (await leases()).find((key) => !before.has(key));
    expect(own).to.be.a("string");
    await until("its lease is gone", async () => !(await leases()).includes(own as string), 20_000);
    expect((await matchmake(second, me, { headers })).status).to.equal(200);
    await until("here", () =>
      clusterLines(cluster.processes[1] as never).some((line) => line.event_id === me.event_id),
    );
  });
});
