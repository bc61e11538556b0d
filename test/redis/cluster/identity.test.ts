// Who somebody is, in a cluster: claims and own fields over a failover, joins that are carried, hosts of all processes.
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { SignJWT } from "jose";
import { newEvent, Phone } from "../../../harness/clients/phone.ts";
import { TestCluster } from "../../../harness/servers/cluster/cluster.ts";
import { describeWithRedis } from "../../../harness/servers/redis/redis.ts";
import type { ServerProcess } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";

const script = "harness/servers/programs/asking-server.ts";
const secret = "a secret of the servers, 32 or more";

describeWithRedis("cluster: who somebody is", function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  afterEach(() => cluster.stop());

  it("[A20] [A27] claims and what a seat began with come through a carried join, and over a failover by token", async () => {
    const env = { LEASE_MS: "1000", GRACE_PERIOD_MS: "60000", AUTH_MODE: "token", SESSION_SECRET: secret };
    cluster = await TestCluster.start({ env, script });
    const [a, b] = cluster.processes as [ServerProcess, ServerProcess];
    const event_id = newEvent();
    const joinAt = async ({ url }: ServerProcess, device_id: string) => {
      const session_token = await new SignJWT({ event_id, device_id, level: 3 })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject("ann")
        .setExpirationTime("10m")
        .sign(new TextEncoder().encode(secret));
      return Phone.join(url, { event_id, device_id, session_token, team: device_id } as never);
    };
    await joinAt(a, "here");
    const carried = await joinAt(b, "there");
    const auth = await carried.room.request("who");
    expect(auth).to.deep.include({ userId: "ann", deviceId: "there", claims: { level: 3 } });
    expect(carried.sees("there")).to.include({ team: "there" });
    const token = carried.room.reconnectionToken;
    carried.room.reconnection.enabled = false;
    const owner = (await cluster.ownerOf(event_id)) as ServerProcess;
    cluster.remove(owner);
    await owner.kill();
    const back = await until("the other has it", () =>
      Phone.reconnect(cluster.url, token).catch(() => false),
    );
    expect(await (back as Phone).room.request("who")).to.deep.equal(auth);
    expect((back as Phone).sees("here")).to.include({ team: "here" });
  });

  it("[A30] [A31] a link works once, wherever; its token is good everywhere, until it is revoked by whoever has the Redis", async () => {
    cluster = await TestCluster.start({ script });
    const [a, b] = cluster.processes as [ServerProcess, ServerProcess];
    const codeIn = (text: string) => /\/host#code=(\S+)/.exec(text)?.[1] ?? expect.fail(`no link in ${text}`);
    const redeem = async ({ url }: ServerProcess, code: string) => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ code });
      const response = await fetch(`${url}/host/session`, { method: "POST", headers, body });
      return ((await response.json()) as { host_token?: string }).host_token;
    };
    const isHost = async ({ url }: ServerProcess, token = "") =>
      (await fetch(`${url}/host/events`, { headers: { authorization: `Bearer ${token}` } })).status === 200;
    const link = (...words: string[]) => {
      const env = { PATH: process.env.PATH ?? "", REDIS_URL: cluster.redis.url };
      return spawnSync(process.execPath, ["src/index.ts", "host-link", ...words], { env, encoding: "utf8" });
    };
    await until("its link", () => a.output().includes("#code="));
    const code = codeIn(a.output());
    const token = await redeem(b, code);
    expect(await redeem(a, code)).to.equal(undefined);
    for (const each of [a, b]) expect(await isHost(each, token)).to.equal(true);
    const asked = link();
    expect(asked).to.include({ status: 0, stderr: "" });
    expect(await isHost(a, await redeem(a, codeIn(asked.stdout)))).to.equal(true);
    const revoked = link("revoke");
    expect(revoked).to.include({ status: 0, stderr: "" });
    for (const each of [a, b]) await until("it is revoked", async () => !(await isHost(each, token)));
    expect(await isHost(a, await redeem(b, codeIn(revoked.stdout)))).to.equal(true);
  });
});
