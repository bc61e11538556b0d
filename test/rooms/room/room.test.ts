// The event room over real sockets: what SPEC.md promises a stock SDK client, and the framework's traps. What needs neither
// sockets nor the SDK is in room/participants, on the test kit.
import { expect } from "chai";
import type { WebSocket } from "ws";
import { type TestApp, startApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { onSteadyMachine } from "../../../harness/steady.ts";
import { now, quiet, until } from "../../../harness/wait.ts";

const away = "participant_temporarily_disconnected{connection_lost}";
const back = "participant_reconnected";
const joined = "participant_joined";

describe("disconnect tracking: the event room", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 1500 } }); // pings every 3 s: nothing here may wait for them
  });
  after(() => app.close());

  /** A witness and a participant in an event of their own. */
  async function pair() {
    const event = newEvent();
    const me = identity(event);
    const witness = await Phone.join(app.url, identity(event));
    const phone = await Phone.join(app.url, me);
    await witness.hears(joined, me.device_id);
    return { event, me, id: me.device_id, witness, phone };
  }

  it("[S3] a drop is told with reason and deadline, and the state shows the same before the message", async () => {
    const { id, witness, phone } = await pair();
    let stateAtMessage: Record<string, unknown> | undefined;
    witness.room.onMessage("participant_temporarily_disconnected", () => {
      const seen = witness.sees(id);
      stateAtMessage = { status: seen?.status, reason: seen?.reason, expires: seen?.grace_expires_at };
    });
    const droppedAt = now();
    phone.drop();
    const expires = await until("the drop", () => stateAtMessage?.expires as number | undefined);
    expect(stateAtMessage).to.include({ status: "temporarily_disconnected", reason: "connection_lost" });
    expect(expires).to.be.within(droppedAt + 1500 - 50, droppedAt + 1500 + 250);
    expect(witness.sees(id)?.disconnected_at).to.equal(expires - 1500);
  });

  it("[E1] every message follows the state that it describes", async () => {
    const event = newEvent();
    const witness = await Phone.join(app.url, identity(event));
    const me = identity(event);
    const id = me.device_id;
    const shown: unknown[][] = [];
    witness.room.onMessage("*", (type, payload) => {
      if ((payload as { device_id?: string }).device_id === id) shown.push([type, witness.sees(id)?.status]);
    });
    const phone = await Phone.join(app.url, me);
    phone.drop({ reconnect: true });
    await until("back", () => phone.reconnections === 1);
    await phone.hears("participant_reconnected", id);
    phone.room.leave();
    await witness.hears("participant_left", id);
    expect(shown).to.deep.equal([
      ["participant_joined", "connected"],
      ["participant_temporarily_disconnected", "temporarily_disconnected"],
      ["participant_reconnected", "connected"],
      ["participant_left", undefined],
    ]);
  });

  it("[E4] the SDK's reconnection, client.reconnect and a fresh join all come back to the same seat", async () => {
    const { id, me, witness, phone } = await pair();
    const joinedAt = witness.sees(id)?.joined_at;
    phone.drop({ reconnect: true });
    await witness.hears("participant_reconnected", id);
    expect(phone.room.sessionId).to.be.a("string");

    witness.forget();
    const token = phone.room.reconnectionToken;
    phone.drop();
    await witness.hears("participant_temporarily_disconnected", id);
    const second = await Phone.reconnect(app.url, token);
    await witness.hears("participant_reconnected", id);
    await second.hears("participant_reconnected", id);

    witness.forget();
    second.drop();
    await witness.hears("participant_temporarily_disconnected", id);
    const third = await Phone.join(app.url, { ...me, display_name: "renamed" });
    await witness.hears("participant_reconnected", id);
    await third.hears("participant_reconnected", id);
    expect(witness.sees(id)).to.include({
      joined_at: joinedAt,
      status: "connected",
      display_name: "renamed",
    });
    expect(witness.story(id)).to.deep.equal([away, back]);
  });

  it("[E16] reconnection tokens are long, URL-safe, stable, and worth nothing after a takeover", async () => {
    const { me, phone, witness, id } = await pair();
    const token = phone.room.reconnectionToken.split(":")[1] as string;
    expect(token).to.match(/^[A-Za-z0-9_-]{22,64}$/);
    phone.drop({ reconnect: true });
    await witness.hears("participant_reconnected", id);
    expect(phone.room.reconnectionToken.split(":")[1]).to.equal(token);
    const old = phone.room.reconnectionToken;
    const next = await Phone.join(app.url, me);
    await until("replaced", () => phone.closedWith === 4501);
    const refusal = await Phone.reconnect(app.url, old).catch((error) => error);
    expect(refusal).to.include({ code: 401 });
    expect(next.closedWith).to.equal(undefined);
    expect(witness.sees(id)?.status).to.equal("connected");
  });

  it("[J7] a reconnection whose token was revoked meanwhile is told so with a code of the contract", async () => {
    const { me, phone } = await pair();
    const token = phone.room.reconnectionToken.split(":")[1] as string;
    const raw = await RawClient.join(app.url, me);
    const late = new RawClient(
      app.url,
      { ...raw.reservation, sessionId: phone.room.sessionId },
      { reconnectionToken: token },
    );
    await until("4003", () => late.closedWith === 4003);
    expect(late.error).to.deep.equal({
      code: 401,
      message: "The reconnection token is not valid any more; join again",
    });
  });

  it("[E5] takeover of a half-open seat, by join and by the SDK's reconnection, does not wait for pings", async () => {
    const takeOver = async (path: "join" | "reconnection") => {
      const event = newEvent();
      const me = identity(event);
      const witness = await Phone.join(app.url, identity(event));
      const proxy = await app.proxy();
      const raw = await RawClient.join(proxy.url, me);
      await witness.hears("participant_joined", me.device_id);
      proxy.strand(); // the server keeps a socket that never answers
      const startedAt = now();
      const next = path === "join" ? await RawClient.join(app.url, me) : raw.reconnect(app.url);
      await until(`back by ${path}`, () => next.count("participant_reconnected") === 1, 400);
      expect(now() - startedAt).to.be.lessThan(400);
      expect(witness.story(me.device_id)).to.deep.equal([joined]);
    };
    for (const path of ["join", "reconnection"] as const) await onSteadyMachine(() => takeOver(path), 100);
  });

  it("[S8] a takeover whose new socket never acknowledges becomes a drop dated from the close", async () => {
    const { me, id, witness, phone } = await pair();
    const closedAt = now();
    const mute = await RawClient.join(app.url, me, { acknowledges: false });
    await until("4501", () => phone.closedWith === 4501);
    mute.socket.terminate();
    const { payload } = await witness.hears("participant_temporarily_disconnected", id);
    expect(payload.grace_expires_at).to.be.within(closedAt + 1500 - 50, closedAt + 1500 + 250);
    expect((await witness.hears("participant_left", id)).payload.reason).to.equal("grace_expired");
  });

  it("[E3] a socket that dies before acknowledging is a drop like any other, also twenty times in a row", async () => {
    const event = newEvent();
    const witness = await Phone.join(app.url, identity(event));
    const me = identity(event);
    const first = await RawClient.join(app.url, me, { acknowledges: false });
    first.socket.terminate();
    const { payload } = await witness.hears("participant_temporarily_disconnected", me.device_id);
    for (let k = 0; k < 20; k++) {
      const again =
        k % 2 === 0
          ? await RawClient.join(app.url, me, { acknowledges: false })
          : first.reconnect(app.url, { acknowledges: false });
      await until("JOIN_ROOM", () => again.token);
      again.socket.terminate();
    }
    expect(witness.sees(me.device_id)?.grace_expires_at).to.equal(payload.grace_expires_at);
    const phone = await Phone.join(app.url, me);
    await phone.hears("participant_reconnected", me.device_id);
    expect(witness.story(me.device_id)).to.deep.equal([joined, away, back]);
  });

  it("[S10] an interrupted return after an acknowledged join, by the SDK's reconnection, keeps the deadline", async () => {
    const { id, witness, me, event } = await pair();
    const other = identity(event);
    const raw = await RawClient.join(app.url, other);
    await witness.hears("participant_joined", other.device_id);
    raw.socket.terminate();
    const { payload } = await witness.hears("participant_temporarily_disconnected", other.device_id);
    for (let k = 0; k < 5; k++) {
      const again = raw.reconnect(app.url, { acknowledges: false });
      await until("JOIN_ROOM", () => again.token);
      again.socket.terminate();
    }
    const left = await witness.hears("participant_left", other.device_id);
    expect(left.at).to.be.within(Number(payload.grace_expires_at), Number(payload.grace_expires_at) + 1000);
    expect(witness.story(other.device_id)).to.deep.equal([joined, away, "participant_left{grace_expired}"]);
    expect(witness.sees(id)?.status, me.device_id).to.equal("connected");
  });

  it("[E6] of overlapping reconnection attempts the newest wins and none hangs", async () => {
    const event = newEvent();
    const witness = await Phone.join(app.url, identity(event));
    const me = identity(event);
    const raw = await RawClient.join(app.url, me);
    await witness.hears("participant_joined", me.device_id);
    for (const isHalfOpen of [true, false]) {
      if (!isHalfOpen) {
        raw.socket.terminate();
        await until("away", () => witness.sees(me.device_id)?.status === "temporarily_disconnected");
      }
      const attempts = Array.from({ length: 6 }, () => raw.reconnect(app.url));
      await until(
        "all but one are closed",
        () => attempts.filter(({ closedWith }) => closedWith).length === 5,
      );
      const winner = attempts.find(({ closedWith }) => closedWith === undefined);
      await until("the winner is back", () => (winner?.count("participant_reconnected") ?? 0) > 0);
      winner?.beat();
      await until("the winner lives", () => (winner?.count("heartbeat_ack") ?? 0) > 0);
      expect(attempts.filter(({ closedWith }) => closedWith === 4501 || closedWith === 4003)).to.have.length(
        5,
      );
      Object.assign(raw, { socket: winner?.socket });
    }
    expect(witness.sees(me.device_id)?.status).to.equal("connected");
  });

  it("[E7] [J6] a kick gives no grace, closes within 1 s, and keeps the device out: live, half-open and held", async () => {
    const kicked = async (state: "live" | "half-open" | "held") => {
      const event = newEvent();
      const me = identity(event);
      const witness = await Phone.join(app.url, identity(event));
      const raw = await RawClient.join(app.url, me);
      await witness.hears("participant_joined", me.device_id);
      if (state === "half-open") raw.freeze(); // it will never answer a close
      if (state === "held") {
        raw.socket.terminate();
        await witness.hears("participant_temporarily_disconnected", me.device_id);
      }
      const sockets = app.room(event)?.clients.map(({ ref }) => ref as WebSocket) ?? [];
      const theirs = sockets.slice(1); // the first is the witness's
      expect(theirs).to.have.length(state === "held" ? 0 : 1);
      expect(app.room(event)?.participants.kick(me.device_id)).to.equal(true);
      const left = await witness.hears("participant_left", me.device_id, 350);
      expect(left.payload.reason).to.equal("kicked");
      if (state === "live") await until("4500", () => raw.closedWith === 4500, 1000);
      await until("its socket is gone", () => theirs.every((one) => one.readyState === one.CLOSED), 1000);
      expect(await matchmake(app.url, me)).to.include({ code: 403 });
      expect(witness.story(me.device_id).at(-1)).to.equal("participant_left{kicked}");
    };
    for (const state of ["live", "half-open", "held"] as const)
      await onSteadyMachine(() => kicked(state), 100);
  });

  it("[S9] a return that was admitted just before the deadline is in time, by a join and by its token over HTTP", async () => {
    const ways = await Promise.all([pair(), pair()]);
    const tokens = ways.map(({ phone }) => phone.room.reconnectionToken.split(":") as [string, string]);
    for (const { phone } of ways) phone.drop();
    const [byJoin, byToken] = ways as [(typeof ways)[0], (typeof ways)[0]];
    const deadlines = await Promise.all(
      ways.map(async ({ witness, id }) =>
        Number((await witness.hears("participant_temporarily_disconnected", id)).payload.grace_expires_at),
      ),
    );
    await until("just before the deadlines", () => now() > Math.min(...deadlines) - 60, 3000);
    const [roomId, reconnectionToken] = tokens[1] as [string, string];
    const answers = await Promise.all([
      matchmake(app.url, byJoin.me),
      matchmake(app.url, { reconnectionToken }, { method: "reconnect", room: roomId }),
    ]);
    await until("after the deadlines", () => now() > Math.max(...deadlines) + 300, 3000);
    for (const { witness, id } of ways) expect(witness.sees(id)?.status).to.equal("temporarily_disconnected");
    const raws = answers.map(
      ({ reservation }, i) =>
        new RawClient(app.url, reservation as never, i === 0 ? {} : { reconnectionToken }),
    );
    for (const [i, { witness, id }] of [byJoin, byToken].entries()) {
      await until("back", () => raws[i]?.count("participant_reconnected") === 1);
      await witness.hears("participant_reconnected", id);
      expect(witness.story(id)).to.deep.equal([joined, away, back]);
    }
  });

  it("[E16] [J7] a token of another session, however well formed, does not return to this one's seat", async () => {
    const { event, id, witness, phone } = await pair();
    const mallory = await RawClient.join(app.url, identity(event));
    const { roomId, sessionId } = phone.room;
    for (const reconnectionToken of [mallory.token as string, "A".repeat(22)]) {
      const thief = new RawClient(
        app.url,
        { ...mallory.reservation, roomId, sessionId },
        { reconnectionToken },
      );
      await until("refused", () => thief.closedWith === 4003);
      expect(thief.error?.code).to.equal(401);
      expect(thief.token).to.equal(undefined);
    }
    phone.room.send("heartbeat");
    await until("its owner is served", () => phone.heard.some(({ type }) => type === "heartbeat_ack"));
    expect(phone.closedWith).to.equal(undefined);
    expect(witness.story(id)).to.deep.equal([joined]);
    const own = phone.room.reconnectionToken;
    phone.drop();
    await Phone.reconnect(app.url, own);
    await witness.hears("participant_reconnected", id);
  });

  it("[E12] a flood closes with 4503, a bad frame with 4002, a large one with 1009; the seat stays", async () => {
    const cases: [string, number, (raw: RawClient) => void][] = [
      [
        "flood",
        4503,
        (raw) => {
          for (let i = 0; i < 400; i++) raw.beat();
        },
      ],
      ["bad msgpack", 4002, (raw) => raw.socket.send(Buffer.from([13, 0xa1, 0x78, 0xc1, 0xc1]))],
      ["too large", 1009, (raw) => raw.socket.send(Buffer.alloc(5000))],
    ];
    for (const [name, code, misbehave] of cases) {
      const event = newEvent();
      const witness = await Phone.join(app.url, identity(event));
      const me = identity(event);
      const raw = await RawClient.join(app.url, me);
      await witness.hears("participant_joined", me.device_id);
      await quiet(20);
      misbehave(raw);
      await until(
        () => `${name}: ${code}, was ${raw.closedWith}`,
        () => raw.closedWith === code,
      );
      await witness.hears("participant_temporarily_disconnected", me.device_id);
      const again = await Phone.join(app.url, me);
      await again.hears("participant_reconnected", me.device_id);
      expect(witness.story(me.device_id), name).to.deep.equal([joined, away, back]);
    }
  });

  it("[E13] an unknown message type is ignored", async () => {
    const { phone, witness, id } = await pair();
    phone.room.send("from_the_future", { x: 1 });
    phone.room.send(4711, { x: 1 });
    phone.room.sendBytes("bytes_of_the_future", new Uint8Array([1, 2, 3]));
    phone.room.send("heartbeat", { anything: "small" });
    const ack = await until("the ack", () => phone.heard.find(({ type }) => type === "heartbeat_ack"));
    expect(ack.payload.server_time).to.be.closeTo(Date.now(), 1000);
    expect(witness.story(id)).to.deep.equal([joined]);
  });

  it("[E8] [J6] closing an event tells everyone once and closes with 4502; later joins get 410", async () => {
    const { event, me, id, witness, phone } = await pair();
    const held = identity(event);
    const gone = await Phone.join(app.url, held);
    gone.drop();
    await witness.hears("participant_temporarily_disconnected", held.device_id);
    const observer = await Phone.join(app.url, { event_id: event, role: "observer" });
    const joining = Array.from({ length: 30 }, () =>
      RawClient.join(app.url, identity(event)).catch((e) => e),
    );
    await app.room(event)?.closeEvent();
    for (const each of [witness, phone, observer]) await until("4502", () => each.closedWith === 4502);
    for (const device of [id, held.device_id])
      expect(observer.story(device).filter((word) => word.startsWith("participant_left"))).to.deep.equal([
        "participant_left{event_closed}",
      ]);
    expect(await matchmake(app.url, me)).to.include({ code: 410 });
    expect(await matchmake(app.url, identity(event))).to.include({ code: 410 });
    for (const late of await Promise.all(joining)) {
      if (late instanceof RawClient) await until("closed", () => late.closedWith ?? late.error);
      else expect(String(late)).to.match(/refused: 410/);
    }
  });
});

describe("disconnect tracking: a full event room", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { maxParticipants: 2, gracePeriodMs: 1500 } });
  });
  after(() => app.close());

  it("[J5] a full event refuses new devices within 100 ms, never a return, and builds no room", async () => {
    const event = newEvent();
    const [a, b] = [identity(event), identity(event)];
    const ann = await Phone.join(app.url, a);
    const bob = await Phone.join(app.url, b);
    bob.drop(); // a held seat counts
    await ann.hears("participant_temporarily_disconnected", b.device_id);
    await onSteadyMachine(async () => {
      const startedAt = now();
      const refusal = await matchmake(app.url, identity(event));
      expect(refusal).to.include({ status: 409, code: 409, error: "The event is full" });
      expect(now() - startedAt).to.be.lessThan(100);
    }, 40);
    const again = await Phone.join(app.url, b);
    await again.hears("participant_reconnected", b.device_id);
    const { rooms } = (await (await fetch(`${app.url}/monitor/api`)).json()) as { rooms: unknown[] };
    expect(rooms).to.have.length(1);
    again.room.leave();
    await ann.hears("participant_left", b.device_id);
    const next = identity(event);
    await Phone.join(app.url, next);
    await ann.hears("participant_joined", next.device_id);
  });
});
