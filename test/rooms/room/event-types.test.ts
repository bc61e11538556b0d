// Several types of events on one server: by which name what is joined, what is stored of it, and what a server does with an
// event of a type that it does not define. On a real server: about names in paths of HTTP, and the SDK's ways to join.
import "../../../harness/clients/use-ws.ts"; // before the SDK
import { Client } from "@colyseus/sdk";
import { expect } from "chai";
import { Writable } from "node:stream";
import { createLogger } from "../../../src/ops/logger.ts";
import { defineEventState, EventRoom, MemoryStore, t } from "../../../src/holdfast.ts";
import { roomIdOf } from "../../../src/protocol/event-key.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { askToJoin, refused, refusedBy } from "../../../harness/clients/http.ts";
import { startTypes, type TypedApp } from "../../../harness/servers/typed-app.ts";
import { until } from "../../../harness/wait.ts";

const quizState = defineEventState({ event: { question: t.string().default("first") } });
class Quiz extends EventRoom<typeof quizState> {
  override schema = quizState;
  override messages = { which: () => "quiz" };
}
class Buzzer extends EventRoom {
  override messages = { which: () => "buzzer" };
}
const rooms = { quiz: Quiz as unknown as typeof EventRoom, buzzer: Buzzer };

describe("types of events", () => {
  let app: TypedApp;
  let client: Client;
  before(async () => {
    app = await startTypes(rooms);
    client = new Client(app.url);
  });
  after(() => app.close());
  const which = (phone: Phone) => phone.room.request("which");
  const joinAs = async (name: string, me: object) => Phone.from(client, await client.joinOrCreate(name, me));

  it("[T2] a new event is of the default type, or of the one by whose name it is joined; `event` is any event's own", async () => {
    const first = await Phone.join(app.url, identity());
    expect([await which(first), first.room.name]).to.deep.equal(["quiz", "quiz"]);
    const event = newEvent();
    expect(await which(await joinAs("buzzer", identity(event)))).to.equal("buzzer");
    const other = await Phone.join(app.url, identity(event));
    expect([await which(other), other.room.name]).to.deep.equal(["buzzer", "buzzer"]);
    expect(other.participants()?.size).to.equal(2);
  });

  it("[T3] by the name of another type it is 409 with a sentence, and the event stays what it is", async () => {
    const event = newEvent();
    await joinAs("buzzer", identity(event));
    const { code, message } = await refused(client.joinOrCreate("quiz", identity(event)));
    expect(code).to.equal(409);
    expect(message).to.equal(
      'The event is of the type "buzzer", and not "quiz"; join it as "buzzer" or "event"',
    );
    const answer = await askToJoin(app.url, identity(event), {}, "/matchmake/joinOrCreate/quiz");
    expect(JSON.parse(answer.text)).to.include({ reason: "other_type" });
    const two = newEvent();
    const both = await Promise.allSettled(
      ["quiz", "buzzer"].map((name) => client.joinOrCreate(name, identity(two))),
    );
    expect(both.map(({ status }) => status).toSorted()).to.deep.equal(["fulfilled", "rejected"]);
  });

  it("[T4] `join` and `joinById` take a seat in an event that is there, and open none", async () => {
    const me = identity();
    expect((await refused(client.join("buzzer", me))).code).to.equal(404);
    const first = await joinAs("buzzer", me);
    const { roomId } = first.room;
    expect(roomId).to.equal(roomIdOf(me.event_id));
    const { event_id: _, ...noEvent } = identity(me.event_id);
    for (const join of [
      () => client.join("buzzer", identity(me.event_id)),
      () => client.join("event", identity(me.event_id)),
      () => client.joinById(roomId, identity(me.event_id)),
      () => client.joinById(roomId, noEvent),
    ])
      await Phone.from(client, await join());
    expect(first.participants()?.size).to.equal(5);
    expect((await refused(client.join("quiz", identity(me.event_id)))).code).to.equal(409);
    const bare = await refused(client.joinById(roomId, {}));
    expect([bare.code, bare.message]).to.deep.equal([400, "Missing device_id"]);
    const thief = { ...identity(me.event_id), device_id: me.device_id };
    expect((await refused(client.joinById(roomId, thief))).code).to.equal(401);
  });

  it("[T5] must_exist: an event that does not exist is 404, and is not opened", async () => {
    const me = { ...identity(), must_exist: true };
    const answer = await refused(client.joinOrCreate("event", me));
    expect([answer.code, answer.message]).to.deep.equal([404, `There is no event "${me.event_id}"`]);
    expect(app.app.room(me.event_id)).to.equal(undefined);
    await Phone.join(app.url, identity(me.event_id));
    await Phone.from(client, await client.joinOrCreate("event", me));
    const wrong = await askToJoin(app.url, { ...identity(), must_exist: "yes" });
    expect(refusedBy(wrong)).to.deep.equal({
      code: 400,
      message: "Invalid must_exist: it must be true or false",
    });
  });
});

describe("types of events over a restart", () => {
  const config = { gracePeriodMs: 60_000 };

  it("[T6] a stored event keeps its type, also when another becomes the default", async () => {
    const store = new MemoryStore();
    const [quiz, buzzer] = [identity(), identity()];
    const before = await startTypes(rooms, config, { store });
    const client = new Client(before.url);
    await client.joinOrCreate("event", quiz);
    await client.joinOrCreate("buzzer", buzzer);
    await before.close();
    expect((await store.load(quiz.event_id))?.facts.type).to.equal("quiz");
    const after = await startTypes({ buzzer: Buzzer, quiz: rooms.quiz }, config, { store });
    try {
      const back = await Phone.join(after.url, quiz);
      expect(await back.room.request("which")).to.equal("quiz");
      expect((await refused(new Client(after.url).joinOrCreate("quiz", buzzer))).code).to.equal(409);
    } finally {
      await after.close();
    }
  });

  it("[T7] one of a type that this server does not define is kept, answered 503, and served by one that does", async () => {
    const store = new MemoryStore();
    const me = identity();
    const before = await startTypes(rooms, config, { store });
    await new Client(before.url).joinOrCreate("buzzer", me);
    await before.close();
    const stored = await store.load(me.event_id);
    const lines: string[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString());
        done();
      },
    });
    const log = createLogger("warn", sink);
    const settings = { ...config, eventRetentionMs: 1000 };
    const without = await startTypes({ quiz: rooms.quiz }, settings, { store, log });
    try {
      const sentence = 'This server has no events of the type "buzzer"; retry in 2000 ms';
      const client = new Client(without.url);
      for (const join of [
        () => client.joinOrCreate("event", me),
        () => client.joinOrCreate("quiz", me),
        () => client.join("event", identity(me.event_id)),
        () => client.joinById(roomIdOf(me.event_id), me),
      ]) {
        const { code, message } = await refused(join());
        expect([code, message]).to.deep.equal([503, sentence]);
      }
      expect(without.app.room(me.event_id)).to.equal(undefined);
      await Phone.join(without.url, identity()); // and everything else is as ever
      expect(lines.filter((line) => line.includes(me.event_id))).to.have.length(1);
      expect(JSON.parse(lines[0] ?? "")).to.include({ unserved_type: "buzzer", event_id: me.event_id });
    } finally {
      await without.close();
    }
    expect(await store.load(me.event_id)).to.deep.include({ facts: stored?.facts, seats: stored?.seats });
    const again = await startTypes(rooms, config, { store });
    try {
      const back = await Phone.join(again.url, me);
      expect(await back.room.request("which")).to.equal("buzzer");
      expect(back.participants()?.size).to.equal(1);
    } finally {
      await again.close();
    }
  });

  it("[T8] the host's list has the events of all types, each with its own", async () => {
    const app = await startTypes(rooms, config);
    try {
      const [quiz, buzzer] = [identity(), identity()];
      const client = new Client(app.url);
      await client.joinOrCreate("quiz", quiz);
      await client.joinOrCreate("buzzer", buzzer);
      const session = await fetch(`${app.url}/host/session`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ code: app.app.newHostCode() }),
      });
      const { host_token } = (await session.json()) as { host_token: string };
      const listed = async () => {
        const headers = { authorization: `Bearer ${host_token}` };
        const answer = await fetch(`${app.url}/host/events`, { headers });
        const { events } = (await answer.json()) as { events: { event_id: string; type: string }[] };
        return new Map(events.map(({ event_id, type }) => [event_id, type]));
      };
      await until("both are listed", async () => (await listed()).size === 2);
      expect(await listed()).to.deep.equal(
        new Map([
          [quiz.event_id, "quiz"],
          [buzzer.event_id, "buzzer"],
        ]),
      );
      const metrics = await (await fetch(`${app.url}/metrics`)).text();
      expect(metrics).to.match(/^holdfast_events 2$/m);
    } finally {
      await app.close();
    }
  });
});
