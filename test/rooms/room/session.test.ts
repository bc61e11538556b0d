// The room's answers to our client: what was missed, the outbox, a host's actions. On the test kit, with phones that speak as a
// stock client does, which show every answer as it came.
import { expect } from "chai";
import { z } from "zod";
import type { HostActionResult, OutboxAck, PresenceResumed } from "../../../src/protocol/session.ts";
import { defineEventState, EventRoom, type ParticipantOf, Refusal, t } from "../../../src/holdfast.ts";
import type { HistoryPosition } from "../../../src/protocol/messages.ts";
import { type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

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

const stock = { client: "stock" } as const;

/** What a phone was sent of a type; the `count`-th is the last. */
function last<T>({ received }: Sent, type: string, count = 1): T {
  const sent = received.filter((message) => message.type === type);
  expect(sent, type).to.have.length(count);
  return sent.at(-1)?.payload as T;
}

/** A phone, whatever its room. */
type Sent = Pick<Phone, "received" | "send">;

async function resume(phone: Sent, position: unknown, count = 1): Promise<PresenceResumed> {
  await phone.send("presence_resume", position);
  return last<PresenceResumed>(phone, "presence_resumed", count);
}

async function publish(phone: Sent, count: number, request: unknown): Promise<OutboxAck> {
  await phone.send("outbox_publish", request);
  return last<OutboxAck>(phone, "outbox_ack", count);
}

const words = (...all: string[]) => all.map((payload) => ({ type: "word", payload }));

describe("signs of life", () => {
  const pingIntervalMs = 100;
  let event: TestEvent;
  beforeEach(async () => {
    event = await testEvent(EventRoom, {
      config: { gracePeriodMs: 20_000, pingIntervalMs, pingMaxRetries: 2 },
    });
  });
  afterEach(() => event.close());

  const signsOf = ({ received }: Phone) => received.filter(({ type }) => type === "sign_of_life");

  it("[L6] come to who asks for them, who is told how often, and to nobody else", async () => {
    const asking = await event.join("asking", stock);
    const silent = await event.join("silent", stock);
    const observer = await event.observe(stock);
    const answer = await resume(asking, { signs_of_life: true });
    expect(answer).to.include({ sign_of_life_interval_ms: pingIntervalMs, detection_ms: 300 });
    expect(await resume(silent, {})).to.not.have.any.keys("sign_of_life_interval_ms", "detection_ms");
    await resume(observer, { signs_of_life: true });
    await event.advance(3 * pingIntervalMs);
    for (const phone of [asking, observer]) expect(signsOf(phone)).to.have.length(3);
    expect(signsOf(silent)).to.deep.equal([]);
    expect(signsOf(asking).every(({ payload }) => payload === undefined)).to.equal(true);
  });

  it("[L6] stop with the connection that asked: the next one has to ask again", async () => {
    const phone = await event.join("ann", stock);
    await resume(phone, { signs_of_life: true });
    await event.advance(pingIntervalMs);
    expect(signsOf(phone)).to.have.length(1);
    await phone.drop();
    phone.forget();
    await phone.return();
    expect((await resume(phone, undefined)).detection_ms).to.equal(undefined);
    await event.advance(5 * pingIntervalMs);
    expect(signsOf(phone)).to.deep.equal([]);
  });
});

describe("presence events again", () => {
  let event: TestEvent;
  beforeEach(async () => {
    event = await testEvent(EventRoom, { config: { gracePeriodMs: 20_000, replayEvents: 4 } });
  });
  afterEach(() => event.close());

  it("[P1] [P2] one who names what it has seen gets exactly what came after it", async () => {
    const watcher = await event.join("watcher", stock);
    const { epoch, seq, resumed, events } = await resume(watcher, undefined);
    expect({ seq, resumed, events }).to.deep.equal({ seq: 1, resumed: false, events: [] }); // its own joining
    const other = await event.join("other", stock);
    await other.leave();
    last(watcher, "participant_left");
    const live = watcher.received.filter(({ type }) => type.startsWith("participant_"));
    const told = live.map(({ payload }) => payload as HistoryPosition & { at: number });
    expect(told.map(({ seq: no }) => no)).to.deep.equal([2, 3]);
    expect(told.every((each) => each.epoch === epoch && each.at === event.clock.now())).to.equal(true);
    const late = await event.join("late", stock);
    const again = await resume(late, { epoch, seq: 1 });
    expect(again.resumed).to.equal(true);
    expect(again.seq).to.equal(4);
    expect(again.events.map(({ payload }) => payload.seq)).to.deep.equal([2, 3, 4]);
    expect(again.events.slice(0, 2)).to.deep.equal(live.map(({ type, payload }) => ({ type, payload })));
  });

  it("[P2] another epoch, a position never reached, too much, an unreadable one: none of it", async () => {
    for (const position of [{ epoch: 1, seq: 0 }, { seq: 0 }, { epoch: "x", seq: [] }, 7, "all"]) {
      const phone = await event.join(`with ${JSON.stringify(position)}`, stock);
      const { resumed, events } = await resume(phone, position);
      expect({ resumed, events }, JSON.stringify(position)).to.deep.equal({ resumed: false, events: [] });
    }
    const phone = await event.join("first", stock);
    const { epoch, seq } = await resume(phone, undefined);
    const second = await event.join("second", stock);
    expect(await resume(second, { epoch, seq: seq - 4 }), "five: one more than is kept").to.include({
      resumed: false,
    });
    const third = await event.join("third", stock);
    expect(await resume(third, { epoch, seq: seq + 9 })).to.include({ resumed: false });
  });

  it("[P2] one who asks too often is not answered: an answer may be large", async () => {
    const phone = await event.join("ann", stock);
    for (let i = 0; i < 20; i++) void phone.send("presence_resume", { epoch: 1, seq: i });
    await phone.send("heartbeat");
    last(phone, "heartbeat_ack");
    last(phone, "presence_resumed");
  });

  it("[P1] the word to the returner alone has no place in the history", async () => {
    const first = await event.join("ann", stock);
    const second = await first.takeOver();
    const word = last<Record<string, unknown>>(second, "participant_reconnected");
    expect(word).to.not.have.any.keys("seq", "epoch", "at");
    expect((await resume(second, undefined)).seq).to.equal(1);
    expect(first.closedWith, "the older one is closed").to.equal(4501);
  });
});

describe("the outbox", () => {
  let event: TestEvent<BoardRoom>;
  beforeEach(async () => {
    event = await testEvent(BoardRoom, { config: { gracePeriodMs: 20_000, logLevel: "silent" } });
  });
  afterEach(() => event.close());

  it("[P4] takes each once and in order, whatever is repeated, and acknowledges how far it is", async () => {
    const phone = await event.join("ann", stock);
    const first = await publish(phone, 1, { stream: "s", first: 1, messages: words("a", "b", "c") });
    expect(first).to.deep.equal({ stream: "s", last: 3, refused: [] });
    const again = await publish(phone, 2, { stream: "s", first: 2, messages: words("b", "c", "d") });
    expect(again.last).to.equal(4);
    await event.advance(250); // a question that brings nothing new is answered a few times a second
    const gap = await publish(phone, 3, { stream: "s", first: 6, messages: words("f") });
    expect(gap.last).to.equal(4);
    expect(event.room.state.words).to.equal("a b c d ");
    expect(event.room.ids).to.deep.equal(["s:1", "s:2", "s:3", "s:4"]);
    const returned = await phone.takeOver();
    expect((await resume(returned, undefined)).outbox).to.deep.equal({ stream: "s", last: 4, refused: [] });
    expect(returned.roster.ann?.points).to.equal(4);
  });

  it("[P6] refusals: no handler, a bad payload, the author's no, the author's mistake", async () => {
    const phone = await event.join("ann", stock);
    const messages = [{ type: "wrong" }, { type: "word", payload: 7 }, ...words("bad", "boom", "ok")];
    const ack = await publish(phone, 1, { stream: "s", first: 1, messages });
    expect(ack.last).to.equal(5);
    expect(ack.refused.map(({ n }) => n)).to.deep.equal([1, 2, 3, 4]);
    expect(ack.refused[0]?.error).to.equal('This event takes no "wrong"');
    expect(ack.refused[1]?.error).to.match(/^Invalid word: /);
    expect(ack.refused[2]?.error).to.equal("We do not say that here");
    expect(ack.refused[3]?.error).to.equal("The event could not take this");
    expect(event.errors.map(({ message }) => message)).to.deep.equal(["the author's mistake"]);
    const again = await publish(phone, 2, { stream: "s", first: 3, messages: words("bad") });
    expect(again).to.deep.equal({ ...ack, refused: ack.refused.filter(({ n }) => n === 3) });
    for (let i = 0; i < 20; i++)
      void phone.send("outbox_publish", { stream: "s", first: 1, messages: words("a", "b", "c", "d") });
    await phone.send("heartbeat");
    last(phone, "heartbeat_ack");
    const acks = phone.received.filter(({ type }) => type === "outbox_ack");
    expect(acks, "a flood of old messages is not answered with a flood").to.have.length.at.most(4);
  });

  it("[P7] a new seat knows no outbox; a malformed request, or an observer's, changes nothing", async () => {
    const phone = await event.join("ann", stock);
    await publish(phone, 1, { stream: "s", first: 1, messages: words("a") });
    await phone.leave();
    const next = await event.join("ann", stock);
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
    const observer = await event.observe(stock);
    await observer.send("outbox_publish", { stream: "s", first: 1, messages: words("x") });
    await resume(observer, undefined);
    expect(event.room.state.words).to.equal("a ");
  });

  it("[P4] a handler that removes its own participant ends there", async () => {
    const phone = await event.join("ann", stock);
    await phone.send("outbox_publish", { stream: "s", first: 1, messages: words("out", "late") });
    expect(phone.closedWith, "kicked").to.equal(4500);
    expect(event.room.state.words).to.equal("out ");
  });
});

describe("hosts", () => {
  it("[P8] kicks, extends and ends a grace, and closes; others may not", async () => {
    const event = await testEvent(EventRoom, { config: { gracePeriodMs: 20_000 } });
    try {
      const [ann, ben, cem] = [await event.join("ann"), await event.join("ben"), await event.join("cem")];
      const host = await event.host();
      const observer = await event.observe();
      const act = (phone: Phone, action: unknown) =>
        phone.request("host_action", action) as Promise<HostActionResult>;
      for (const phone of [observer, ann]) {
        const { done, error } = await act(phone, { action: "close_event" });
        expect({ done, error }).to.deep.equal({ done: false, error: "Only a host may do this" });
      }
      expect(await act(host, { action: "kick", device_id: "ann" })).to.deep.equal({ done: true });
      expect(ann.closedWith, "kicked").to.equal(4500);
      await ben.drop();
      const away = last<{ grace_expires_at: number }>(host, "participant_temporarily_disconnected");
      const extend = { action: "extend_grace", device_id: "ben", by_ms: 5000 };
      expect(await act(host, extend)).to.deep.equal({ done: true });
      expect(host.roster.ben?.grace_expires_at, "more time").to.equal(away.grace_expires_at + 5000);
      expect(await act(host, { action: "end_grace", device_id: "ben" })).to.deep.equal({ done: true });
      expect(await act(host, extend)).to.deep.equal({ done: false });
      for (const bad of [
        undefined,
        {},
        { action: "boom" },
        { ...extend, by_ms: -1 },
        { ...extend, by_ms: 1e12 },
      ])
        expect((await act(host, bad)).error).to.match(/^Invalid host_action/);
      expect(await act(host, { action: "close_event" })).to.deep.equal({ done: true });
      expect(cem.closedWith, "closed").to.equal(4502);
    } finally {
      await event.close();
    }
  });
});
