// What a restart keeps besides seats: the author's state, kicks, the end of an event; and what is not kept for ever.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@colyseus/core";
import { t } from "@colyseus/schema";
import { expect } from "chai";
import { EventRoom } from "../../../src/rooms/EventRoom.ts";
import { defineEventState } from "../../../src/schema/event-state.ts";
import type { StoredEvent } from "../../../src/store/seat-store.ts";
import { SqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { startServer } from "../../../harness/servers/server-process.ts";
import { now, quiet, until } from "../../../harness/wait.ts";
import { batch, seat } from "../../../harness/contracts/store-contract.ts";

const quiz = defineEventState({
  participant: { score: t.number().default(0), answers: t.array("string") },
  event: { question: t.string().default(""), totals: t.map("number") },
});
const otherQuiz = defineEventState({ participant: { points: t.number().default(0) } });

class QuizRoom extends EventRoom<typeof quiz> {
  override schema = quiz;
  secret = 0;
  restored: unknown;
  override messages = {
    answer: (client: Client, text: string) => {
      const me = this.participantOf(client);
      if (me === undefined) return;
      me.score += 1;
      me.answers.push(text);
      this.state.question = `after ${text}`;
      this.state.totals.set(text, (this.state.totals.get(text) ?? 0) + 1);
    },
    hide: () => {
      this.secret = 42;
      this.save();
    },
  };
  override onSave() {
    return { secret: this.secret };
  }
  override onRestore(saved: unknown) {
    this.restored = saved;
  }
}
class OtherRoom extends EventRoom<typeof otherQuiz> {
  override schema = otherQuiz;
}

/** A stored seat of one who was connected. */
const here = (deviceId: string) => ({ own: null, record: { ...seat(deviceId).record, away: null } });

describe("durable seats: what a restart keeps", () => {
  let folder: string;
  let app: TestApp;
  let port = 0;
  const file = () => join(folder, "events.db");
  /** A server on the same file and port; closing it first is not asked for, as after a crash. */
  async function start(room: unknown = QuizRoom, config = {}) {
    app = (await startApp({
      room: room as typeof EventRoom,
      config: { storeUrl: `file:${file()}`, gracePeriodMs: 4000, port, ...config },
    })) as never;
    port = app.port;
  }
  beforeEach(() => {
    port = 0;
    folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  });
  afterEach(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  it("[D6] a participant's own fields, the event's and the author's snapshot come back", async () => {
    await start();
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    for (const text of ["a", "b", "a"]) phone.room.send("answer", text);
    phone.room.send("hide");
    await until("the score", () => phone.sees(me.device_id)?.score === 3);
    await quiet(100);
    await app.close();
    await start();
    await until(
      "back, with the score",
      () => phone.reconnections === 1 && phone.sees(me.device_id)?.score === 3,
    );
    expect(Array.from(phone.sees(me.device_id)?.answers as string[])).to.deep.equal(["a", "b", "a"]);
    expect(phone.room.state.question).to.equal("after a");
    expect([...phone.room.state.totals.entries()]).to.deep.equal([
      ["a", 2],
      ["b", 1],
    ]);
    expect((app.room(event) as unknown as QuizRoom).restored).to.deep.equal({ secret: 42 });
    phone.room.send("answer", "c");
    await until("it goes on", () => phone.sees(me.device_id)?.score === 4);
    const fresh = await Phone.join(app.url, me);
    expect(fresh.sees(me.device_id)?.score).to.equal(4);
  });

  it("[D6] what changed just before an orderly end is stored; what a hook changes, too; a throwing onSave hurts nobody", async () => {
    class LastWord extends QuizRoom {
      static throws = false;
      override onBeforePatch() {
        for (const each of this.state.participants.values()) if (each.score === 1) each.score = 7;
      }
      override onSave(): { secret: number } {
        if (LastWord.throws) throw new Error("an author's onSave threw");
        return super.onSave();
      }
    }
    await start(LastWord);
    const event = newEvent();
    const [a, b, c] = [identity(event), identity(event), identity(event)];
    const ann = await Phone.join(app.url, a);
    await Phone.join(app.url, b);
    LastWord.throws = true;
    await Phone.join(app.url, c);
    LastWord.throws = false;
    ann.room.send("answer", "x");
    await until("the hook's word", () => ann.sees(a.device_id)?.score === 7);
    const room = app.room(event) as unknown as LastWord;
    const entry = room.state.participants.get(b.device_id);
    if (entry !== undefined) entry.score = 9;
    room.participants.kick(c.device_id);
    await app.close();
    await start(LastWord);
    const observer = await Phone.join(app.url, { event_id: event, role: "observer" });
    expect(observer.sees(a.device_id)?.score).to.equal(7);
    expect(observer.sees(b.device_id)?.score).to.equal(9);
    expect(await matchmake(app.url, c)).to.include({ code: 403 });
  });

  it("[D6] [S16] a new seat inherits nothing of the last one, in the store either", async () => {
    await start();
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    for (const text of ["a", "b"]) phone.room.send("answer", text);
    await until("the score", () => phone.sees(me.device_id)?.score === 2);
    const leaving = phone.room.leave();
    await matchmake(app.url, me).then(({ reservation }) => new RawClient(app.url, reservation as never));
    await leaving;
    const again = await Phone.join(app.url, me);
    await until("a new seat", () => again.sees(me.device_id)?.score === 0);
    again.room.reconnection.enabled = false;
    await app.close();
    await start();
    const observer = await Phone.join(app.url, { event_id: event, role: "observer" });
    expect(observer.sees(me.device_id)?.score).to.equal(0);
  });

  it("[D10] a closed event stays closed and a kicked device kicked", async () => {
    await start();
    const [open, closed] = [newEvent(), newEvent()];
    const [a, b, c] = [identity(open), identity(open), identity(closed)];
    const ann = await Phone.join(app.url, a);
    await Phone.join(app.url, b);
    await Phone.join(app.url, c);
    app.room(open)?.participants.kick(b.device_id);
    await ann.hears("participant_left", b.device_id);
    await app.room(closed)?.closeEvent();
    await app.close();
    await start();
    expect(await matchmake(app.url, b)).to.include({ code: 403 });
    expect(await matchmake(app.url, c)).to.include({ code: 410 });
    await until("ann is back", () => ann.reconnections === 1);
  });

  it("[D13] after a deploy with another schema an SDK must join again, and may", async () => {
    await start();
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    await app.close();
    await start(OtherRoom);
    await until("refused", () => phone.closedWith === 4003);
    const again = await Phone.join(app.url, me);
    await again.hears("participant_reconnected", me.device_id);
    expect(again.sees(me.device_id)).to.include({ points: 0 });
  });

  it("[D11] an event without anyone is deleted from the store when its retention is over", async () => {
    class ShortRoom extends EventRoom {
      override seatReservationTimeout = 1;
    }
    await start(ShortRoom, { eventRetentionMs: 1000 });
    const event = newEvent();
    const phone = await Phone.join(app.url, identity(event));
    phone.room.leave();
    await until("the room has gone", () => app.room(event) === undefined, 8000);
    await app.close();
    const store = new SqliteStore(file());
    await store.open();
    expect(await store.eventIds()).to.deep.equal([]);
    await store.close();
    await start(ShortRoom, { eventRetentionMs: 1000 });
  });

  it("[P11] what a host added to a grace is kept", async () => {
    await start(EventRoom, { gracePeriodMs: 4000 });
    const event = newEvent();
    const [me, witness] = [identity(event), { event_id: event, role: "observer" }];
    const phone = await Phone.join(app.url, me);
    const observer = await Phone.join(app.url, witness);
    phone.drop();
    await observer.hears("participant_temporarily_disconnected", me.device_id);
    app.room(event)?.participants.extendGrace(me.device_id, 60_000);
    await until(
      "the state says so",
      () => Number(observer.sees(me.device_id)?.grace_expires_at) > now() + 50_000,
    );
    await app.close();
    await start(EventRoom, { gracePeriodMs: 4000 });
    const later = await Phone.join(app.url, witness);
    expect(Number(later.sees(me.device_id)?.grace_expires_at)).to.be.within(now() + 50_000, now() + 64_000);
  });

  it("[D3] remaining grace is what the last owner left, and time without an owner is charged to nobody", async () => {
    const store = new SqliteStore(file());
    await store.open();
    const event = newEvent();
    const at = Date.now() - 3_600_000; // an hour ago
    const away = (deviceId: string, leftMs: number) => {
      const { record } = seat(deviceId);
      const times = {
        disconnectedAt: at - 100,
        graceExpiresAt: at + leftMs,
        reason: "heartbeat_timeout" as const,
        gracePeriodMs: 4000,
      };
      return { record: { ...record, away: times }, own: null };
    };
    await store.commit([
      batch(event, { upserts: [away("soon", 1500), away("over", -500), away("odd", 999_999), here("here")] }),
    ]);
    await store.alive(at);
    await store.close();
    const startedAt = now();
    await start(EventRoom);
    const listensAt = now();
    const observer = await Phone.join(app.url, { event_id: event, role: "observer" });
    const hasLeft = (deviceId: string, leftMs: number) =>
      expect(Number(observer.sees(deviceId)?.grace_expires_at), deviceId).to.be.within(
        startedAt + leftMs - 50,
        listensAt + leftMs + 50,
      );
    hasLeft("soon", 1500);
    hasLeft("odd", 4000); // clamped to a full grace
    hasLeft("here", 4000);
    expect(observer.sees("here")).to.include({
      status: "temporarily_disconnected",
      reason: "server_restart",
    });
    expect(observer.sees("soon")).to.include({ reason: "heartbeat_timeout" });
    await until("the one whose grace was over has left", () => observer.sees("over") === undefined, 1000);
    await observer.hears("participant_left", "soon", 3000);
    expect(observer.sees("here")?.status).to.equal("temporarily_disconnected");
  });

  it("[D3] [J10] also for events that come back late, or on demand; and a return is not a new seat", async () => {
    class Slow extends SqliteStore {
      fails = 1;
      override async load(eventId: string): Promise<StoredEvent | undefined> {
        await quiet(15);
        if (eventId === "late 119" && this.fails-- > 0) throw new Error("a hiccup");
        return super.load(eventId);
      }
    }
    const before = new SqliteStore(file());
    await before.open();
    const at = Date.now() - 3_600_000;
    const away = { disconnectedAt: at, graceExpiresAt: at + 3500, reason: "connection_lost" as const };
    const stored = { own: null, record: { ...seat("a").record, away } };
    const ids = Array.from({ length: 120 }, (_, i) => `late ${i}`);
    await before.commit(ids.map((id) => batch(id, { upserts: [stored] })));
    await before.alive(at);
    await before.close();
    app = await startApp({
      store: new Slow(file()),
      config: { gracePeriodMs: 4000, joinsPerMinutePerIp: 1 },
    });
    const listensAt = now();
    const left = () => app.lines.filter((line) => line.status === "permanently_left");
    for (const id of ids.slice(-3))
      expect(await matchmake(app.url, { event_id: id, device_id: "a", session_token: "x" })).to.include({
        code: 401,
      });
    await until("they have begun to leave", () => left().length > 0, 6000);
    expect(now() - listensAt, "the first graces began at the start").to.be.greaterThan(3500 - 1500);
    await until("all have had their grace", () => left().length === ids.length, 8000);
    await app.close();
    await start();
  });

  it("[D3] a second restart takes nothing more away, and gives nothing twice", async () => {
    const [graceMs, usedMs, aliveWithinMs] = [12_000, 1500, 800]; // it notes twice a second that it lives
    await start(EventRoom, { gracePeriodMs: graceMs });
    const event = newEvent();
    const [a, b] = [identity(event), identity(event)];
    const ann = await Phone.join(app.url, a);
    ann.room.reconnection.enabled = false;
    const bob = await Phone.join(app.url, b);
    bob.drop();
    await ann.hears("participant_temporarily_disconnected", b.device_id);
    const bobsEnd = Number(ann.sees(b.device_id)?.grace_expires_at);
    // When the graces of both end; and when each run of the server began to serve, and to close.
    const runs: { startedAt: number; listensAt: number; ann: number; bob: number }[] = [];
    const closes: { closingAt: number; closedAt: number }[] = [];
    for (let k = 0; k < 3; k++) {
      await quiet(usedMs);
      const closingAt = now();
      await app.close();
      closes.push({ closingAt, closedAt: now() });
      await quiet(1500); // charged to nobody
      const startedAt = now();
      await start(EventRoom, { gracePeriodMs: graceMs });
      const listensAt = now();
      const observer = await Phone.join(app.url, { event_id: event, role: "observer" });
      const endOf = (device: string) => Number(observer.sees(device)?.grace_expires_at);
      runs.push({ startedAt, listensAt, ann: endOf(a.device_id), bob: endOf(b.device_id) });
      observer.room.reconnection.enabled = false;
    }
    const [first] = runs as [(typeof runs)[0]];
    expect(first.ann, "who was connected has a full grace").to.be.within(
      first.startedAt + graceMs - 50,
      first.listensAt + graceMs + 50,
    );
    let before = { ann: first.ann, bob: bobsEnd };
    for (const [k, { startedAt, listensAt, ann, bob }] of runs.entries()) {
      const { closingAt, closedAt } = closes[k] as (typeof closes)[0];
      const [leastMs, mostMs] = [startedAt - closedAt - 50, listensAt - closingAt + aliveWithinMs];
      expect(bob - before.bob, `run ${k}: time without a server`).to.be.within(leastMs, mostMs);
      if (k > 0) expect(ann - before.ann, `run ${k}: once`).to.be.within(leastMs, mostMs);
      before = { ann, bob };
    }
  });

  it("[D2] [E4] the token of a return by join is stored before it is given", async () => {
    const server = await startServer({ STORE_URL: `file:${file()}` });
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(server.url, me);
    phone.drop();
    await until("held", async () =>
      /status="temporarily_disconnected"} 1/.test(await (await fetch(`${server.url}/metrics`)).text()),
    );
    const raw = await RawClient.join(server.url, me, { acknowledges: false });
    await server.kill();
    const next = await startServer({ STORE_URL: `file:${file()}` });
    const back = raw.reconnect(next.url);
    await until("back", () => back.count("participant_reconnected") === 1);
    await next.kill();
    await start();
  });

  it("[D12] 5,000 stored events delay listening by at most 2 s, and come back on demand and soon after", async function () {
    this.timeout(60_000);
    const store = new SqliteStore(file());
    await store.open();
    const facts = { type: "", isClosed: false, epoch: 0, kicked: [], schema: "", own: null };
    const ids = Array.from({ length: 5000 }, (_, i) => `stored ${i}`);
    await store.commit(ids.map((id) => batch(id, { upserts: [here("a")], facts })));
    await store.alive(Date.now());
    await store.close();
    const timed = async (env: Record<string, string>) => {
      const startedAt = now();
      const server = await startServer(env);
      return { server, tookMs: now() - startedAt };
    };
    const fullEnv = { STORE_URL: `file:${file()}`, GRACE_PERIOD_MS: "60000", MAX_EVENTS: "6000" };
    const both = async () => {
      const empty = await timed({});
      await empty.server.kill();
      return { empty, full: await timed(fullEnv) };
    };
    let { empty, full } = await both();
    // Two starts are compared that each take the machine as it is: a pause of it in one of them says nothing.
    for (let again = 0; again < 2 && full.tookMs - empty.tookMs >= 2000; again++) {
      await full.server.kill();
      ({ empty, full } = await both());
    }
    try {
      console.log(
        `      listens after ${Math.round(empty.tookMs)} ms without, ${Math.round(full.tookMs)} ms with 5,000 events`,
      );
      expect(full.tookMs - empty.tookMs).to.be.lessThan(2000);
      const last = await Phone.join(full.server.url, { event_id: "stored 4999", role: "observer" });
      expect(last.sees("a")?.status).to.equal("temporarily_disconnected");
      await until(
        "all are back",
        async () => /holdfast_events 5000/.test(await (await fetch(`${full.server.url}/metrics`)).text()),
        30_000,
      );
    } finally {
      await full.server.kill();
    }
    await start();
  });
});
