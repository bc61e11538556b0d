// The room's answers to our client: what was missed, the outbox, a host's actions. Real sockets, the stock SDK.
import { expect } from "chai";
import { z } from "zod";
import type { HostActionResult, OutboxAck, PresenceResumed } from "../../../src/protocol/session.ts";
import {
  defineEventState,
  EventRoom,
  MemoryStore,
  type ParticipantOf,
  Refusal,
  t,
} from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ask } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { quiet, until } from "../../../harness/wait.ts";

const board = defineEventState({
  participant: { points: t.number().default(0) },
  event: { words: t.string().default("") },
});

class BoardRoom extends EventRoom<typeof board> {
  override schema = board;
  readonly ids: string[] = [];

  override onEventOpened(): void {
    this.onPublish("word", z.string().max(20), (from: ParticipantOf<typeof board>, word, { id }) => {
      if (word === "bad") throw new Refusal(400, "We do not say that here");
      if (word === "boom") throw new Error("the author's mistake");
      if (word === "out") this.participants.kick(from.device_id);
      this.ids.push(id);
      from.points += 1;
      this.state.words += `${word} `;
    });
  }
}

async function last<T>(phone: Phone, type: string, count = 1): Promise<T> {
  const heard = () => phone.heard.filter((message) => message.type === type);
  await until(`${type} no. ${count}`, () => heard().length >= count);
  return heard().at(-1)?.payload as T;
}

async function resume(phone: Phone, position: object | undefined, count = 1): Promise<PresenceResumed> {
  phone.room.send("presence_resume", position);
  return last<PresenceResumed>(phone, "presence_resumed", count);
}

async function publish(phone: Phone, count: number, request: unknown): Promise<OutboxAck> {
  phone.room.send("outbox_publish", request);
  return last<OutboxAck>(phone, "outbox_ack", count);
}

const words = (...all: string[]) => all.map((payload) => ({ type: "word", payload }));

describe("signs of life", () => {
  const pingIntervalMs = 100;
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 20_000, pingIntervalMs, pingMaxRetries: 2 } });
  });
  after(() => app.close());

  const signsOf = (phone: Phone) => phone.heard.filter(({ type }) => type === "sign_of_life");

  it("[L6] come to who asks for them, who is told how often, and to nobody else", async () => {
    const event = newEvent();
    const asking = await Phone.join(app.url, identity(event));
    const stock = await Phone.join(app.url, identity(event));
    const observer = await Phone.join(app.url, { ...identity(event), role: "observer" });
    const answer = await resume(asking, { signs_of_life: true });
    expect(answer).to.include({ sign_of_life_interval_ms: pingIntervalMs, detection_ms: 300 });
    expect(await resume(stock, {})).to.not.have.any.keys("sign_of_life_interval_ms", "detection_ms");
    await resume(observer, { signs_of_life: true });
    for (const phone of [asking, observer]) await last(phone, "sign_of_life", 3);
    expect(signsOf(stock)).to.deep.equal([]);
    expect(signsOf(asking).every(({ payload }) => payload === undefined)).to.equal(true);
  });

  it("[L6] stop with the connection that asked: the next one has to ask again", async () => {
    const phone = await Phone.join(app.url, identity());
    await resume(phone, { signs_of_life: true });
    await last(phone, "sign_of_life");
    const back = await Phone.reconnect(app.url, phone.room.reconnectionToken);
    expect((await resume(back, undefined)).detection_ms).to.equal(undefined);
    await quiet(5 * pingIntervalMs);
    expect(signsOf(back)).to.deep.equal([]);
  });
});

describe("presence events again", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 20_000, replayEvents: 4 } });
  });
  after(() => app.close());

  it("[P1] [P2] one who names what it has seen gets exactly what came after it", async () => {
    const event = newEvent();
    const watcher = await Phone.join(app.url, identity(event));
    const { epoch, seq, resumed, events } = await resume(watcher, undefined);
    expect({ seq, resumed, events }).to.deep.equal({ seq: 1, resumed: false, events: [] }); // its own joining
    const other = await Phone.join(app.url, identity(event));
    await other.room.leave();
    await last(watcher, "participant_left");
    const live = watcher.heard.filter(({ type }) => type.startsWith("participant_"));
    expect(live.map(({ payload }) => payload.seq)).to.deep.equal([2, 3]);
    expect(live.every(({ payload }) => payload.epoch === epoch && Number(payload.at) > 0)).to.equal(true);
    const late = await Phone.join(app.url, identity(event));
    const again = await resume(late, { epoch, seq: 1 });
    expect(again.resumed).to.equal(true);
    expect(again.seq).to.equal(4);
    expect(again.events.map(({ payload }) => payload.seq)).to.deep.equal([2, 3, 4]);
    expect(again.events.slice(0, 2)).to.deep.equal(live.map(({ type, payload }) => ({ type, payload })));
  });

  it("[P2] another epoch, a position never reached, too much, an unreadable one: none of it", async () => {
    const event = newEvent();
    for (const position of [{ epoch: 1, seq: 0 }, { seq: 0 }, { epoch: "x", seq: [] }, 7, "all"]) {
      const phone = await Phone.join(app.url, identity(event));
      const { resumed, events } = await resume(phone, position as object);
      expect({ resumed, events }, JSON.stringify(position)).to.deep.equal({ resumed: false, events: [] });
    }
    const phone = await Phone.join(app.url, identity(event));
    const { epoch, seq } = await resume(phone, undefined);
    const second = await Phone.join(app.url, identity(event));
    expect(await resume(second, { epoch, seq: seq - 4 }), "five: one more than is kept").to.include({
      resumed: false,
    });
    const third = await Phone.join(app.url, identity(event));
    expect(await resume(third, { epoch, seq: seq + 9 })).to.include({ resumed: false });
  });

  it("[P2] one who asks too often is not answered: an answer may be large", async () => {
    const phone = await Phone.join(app.url, identity());
    for (let i = 0; i < 20; i++) phone.room.send("presence_resume", { epoch: 1, seq: i });
    phone.room.send("heartbeat");
    await last(phone, "heartbeat_ack");
    expect(phone.heard.filter(({ type }) => type === "presence_resumed")).to.have.length(1);
  });

  it("[P1] the word to the returner alone has no place in the history", async () => {
    const who = identity();
    const first = await Phone.join(app.url, who);
    const second = await Phone.join(app.url, who); // a takeover
    const word = await last<Record<string, unknown>>(second, "participant_reconnected");
    expect(word).to.not.have.any.keys("seq", "epoch", "at");
    expect((await resume(second, undefined)).seq).to.equal(1);
    await until("the older one is closed", () => first.closedWith === 4501);
  });
});

describe("the outbox", () => {
  let app: TestApp;
  const room = (event: string) => app.room(event) as unknown as BoardRoom;
  before(async () => {
    app = await startApp({ room: BoardRoom as never, config: { gracePeriodMs: 20_000 } });
  });
  after(() => app.close());

  it("[P4] takes each once and in order, whatever is repeated, and acknowledges how far it is", async () => {
    const who = identity();
    const phone = await Phone.join(app.url, who);
    const first = await publish(phone, 1, { stream: "s", first: 1, messages: words("a", "b", "c") });
    expect(first).to.deep.equal({ stream: "s", last: 3, refused: [] });
    const again = await publish(phone, 2, { stream: "s", first: 2, messages: words("b", "c", "d") });
    expect(again.last).to.equal(4);
    await quiet(250); // a question that brings nothing new is answered a few times a second
    const gap = await publish(phone, 3, { stream: "s", first: 6, messages: words("f") });
    expect(gap.last).to.equal(4);
    expect(room(who.event_id).state.words).to.equal("a b c d ");
    expect(room(who.event_id).ids).to.deep.equal(["s:1", "s:2", "s:3", "s:4"]);
    const returned = await Phone.join(app.url, who);
    expect((await resume(returned, undefined)).outbox).to.deep.equal({ stream: "s", last: 4, refused: [] });
    expect(returned.participants()?.get(who.device_id)?.points).to.equal(4);
  });

  it("[P6] refusals: no handler, a bad payload, the author's no, the author's mistake", async () => {
    const phone = await Phone.join(app.url, identity());
    const messages = [{ type: "wrong" }, { type: "word", payload: 7 }, ...words("bad", "boom", "ok")];
    const ack = await publish(phone, 1, { stream: "s", first: 1, messages });
    expect(ack.last).to.equal(5);
    expect(ack.refused.map(({ n }) => n)).to.deep.equal([1, 2, 3, 4]);
    expect(ack.refused[0]?.error).to.equal('This event takes no "wrong"');
    expect(ack.refused[1]?.error).to.match(/^Invalid word: /);
    expect(ack.refused[2]?.error).to.equal("We do not say that here");
    expect(ack.refused[3]?.error).to.equal("The event could not take this");
    const again = await publish(phone, 2, { stream: "s", first: 3, messages: words("bad") });
    expect(again).to.deep.equal({ ...ack, refused: ack.refused.filter(({ n }) => n === 3) });
    for (let i = 0; i < 20; i++)
      phone.room.send("outbox_publish", { stream: "s", first: 1, messages: words("a", "b", "c", "d") });
    phone.room.send("heartbeat");
    await last(phone, "heartbeat_ack");
    const acks = phone.heard.filter(({ type }) => type === "outbox_ack");
    expect(acks, "a flood of old messages is not answered with a flood").to.have.length.at.most(4);
  });

  it("[P7] a new seat knows no outbox; a malformed request, or an observer's, changes nothing", async () => {
    const who = identity();
    const phone = await Phone.join(app.url, who);
    await publish(phone, 1, { stream: "s", first: 1, messages: words("a") });
    await phone.room.leave();
    const next = await Phone.join(app.url, who);
    expect((await resume(next, undefined)).outbox).to.equal(null);
    const hostile = [
      undefined,
      7,
      { stream: "", first: 1, messages: words("x") },
      { stream: "s", first: 0, messages: words("x") },
      { stream: "s", first: 1, messages: [] },
      { stream: "s", first: 1e300, messages: words("x") },
      { stream: "s", first: 1, messages: [{ payload: 1 }] },
      { stream: { toString: 1 }, first: 1, messages: words("x") },
    ];
    for (const [index, request] of hostile.entries()) {
      const ack = await publish(next, index + 1, request);
      expect(ack.error, JSON.stringify(request)).to.match(/^Invalid outbox_publish/);
    }
    const observer = await Phone.join(app.url, { event_id: who.event_id, role: "observer" });
    observer.room.send("outbox_publish", { stream: "s", first: 1, messages: words("x") });
    await resume(observer, undefined);
    expect(room(who.event_id).state.words).to.equal("a ");
  });

  it("[P4] a handler that removes its own participant ends there", async () => {
    const who = identity();
    const phone = await Phone.join(app.url, who);
    phone.room.send("outbox_publish", { stream: "s", first: 1, messages: words("out", "late") });
    await until("kicked", () => phone.closedWith === 4500);
    expect(room(who.event_id).state.words).to.equal("out ");
  });
});

describe("the outbox and the store", () => {
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
      phone.room.send("outbox_publish", { stream: "s", first: 1, messages: words("a") });
      await until("the commit", () => held.length > 0);
      const { outbox } = await resume(phone, undefined);
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
      expect(await last<OutboxAck>(phone, "outbox_ack")).to.deep.equal({ stream: "s", last: 1, refused: [] });
    } finally {
      store.commit = commit;
      await app.close();
    }
  });
});

describe("hosts", () => {
  let app: TestApp;
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    ask(app.url, path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });
  const act = (phone: Phone, action: object) =>
    phone.room.request("host_action", action) as Promise<HostActionResult>;

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

  it("[P8] kicks, extends and ends a grace, and closes; others may not", async () => {
    const event = newEvent();
    const [ann, ben, cem] = [identity(event), identity(event), identity(event)];
    const phones = await Promise.all([ann, ben, cem].map((who) => Phone.join(app.url, who)));
    const host = await Phone.join(app.url, {
      event_id: event,
      role: "observer",
      session_token: await hostToken(),
    });
    const observer = await Phone.join(app.url, { event_id: event, role: "observer" });
    for (const phone of [observer, phones[0] as Phone]) {
      const { done, error } = await act(phone, { action: "close_event" });
      expect({ done, error }).to.deep.equal({ done: false, error: "Only a host may do this" });
    }
    expect(await act(host, { action: "kick", device_id: ann.device_id })).to.deep.equal({ done: true });
    await until("kicked", () => phones[0]?.closedWith === 4500);
    phones[1]?.drop();
    const away = await last<{ grace_expires_at: number }>(host, "participant_temporarily_disconnected");
    const extend = { action: "extend_grace", device_id: ben.device_id, by_ms: 5000 };
    expect(await act(host, extend)).to.deep.equal({ done: true });
    await until("more time", () => {
      const entry = host.participants()?.get(ben.device_id);
      return entry?.grace_expires_at === away.grace_expires_at + 5000;
    });
    expect(await act(host, { action: "end_grace", device_id: ben.device_id })).to.deep.equal({ done: true });
    expect(await act(host, extend)).to.deep.equal({ done: false });
    for (const bad of [
      undefined,
      {},
      { action: "boom" },
      { ...extend, by_ms: -1 },
      { ...extend, by_ms: 1e12 },
    ])
      expect((await act(host, bad as object)).error).to.match(/^Invalid host_action/);
    expect(await act(host, { action: "close_event" })).to.deep.equal({ done: true });
    await until("closed", () => phones[2]?.closedWith === 4502);
  });
});
