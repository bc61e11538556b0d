// What our client is answered, where it is about real sockets: a commit that is held for as long as the test likes, and hosts
// over HTTP. The rest is in session.test.ts.
import { expect } from "chai";
import { z } from "zod";
import type { OutboxAck, PresenceResumed } from "../../../src/protocol/session.ts";
import { defineEventState, EventRoom, MemoryStore, type ParticipantOf, t } from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ask } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

const board = defineEventState({
  participant: { points: t.number().default(0) },
  event: { words: t.string().default("") },
});

class BoardRoom extends EventRoom<typeof board> {
  override schema = board;

  override onEventOpened(): void {
    this.onPublish("word", z.string().max(20), (from: ParticipantOf<typeof board>, word) => {
      from.points += 1;
      this.state.words += `${word} `;
    });
  }
}

describe("the outbox and the store", () => {
  async function heardLast<T>(phone: Phone, type: string): Promise<T> {
    const heard = () => phone.heard.filter((message) => message.type === type).at(-1);
    return (await until(type, heard)).payload as T;
  }

  it("[P5] nothing is acknowledged before it is stored, and both are in one commit", async () => {
    const store = new MemoryStore();
    const app = await startApp({ room: BoardRoom as never, store, config: { gracePeriodMs: 20_000 } });
    const commit = store.commit.bind(store);
    try {
      const who = identity();
      const phone = await Phone.join(app.url, who);
      let letGo = () => {};
      const held: unknown[] = [];
      store.commit = async (batch) => {
        held.push(structuredClone(batch));
        await new Promise<void>((resolve) => (letGo = resolve));
        return commit(batch);
      };
      phone.room.send("outbox_publish", {
        stream: "s",
        first: 1,
        messages: [{ type: "word", payload: "a" }],
      });
      await until("the commit", () => held.length > 0);
      phone.room.send("presence_resume");
      const { outbox } = await heardLast<PresenceResumed>(phone, "presence_resumed");
      expect(outbox, "not stored yet").to.equal(null);
      expect(phone.heard.some(({ type }) => type === "outbox_ack")).to.equal(false);
      const [batch] = held[0] as {
        upserts: { record: { outbox: unknown }; own: string }[];
        facts: { own: string };
      }[];
      expect(batch?.upserts[0]?.record.outbox).to.deep.equal({ stream: "s", last: 1, refused: [] });
      expect(batch?.upserts[0]?.own).to.equal('{"points":1}');
      expect(batch?.facts.own).to.equal('{"fields":{"words":"a "}}');
      store.commit = commit;
      letGo();
      expect(await heardLast<OutboxAck>(phone, "outbox_ack")).to.deep.equal({
        stream: "s",
        last: 1,
        refused: [],
      });
    } finally {
      store.commit = commit;
      await app.close();
    }
  });
});

describe("hosts, over HTTP", () => {
  let app: TestApp;
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    ask(app.url, path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });

  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 20_000 } });
  });
  after(() => app.close());

  async function hostToken(): Promise<string> {
    const { text } = await post("/host/session", { code: app.newHostCode() });
    return (JSON.parse(text) as { host_token: string }).host_token;
  }

  it("[P9] a one-time code makes one browser a host", async () => {
    const code = app.newHostCode();
    expect((await post("/host/session", { code })).status).to.equal(200);
    expect((await post("/host/session", { code })).status, "spent").to.equal(401);
    for (const bad of [{}, { code: 7 }, { code: "" }, { code: "x".repeat(50) }])
      expect((await post("/host/session", bad)).status).to.equal(401);
    const token = await hostToken();
    const raw = (body: string) =>
      ask(app.url, "/host/session", {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
    expect((await raw("{")).status, "not JSON").to.equal(400);
    expect((await raw(JSON.stringify({ code: "x".repeat(20_000) }))).status, "too large").to.equal(413);
    const more = await post("/host/code", {}, { authorization: `Bearer ${token}` });
    expect((await post("/host/session", JSON.parse(more.text) as object)).status).to.equal(200);
    expect((await post("/host/code", {})).status).to.equal(401);
  });

  it("[P10] lists the events, for hosts only", async () => {
    const event = newEvent();
    await Phone.join(app.url, identity(event));
    const authorization = `Bearer ${await hostToken()}`;
    await until("the count", async () => {
      const { text } = await ask(app.url, "/host/events", { headers: { authorization } });
      const { events } = JSON.parse(text) as { events: { event_id: string; connected: number }[] };
      return events.some((one) => one.event_id === event && one.connected === 1);
    });
    expect((await ask(app.url, "/host/events")).status).to.equal(401);
    expect((await ask(app.url, "/host/events", { headers: { authorization: "Bearer x" } })).status).to.equal(
      401,
    );
  });
});
