// What a room author's code says in a process that has stood still: nothing, until it is known whose the event is.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect } from "chai";
import { TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import { quiet, until } from "../../../../harness/wait.ts";

describeWithRedis("cluster: a room author's words", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start({ size: 2, script: "harness/servers/programs/author-server.ts" });
  });
  afterEach(() => cluster.stop());

  async function scene() {
    const [a, b] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
    const event = newEvent();
    const [sender, listener] = [
      await Phone.join(a.url, identity(event)),
      await Phone.join(a.url, identity(event)),
    ];
    /** What both have heard, and what each has: between two sockets there is no order. */
    const words: unknown[] = [];
    const each: unknown[][] = [[], []];
    for (const [i, { room }] of [sender, listener].entries())
      room.onMessage("word", (word) => {
        words.push(word);
        each[i]?.push(word);
      });
    sender.room.send("say", "before");
    await until("both hear it", () => words.length === 2);
    for (const heard of [words, ...each]) heard.length = 0;
    return { a, b, event, sender, listener, words, each };
  }

  it("[K18] claimed elsewhere while it stood still: neither handlers nor timers say anything to anyone", async () => {
    const { a, b, event, sender, listener, words } = await scene();
    sender.room.send("later", "a timer's");
    await quiet(300);
    a.child.kill("SIGSTOP");
    sender.room.send("say", "to all");
    sender.room.send("answer", "to one");
    await until(
      "the other has it",
      () => Phone.join(b.url, { event_id: event, role: "observer" }).catch(() => undefined),
      15_000,
    );
    a.child.kill("SIGCONT");
    await until("sent on", () => sender.drops.includes(4010) && listener.drops.includes(4010));
    await until("both are back", () => sender.reconnections + listener.reconnections === 2, 10_000);
    expect(words).to.deep.equal([]);
  });

  it("[K18] nobody claimed it meanwhile: what was said is heard once that is known", async () => {
    const { a, b, sender, listener, words } = await scene();
    await b.kill();
    cluster.remove(b);
    a.child.kill("SIGSTOP");
    sender.room.send("say", "to all");
    sender.room.send("answer", "to one");
    await quiet(4000);
    a.child.kill("SIGCONT");
    await until("what was said", () => words.length === 3);
    expect(words.toSorted()).to.deep.equal(["to all", "to all", "to one"]);
    expect([sender.drops, listener.drops]).to.deep.equal([[], []]);
  });

  it("[K18] Redis is away: words flow, and beats are acknowledged", async () => {
    const { sender, words, each } = await scene();
    cluster.redis.pause();
    let heard = 0;
    sender.room.onMessage("heartbeat_ack", () => (heard += 1));
    for (let i = 0; i < 16; i++) {
      sender.room.send("say", i);
      sender.room.send("heartbeat");
      await quiet(500);
    }
    await until("all of it", () => words.length === 32 && heard === 16, 3000);
    cluster.redis.resume();
    const all = Array.from({ length: 16 }, (_, i) => i);
    expect(each).to.deep.equal([all, all]);
  });

  it("[K18] an event that is handed over: nothing is said to those who still wait to be sent on", async () => {
    const { a, sender, words } = await scene();
    const silent = createServer(() => {}).listen(0, "127.0.0.1"); // the offer takes as long as it may
    await once(silent, "listening");
    const [, b] = cluster.processes as [unknown, (typeof cluster.processes)[0]];
    await b.kill();
    cluster.remove(b);
    await cluster.add({ CLUSTER_ADDRESS: `127.0.0.1:${(silent.address() as AddressInfo).port}` });
    a.child.kill("SIGTERM");
    await until("the event is given up", () => a.output().includes("handed_over"));
    sender.room.send("say", "late");
    sender.room.send("answer", "late");
    await until("sent on", () => sender.drops.includes(4010));
    expect(words).to.deep.equal([]);
    silent.close();
  });
});
