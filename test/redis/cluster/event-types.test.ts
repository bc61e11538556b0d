// Processes of one cluster with different types of events: a rolling deploy that brings a type. Who does not define an
// event's type neither claims nor forgets it, and sends whoever asks to one that does.
import { once } from "node:events";
import { expect } from "chai";
import { Client } from "@colyseus/sdk";
import { roomIdOf } from "../../../src/protocol/event-key.ts";
import { askToJoin, refused } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { clusterLines, TestCluster } from "../../../harness/servers/cluster/cluster.ts";
import { describeWithRedis } from "../../../harness/servers/redis/redis.ts";
import { quiet, until } from "../../../harness/wait.ts";

const script = "harness/servers/programs/typed-server.ts";
const env = { LEASE_MS: "1000", GRACE_PERIOD_MS: "60000" };
const both = { TYPES: "quiz,buzzer" };

describeWithRedis("cluster: types of events", function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  afterEach(() => cluster.stop());
  const joinAs = async (url: string, name: string, me: object) => {
    const client = new Client(url);
    return Phone.from(client, await client.joinOrCreate(name, me));
  };

  it("[T9] a process without a type carries joins of it to one with it, whether the event lives or is only stored", async () => {
    cluster = await TestCluster.start({ size: 1, env, script });
    const [old] = cluster.processes as [(typeof cluster.processes)[0]];
    const first = await cluster.add(both);
    const event = newEvent();
    const me = identity(event);
    await joinAs(first.url, "buzzer", me);
    const carried = await Phone.join(old.url, identity(event));
    const { event_id: _, ...noEvent } = identity();
    const byId = await new Client(old.url).joinById(roomIdOf(event), noEvent); // [T4]
    await byId.leave();
    expect(await carried.room.request("which")).to.include({ type: "buzzer" });
    const other = await refused(new Client(old.url).joinOrCreate("quiz", identity(event)));
    expect([other.code, other.message]).to.deep.equal([
      409,
      'The event is of the type "buzzer", and not "quiz"; join it as "buzzer" or "event"',
    ]);

    // the only process that defines the type goes: it may hand over to nobody
    first.child.kill("SIGTERM");
    await once(first.child, "exit");
    const { status, text } = await askToJoin(old.url, me);
    expect(status).to.equal(503);
    expect(JSON.parse(text)).to.deep.equal({
      code: 503,
      error: 'This server has no events of the type "buzzer"; retry in 2000 ms',
      reason: "unavailable",
      retry_after_ms: 2000,
    });
    for (const [method, name] of [
      ["join", "quiz"],
      ["joinById", roomIdOf(event)],
    ])
      expect((await askToJoin(old.url, me, {}, `/matchmake/${method}/${name}`)).status).to.equal(503);
    await Phone.join(old.url, identity()); // what it defines is as ever
    await quiet(1500); // some sweeps
    expect(clusterLines(old).filter((line) => line.event_id === event)).to.deep.equal([]);

    // the new type is deployed again: it takes the event in by itself, and everyone is back in the same seat
    const next = await cluster.add(both);
    await until("it takes the event in", () =>
      clusterLines(next).some((line) => line.event_id === event && line.cluster === "adopted"),
    );
    const back = await Phone.join(old.url, me);
    expect(await back.room.request("which")).to.include({ type: "buzzer" });
    expect(back.participants()?.size).to.equal(2);
  });

  it("[T9] SIGTERM hands each event over to a process that defines its type", async () => {
    cluster = await TestCluster.start({ size: 1, env, script });
    const [old] = cluster.processes as [(typeof cluster.processes)[0]];
    const [from, to] = [await cluster.add(both), await cluster.add(both)];
    const events = Array.from({ length: 6 }, () => newEvent());
    const phones = await Promise.all(events.map((event) => joinAs(from.url, "buzzer", identity(event))));
    from.child.kill("SIGTERM");
    await once(from.child, "exit");
    const takenBy = (process: typeof old) =>
      clusterLines(process).filter((line) => events.includes(String(line.event_id)));
    await until("all of them are taken in", () => takenBy(to).length === events.length);
    expect(takenBy(old)).to.deep.equal([]);
    expect(takenBy(to).map((line) => line.cluster)).to.deep.equal(events.map(() => "adopted"));
    for (const phone of phones) await until("it was sent on", () => phone.drops[0] === 4010);
  });

  it("[T11] createEvent works whichever process is asked, and says what is there already", async () => {
    cluster = await TestCluster.start({ size: 2, env: { ...env, ...both }, script });
    const [a, b] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
    const [atA, atB] = [await Phone.join(a.url, identity()), await Phone.join(b.url, identity())];
    const eventId = newEvent();
    const options = { topic: "rivers" };
    const asked = { eventId, type: "buzzer", options };
    const isNew = { eventId, type: "buzzer", isNew: true };
    expect(await atA.room.request("create", asked)).to.deep.equal(isNew);
    expect(await atB.room.request("create", asked)).to.deep.equal({ ...isNew, isNew: false });
    expect(await atB.room.request("create", { eventId })).to.deep.equal({ ...isNew, isNew: false });
    const other = await refusalOf(atB.room.request("create", { eventId, type: "quiz" }));
    expect(other).to.match(/^The event is of the type "buzzer", and not "quiz"/);
    const many = Array.from({ length: 20 }, () => newEvent());
    const created = await Promise.all(
      many.flatMap((id) => [atA, atB].map(({ room }) => room.request("create", { eventId: id }))),
    );
    expect(created.filter((one) => one.isNew)).to.have.length(20);
    const phone = await Phone.from(
      new Client(b.url),
      await new Client(b.url).join("event", identity(eventId)),
    );
    expect(await phone.room.request("which")).to.deep.equal({ type: "buzzer", options });

    a.child.kill("SIGKILL"); // and it survives whoever created it
    await once(a.child, "exit");
    const again = await until("b has it", async () =>
      new Client(b.url).join("event", identity(eventId)).catch(() => undefined),
    );
    const back = await Phone.from(new Client(b.url), again);
    expect(await back.room.request("which")).to.deep.equal({ type: "buzzer", options });
  });

  it("[T5] [T10] a join that may not open an event leaves no lease behind, and a stored event is none of those", async () => {
    cluster = await TestCluster.start({ size: 2, env: { ...env, ...both }, script });
    const [a, b] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
    for (const { url } of [a, b])
      for (const method of ["join", "joinOrCreate"]) {
        const me = { ...identity(), must_exist: true };
        const answer = await askToJoin(url, me, {}, `/matchmake/${method}/event`);
        expect([answer.status, answer.text.includes("no_such_event")]).to.deep.equal([404, true]);
      }
    await until("no lease is left", async () => {
      const leases = (await cluster.redis.command("keys", "holdfast:lease:*")) as string[];
      return leases.length === 0;
    });
    const me = identity();
    await Phone.join(a.url, me);
    a.child.kill("SIGKILL");
    await once(a.child, "exit");
    const answers: number[] = [];
    await until("it is served again", async () => {
      answers.push((await askToJoin(b.url, { ...me, must_exist: true })).status);
      return answers.at(-1) === 200;
    });
    expect(answers).to.not.include(404);
  });
});

const refusalOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => expect.fail("it was created"),
    (error: Error) => error.message,
  );
