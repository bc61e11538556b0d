// A process that carries others' sockets: an owner that it cannot reach, and a way out that nobody hears of.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect } from "chai";
import { WebSocket } from "ws";
import { roomIdOf } from "../../../../src/protocol/event-key.ts";
import { TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { FaultProxy } from "../../../../src/testing/network/fault-proxy.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { matchmake } from "../../../../harness/clients/raw-client.ts";
import { freePort } from "../../../../harness/servers/free-port.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import { RedisFront } from "../../../../harness/servers/redis/redis-front.ts";
import { quiet, until } from "../../../../harness/wait.ts";

describeWithRedis("cluster: carrying", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  const afterwards: (() => unknown)[] = [];
  beforeEach(async () => {
    cluster = await TestCluster.start({
      size: 1,
      env: { GRACE_PERIOD_MS: "8000", PING_INTERVAL_MS: "500" },
    });
  });
  afterEach(async () => {
    await cluster.stop();
    for (const run of afterwards.splice(0)) await run();
  });

  /** An owner that others reach by a bad network, and another process. */
  async function scene() {
    const port = await freePort();
    const proxy = await FaultProxy.start(port);
    afterwards.push(() => proxy.close());
    const owner = await cluster.add({ PORT: String(port), CLUSTER_ADDRESS: `127.0.0.1:${proxy.port}` });
    const [other] = cluster.processes as [(typeof cluster.processes)[0]];
    const event = newEvent();
    const witness = await until(
      "an event at the owner",
      () => Phone.join(owner.url, { event_id: event, role: "observer" }).catch(() => undefined),
      10_000,
    );
    return { proxy, owner, other, event, witness };
  }

  it("[K25] an owner that lives and cannot be reached: 503 with a hint within 10 s, over HTTP and WebSocket", async () => {
    const { proxy, other, event } = await scene();
    proxy.strand();
    const startedAt = performance.now();
    const asked = matchmake(other.url, identity(event));
    const socket = new WebSocket(`${other.url.replace("http", "ws")}/p/${roomIdOf(event)}?sessionId=abc`);
    socket.on("error", () => {});
    const [refused] = (await once(socket, "unexpected-response")).slice(1) as [{ statusCode: number }];
    const answer = await asked;
    expect([answer.status, refused.statusCode]).to.deep.equal([503, 503]);
    expect(answer.error).to.match(/retry in \d+ ms/);
    expect(performance.now() - startedAt).to.be.below(10_000);
    expect((await fetch(`${other.url}/healthz`)).status, "it serves on").to.equal(200);
    proxy.heal();
    await Phone.join(other.url, identity(event));
  });

  /** The event's owner as others see it: whatever `answer` does with what they send. */
  async function oddOwner(answer: (socket: Socket) => void) {
    const front = createServer((socket) => {
      socket.on("error", () => {}).once("data", () => answer(socket));
    }).listen(0, "127.0.0.1");
    await once(front, "listening");
    afterwards.push(() => front.close());
    const { port } = front.address() as AddressInfo;
    const owner = await cluster.add({ CLUSTER_ADDRESS: `127.0.0.1:${port}` });
    const [other] = cluster.processes as [(typeof cluster.processes)[0]];
    const event = newEvent();
    await until(
      "an event at the owner",
      () => Phone.join(owner.url, { event_id: event, role: "observer" }).catch(() => undefined),
      10_000,
    );
    return { other, event };
  }

  /** How long a join and a socket by way of `url` wait for their 503, in ms. */
  async function refusedAfter(url: string, event: string): Promise<number> {
    const startedAt = performance.now();
    const asked = matchmake(url, identity(event));
    const socket = new WebSocket(`${url.replace("http", "ws")}/p/${roomIdOf(event)}?sessionId=abc`);
    socket.on("error", () => {});
    const [refused] = (await once(socket, "unexpected-response")).slice(1) as [{ statusCode: number }];
    expect([(await asked).status, refused.statusCode]).to.deep.equal([503, 503]);
    return performance.now() - startedAt;
  }

  it("[K27] an owner whose answers come a byte at a time cannot be reached either", async () => {
    const { other, event } = await oddOwner((socket) => {
      let left = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
      const timer = setInterval(() => {
        if (socket.destroyed || left === "") return clearInterval(timer);
        socket.write(left.slice(0, 1));
        left = left.slice(1);
      }, 1000);
    });
    expect(await refusedAfter(other.url, event)).to.be.below(10_000);
  });

  it("[K27] a way that is cut at first and then swallows everything: 503 within 10 s all the same", async () => {
    const cutUntil: { at?: number } = {};
    const { other, event } = await oddOwner((socket) => {
      cutUntil.at ??= performance.now() + 4000;
      if (performance.now() < cutUntil.at) setTimeout(() => socket.destroy(), 200);
    });
    expect(await refusedAfter(other.url, event)).to.be.below(10_000);
  });

  it("[K26] nothing comes from the owner for three pings: the client is sent on with 4010, and is back when there is a way", async () => {
    const { proxy, other, event, witness } = await scene();
    const me = identity(event);
    const phone = await Phone.join(other.url, me);
    await quiet(3000);
    expect(phone.drops, "a quiet event is no silence").to.deep.equal([]);
    proxy.strand();
    await until("it is sent on", () => phone.drops[0] === 4010, 5000);
    await witness.hears("participant_temporarily_disconnected", me.device_id);
    proxy.heal();
    await witness.hears("participant_reconnected", me.device_id, 8000);
  });

  it("[K26] SIGTERM: carried sockets are closed with 4010, and whoever is back soon was never away for anybody", async () => {
    const { owner, other: carrier, event, witness } = await scene();
    const third = await cluster.add();
    const front = await RedisFront.start(carrier.port);
    afterwards.push(() => front.stop());
    const me = identity(event);
    const phone = await Phone.join(`http://127.0.0.1:${front.port}`, me);
    await witness.hears("participant_joined", me.device_id);
    front.target = third.port; // its balancer takes it out, then it is told to go
    carrier.child.kill("SIGTERM");
    await until("it is back", () => phone.reconnections === 1, 8000);
    expect(phone.drops).to.deep.equal([4010]);
    await once(carrier.child, "exit");
    expect(carrier.child.exitCode).to.equal(0);
    await quiet(500);
    expect(witness.story(me.device_id)).to.deep.equal(["participant_joined"]);
    expect(owner.child.exitCode).to.equal(null);
  });

  it("[K26] SIGTERM: who does not come back is away then", async () => {
    const { other: carrier, event, witness } = await scene();
    const me = identity(event);
    const phone = await Phone.join(carrier.url, me);
    phone.room.reconnection.enabled = false;
    carrier.child.kill("SIGTERM");
    await once(carrier.child, "exit");
    await witness.hears("participant_temporarily_disconnected", me.device_id);
  });
});
