// Events that a server's own code opens, before anybody joins. On a real server: the test kit opens its events by itself.
import "../../../harness/clients/use-ws.ts"; // before the SDK
import { Client } from "@colyseus/sdk";
import { expect } from "chai";
import { type EventSession, joinEvent, type JoinEventOptions } from "../../../src/client/index.ts";
import { matchMaker } from "@colyseus/core";
import { batch as emptyBatch } from "../../../harness/contracts/store-contract.ts";
import { noFacts } from "../../../src/store/seat-store.ts";
import { createApp, EventRoom, MemoryStore } from "../../../src/holdfast.ts";
import { askToJoin, refused, refusedBy } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { startTypes, type TypedApp } from "../../../harness/servers/typed-app.ts";
import { until } from "../../../harness/wait.ts";

/** Everything that rooms were opened with, by event. */
const openedWith = new Map<string, unknown[]>();
class Noted extends EventRoom {
  override onEventOpened(options: unknown): void {
    const { event_id: event } = this.state;
    openedWith.set(event, [...(openedWith.get(event) ?? []), options]);
  }
}
class Quiz extends Noted {}
class Buzzer extends Noted {}
const rooms = { quiz: Quiz, buzzer: Buzzer };

/** A join that opens nothing. */
const existing = (eventId: string) => Object.assign(identity(eventId), { must_exist: true });

async function failureOf(promise: Promise<unknown>): Promise<Error & { code?: number; reason?: string }> {
  return promise.then(
    () => expect.fail("it was created"),
    (error: Error) => error,
  );
}

describe("events that are created by the server", () => {
  let app: TypedApp;
  const store = new MemoryStore();
  before(async () => {
    app = await startTypes(rooms, { maxEvents: 8, eventsPerMinutePerIp: 1 }, { store });
  });
  after(() => app.close());

  it("[T11] is there and stored, of its type and with its options, before anybody joins; again, it stays as it is", async () => {
    const eventId = newEvent();
    const options = { topic: "rivers", rounds: [1, 2] };
    const created = await app.app.createEvent({ eventId, type: "buzzer", options });
    expect(created).to.deep.equal({ eventId, type: "buzzer", isNew: true });
    expect(openedWith.get(eventId)).to.deep.equal([options]);
    expect((await store.load(eventId))?.facts.type).to.equal("buzzer");
    for (const again of [{ eventId }, { eventId, type: "buzzer", options: "others" }])
      expect(await app.app.createEvent(again)).to.deep.equal({ eventId, type: "buzzer", isNew: false });
    const phone = await Phone.join(app.url, existing(eventId));
    expect(phone.room.name).to.equal("buzzer");
    expect(openedWith.get(eventId)).to.have.length(1);
  });

  it("[T11] without a type it is of the default one; opened by a join it has no options", async () => {
    const eventId = newEvent();
    expect(await app.app.createEvent({ eventId })).to.include({ type: "quiz", isNew: true });
    expect((await store.load(eventId))?.facts.type).to.equal("quiz");
    const joined = identity();
    await Phone.join(app.url, joined);
    expect([openedWith.get(eventId), openedWith.get(joined.event_id)]).to.deep.equal([
      [undefined],
      [undefined],
    ]);
  });

  it("[T11] another type, a closed event and what cannot be an event are refused, each with a sentence", async () => {
    const eventId = newEvent();
    const { app: parts } = app;
    await parts.createEvent({ eventId });
    const other = await failureOf(parts.createEvent({ eventId, type: "buzzer" }));
    expect(other).to.include({ code: 409, reason: "other_type" });
    await parts.room(eventId)?.closeEvent();
    expect(await failureOf(parts.createEvent({ eventId }))).to.include({ code: 410, reason: "closed" });

    const circle: { itself?: unknown } = {};
    circle.itself = circle;
    const wrong: [object, RegExp][] = [
      [{ eventId: "" }, /^createEvent: invalid eventId: it must have 1 to 128 characters$/],
      [{ eventId: 7 }, /^createEvent: invalid eventId: it must be a string$/],
      [
        { eventId: "x", type: "no" },
        /^createEvent: there is no type of events "no"; there are quiz, buzzer$/,
      ],
      [{ eventId: "x", options: () => {} }, /^createEvent: options must be what JSON can say$/],
      [
        { eventId: "x", options: "x".repeat(16_383) },
        /^createEvent: options are longer than 16384 characters/,
      ],
      [{ eventId: "x", options: circle }, /circular/],
    ];
    for (const [event, sentence] of wrong)
      expect((await failureOf(parts.createEvent(event as { eventId: string }))).message).to.match(sentence);
    expect(parts.room("x")).to.equal(undefined);
  });

  it("[W105] has the details that it was given, before anybody joins; again, they stay as they are", async () => {
    const eventId = newEvent();
    const details = {
      title: "Class 7b",
      capacity: 2,
      grace_period_ms: 60_000,
      who_may_join: "listed",
      expected_names: ["Ann", "Bo"],
    } as const;
    expect(await app.app.createEvent({ eventId, details })).to.include({ isNew: true });
    expect(await app.app.createEvent({ eventId, details: { title: "Class 8a" } })).to.include({
      isNew: false,
    });
    const stranger = await refused(new Client(app.url).joinOrCreate("event", existing(eventId)));
    expect(stranger.code).to.equal(403);
    await Phone.join(app.url, { ...existing(eventId), display_name: "bo" });
    const stored = await store.load(eventId);
    const kept = new Map(stored?.entries).get("event/details") ?? "";
    const { expected_names, ...said } = details;
    expect(JSON.parse(kept)).to.include(said);
    expect(new Map(stored?.entries).get("event/expected_names")).to.equal(JSON.stringify(expected_names));
  });

  it("[W105] details that cannot be, or that this server does not allow, are refused with a sentence, and nothing is made", async () => {
    const wrong: [object, RegExp][] = [
      [{ title: 7 }, /^createEvent: invalid details\.title: .*string/],
      [{ title: "a\nb" }, /^createEvent: invalid details\.title: /],
      [{ expected_names: ["Ann", ""] }, /^createEvent: invalid details\.expected_names\.1: /],
      [{ seats: 30 }, /^createEvent: invalid details: .*seats/],
      [[], /^createEvent: invalid details: /],
      [{ capacity: 100_000 }, /^Invalid capacity: this server has \d+ seats for an event at most$/],
    ];
    for (const [details, sentence] of wrong) {
      const event = { eventId: "w105", details } as Parameters<typeof app.app.createEvent>[0];
      expect((await failureOf(app.app.createEvent(event))).message).to.match(sentence);
    }
    expect(app.app.room("w105")).to.equal(undefined);
  });

  it("[T12] MAX_EVENTS holds, limits by address do not", async () => {
    let last: (Error & { code?: number; reason?: string }) | undefined;
    for (let i = 0; i < 9 && last === undefined; i++)
      await app.app.createEvent({ eventId: newEvent() }).catch((error: Error) => (last = error));
    expect(last).to.include({ code: 503, reason: "too_many_events" });
  });
});

describe("events that are created by the server, over time", () => {
  it("[T11] a server that does not listen yet says so; one that drains creates nothing", async () => {
    const other = await startTypes(rooms);
    other.app.drain();
    expect(await failureOf(other.app.createEvent({ eventId: "late" }))).to.include({ reason: "draining" });
    await other.close();
    const early = createApp({ config: { logLevel: "silent", storeUrl: "memory:" } });
    expect((await failureOf(early.createEvent({ eventId: "early" }))).message).to.match(
      /does not listen yet/,
    );
    await early.close();
  });

  it("[T11] are what they were after a restart, with the options that they were opened with", async () => {
    const store = new MemoryStore();
    const eventId = newEvent();
    const before = await startTypes(rooms, {}, { store });
    await before.app.createEvent({ eventId, type: "buzzer", options: { topic: "rivers" } });
    await before.close();
    const after = await startTypes(rooms, {}, { store });
    try {
      expect(await after.app.createEvent({ eventId })).to.deep.equal({
        eventId,
        type: "buzzer",
        isNew: false,
      });
      expect(openedWith.get(eventId)).to.deep.equal([{ topic: "rivers" }, { topic: "rivers" }]);
    } finally {
      await after.close();
    }
  });

  it("[T13] a room that is asked of the framework has its event's type, its options, and what is stored", async () => {
    const store = new MemoryStore();
    const eventId = newEvent();
    const before = await startTypes(rooms, {}, { store });
    try {
      const options = { topic: "rivers" };
      await matchMaker.createRoom("buzzer", { event_id: eventId, ...options });
      expect(openedWith.get(eventId)).to.deep.equal([options]);
      expect((await Phone.join(before.url, identity(eventId))).room.name).to.equal("buzzer");
    } finally {
      await before.close();
    }
    const sentences: string[] = [];
    const after = await startTypes(rooms, {}, { store });
    try {
      const other = newEvent();
      await store.commit([{ ...emptyBatch(other), facts: { ...noFacts, type: "buzzer" } }]);
      await matchMaker
        .createRoom("quiz", { event_id: other })
        .catch((error: Error) => sentences.push(error.message));
      expect(sentences).to.deep.equal([
        'The event is of the type "buzzer", and not "quiz"; join it as "buzzer" or "event"',
      ]);
    } finally {
      await after.close();
    }
  });

  it("[T12] are remembered without anyone for EVENT_RETENTION_MS, and no longer; then it is 404", async () => {
    const app = await startTypes(rooms, { eventRetentionMs: 1000, eventCreation: "server" });
    try {
      const eventId = newEvent();
      const createdAt = Date.now();
      await app.app.createEvent({ eventId });
      await until("it is over", () => app.app.room(eventId) === undefined);
      expect(Date.now() - createdAt).to.be.at.least(1000);
      const { code } = await refused(new Client(app.url).joinOrCreate("event", identity(eventId)));
      expect(code).to.be.oneOf([404, 503]); // 503 while it is being closed
    } finally {
      await app.close();
    }
  });

  it("[T5] our client: mustExist ends as refused with 404, eventType opens one of that type, or ends with 409", async () => {
    const app = await startTypes(rooms);
    const sessions: EventSession[] = [];
    const join = (options: Partial<JoinEventOptions> & { eventId: string }) => {
      const session = joinEvent({ url: app.url, ...options });
      sessions.push(session);
      return session;
    };
    const refusedWith = async (session: EventSession) => {
      await until("it is over", () => session.status === "failed");
      const { endReason, code, reason } = session.state;
      return [endReason, code, reason];
    };
    try {
      const eventId = newEvent();
      expect(await refusedWith(join({ eventId, mustExist: true }))).to.deep.equal([
        "refused",
        404,
        "no_such_event",
      ]);
      await join({ eventId, eventType: "buzzer", deviceId: "one" }).joined();
      expect(app.app.room(eventId)?.roomName).to.equal("buzzer");
      await join({ eventId, mustExist: true, deviceId: "two" }).joined();
      expect(await refusedWith(join({ eventId, eventType: "quiz", deviceId: "three" }))).to.deep.equal([
        "refused",
        409,
        "other_type",
      ]);
    } finally {
      await Promise.all(sessions.map((session) => session.leave()));
      await app.close();
    }
  });

  it("[T10] under EVENT_CREATION=server joins open none, and those that are there are joined as ever", async () => {
    const app = await startTypes(rooms, { eventCreation: "server" });
    try {
      const me = identity();
      const answer = await askToJoin(app.url, me);
      expect(refusedBy(answer)).to.deep.equal({ code: 404, message: `There is no event "${me.event_id}"` });
      expect(JSON.parse(answer.text)).to.include({ reason: "no_such_event" });
      await app.app.createEvent({ eventId: me.event_id });
      const phone = await Phone.join(app.url, me);
      expect(phone.participants()?.size).to.equal(1);
    } finally {
      await app.close();
    }
  });
});
