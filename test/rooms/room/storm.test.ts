// A storm of joins at a real server: stock SDKs, raw requests and our own client, with a rate that is low.
import "../../../harness/clients/use-ws.ts"; // before the SDK
import { request as send } from "node:http";
import { connect } from "node:net";
import { expect } from "chai";
import { joinEvent } from "../../../src/client/index.ts";
import type { EventSession } from "../../../src/client/types/index.ts";
import { Verifier } from "../../../src/identity/verifier.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ask, askToJoin, type HttpAnswer, refused, refusedBy } from "../../../harness/clients/http.ts";
import { type JoinOptions, identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { onSteadyMachine } from "../../../harness/steady.ts";
import { quiet, until } from "../../../harness/wait.ts";

/** A socket that asks for an upgrade, and is not read. */
function upgrading(port: number, path: string) {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  return socket;
}

describe("a storm of joins", function () {
  this.timeout(30_000);
  let app: TestApp;
  let stopLoad = () => {};
  const sessions: EventSession[] = [];
  afterEach(async () => {
    stopLoad();
    for (const session of sessions.splice(0)) await session.leave();
    await app.close();
  });

  const begin = async (config: NonNullable<Parameters<typeof startApp>[0]>["config"]) => {
    app = await startApp({ config: { gracePeriodMs: 10_000, ...config } });
  };
  const metric = async (name: string): Promise<number> => {
    const text = await app.watch.metrics.registry.metrics();
    return Number(new RegExp(`^holdfast_admission_${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  const waiting = (count: number) =>
    until(`${count} waiting`, async () => (await metric("waiting")) === count, 3000);
  /** Takes until the rate has nothing to remember. */
  const calm = async () => {
    const at = performance.now();
    await until("calm", () => performance.now() - at > 1050);
  };
  const held = async (event: string, deviceId: string) =>
    until("noticed", () => (app.room(event)?.participants.graceRemainingMs(deviceId) ?? 0) > 0);

  /** A join whose client can go away. */
  function abortable(options: JoinOptions) {
    const body = JSON.stringify(options);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const request = send(`${app.url}/matchmake/joinOrCreate/event`, {
      method: "POST",
      headers,
      agent: false,
    });
    request.on("error", () => {});
    request.end(body);
    return request;
  }

  /** Each answer's name, in the order in which they came. */
  function order() {
    const names: string[] = [];
    const note = (name: string, answer: Promise<HttpAnswer>) =>
      answer.then((got) => {
        expect(got.status, `${name}: ${got.text}`).to.equal(200);
        names.push(name);
      });
    return { names, note };
  }

  it("[Q1] stock SDKs within the rate see nothing of it, and nobody had to wait", async () => {
    await begin({ joinsPerSecond: 200 });
    const event = newEvent();
    const phones = await Promise.all(Array.from({ length: 40 }, () => Phone.join(app.url, identity(event))));
    expect(phones.length).to.equal(40);
    const token = phones[0]?.room.reconnectionToken as string;
    phones[0]?.drop();
    await Phone.reconnect(app.url, token);
    expect([await metric("delayed_total"), await metric("refused_total")]).to.deep.equal([0, 0]);
  });

  it("[Q1] without a rate 400 joins at once are answered as ever", async () => {
    await begin({});
    const event = newEvent();
    const answers = await Promise.all(Array.from({ length: 400 }, () => askToJoin(app.url, identity(event))));
    expect(answers.filter(({ status }) => status !== 200)).to.deep.equal([]);
    expect([await metric("delayed_total"), await metric("refused_total")]).to.deep.equal([0, 0]);
  });

  it("[Q2] beyond the rate a stock SDK's join waits, and it sees only that", async () => {
    await begin({ joinsPerSecond: 4 });
    const event = newEvent();
    const phones = await Promise.all(Array.from({ length: 6 }, () => Phone.join(app.url, identity(event))));
    expect(phones.length).to.equal(6);
    expect([await metric("delayed_total"), await metric("refused_total")]).to.deep.equal([4, 0]);
  });

  it("[Q2] returns of all kinds go in before the joins that waited when they came", async () => {
    await begin({ joinsPerSecond: 5 });
    const event = newEvent();
    const [ann, bob] = [identity(event), identity(event)];
    const [phone, other] = [await Phone.join(app.url, ann), await Phone.join(app.url, bob)];
    const raw = await RawClient.join(app.url, identity(event));
    const token = other?.room.reconnectionToken as string;
    await calm();
    for (const dropped of [phone, other]) dropped.drop();
    raw.socket.terminate();
    await Promise.all([held(event, ann.device_id), held(event, bob.device_id)]);
    const { names, note } = order();
    const joins = Array.from({ length: 9 }, (_, i) => note(`join ${i}`, askToJoin(app.url, identity(event))));
    // On a busy machine some have had their turn before the last one is here.
    await until("joins that wait", async () => (await metric("waiting")) >= 5);
    const before = names.length;
    const isBack = raw.reconnect(app.url);
    await Promise.all([
      note("return by join", askToJoin(app.url, ann)),
      Phone.reconnect(app.url, token).then(() => names.push("return by token")),
      until("the raw one is back", () => isBack.token ?? isBack.closedWith).then(() =>
        names.push("return by socket"),
      ),
    ]);
    expect(isBack.closedWith).to.equal(undefined);
    const joined = names.filter((name) => name.startsWith("join"));
    // A join may have had its turn while the returns were on their way.
    expect(joined.length, names.join(", ")).to.be.at.most(before + 2);
    await Promise.all(joins);
    expect(names.length).to.equal(12);
    expect(names.filter((name) => name.startsWith("join"))).to.deep.equal(
      Array.from({ length: 9 }, (_, i) => `join ${i}`),
    );
  });

  it("[Q3] a return that asks over HTTP first counts once; a wrong token takes nobody's turn", async () => {
    await begin({ joinsPerSecond: 1 });
    const event = newEvent();
    const ann = identity(event);
    const phone = await Phone.join(app.url, ann);
    const token = phone.room.reconnectionToken;
    phone.drop();
    await calm();
    const back = await Phone.reconnect(app.url, token);
    await back.hears("participant_reconnected", ann.device_id);
    expect(await metric("delayed_total")).to.equal(0);
    await calm();
    const { sessionId, roomId } = back.room;
    for (let i = 0; i < 3; i++) {
      const stranger = new RawClient(
        app.url,
        { sessionId, roomId, processId: "p" },
        { reconnectionToken: "A".repeat(22) },
      );
      await until("refused", () => stranger.closedWith);
    }
    expect((await askToJoin(app.url, identity(event))).status).to.equal(200);
    expect(await metric("delayed_total")).to.equal(0);
  });

  it("[Q3] a seat waits with its return, beyond its deadline: of a join, and of a socket", async () => {
    await begin({ joinsPerSecond: 1, gracePeriodMs: 1200 });
    const event = newEvent();
    const [ann, bob] = [identity(event), identity(event)];
    const phone = await Phone.join(app.url, ann);
    const raw = await RawClient.join(app.url, bob);
    const witness = await Phone.join(app.url, { event_id: event, role: "observer" });
    await calm();
    const before = await metric("delayed_total");
    for (const socket of [phone.socket, raw.socket]) socket.terminate();
    phone.room.reconnection.enabled = false;
    await Promise.all([held(event, ann.device_id), held(event, bob.device_id)]);
    await until("the seats are about to expire", () => {
      const leftMs = app.room(event)?.participants.graceRemainingMs(bob.device_id);
      return leftMs !== undefined && leftMs < 250;
    });
    expect((await askToJoin(app.url, identity(event))).status).to.equal(200); // who returns now has to wait
    const back = raw.reconnect(app.url);
    await Phone.join(app.url, ann);
    await until("bob is in", () => back.token ?? back.closedWith);
    expect(back.closedWith).to.equal(undefined);
    expect((await metric("delayed_total")) - before).to.equal(2);
    for (const { device_id } of [ann, bob]) {
      await witness.hears("participant_reconnected", device_id);
      expect(witness.story(device_id)).to.not.include("participant_left{grace_expired}");
    }
  });

  it("[Q4] a join that would wait too long is refused with a hint, as an SDK shows it; our client obeys and gets in", async () => {
    await begin({ joinsPerSecond: 1 });
    const event = newEvent();
    const inFront = Array.from({ length: 3 }, () => askToJoin(app.url, identity(event)));
    await waiting(2);
    const session = joinEvent({ url: app.url, eventId: event, storage: new FakeStorage(), deviceId: "ours" });
    sessions.push(session);
    const mine = () =>
      app.lines.filter((line) => line.device_id === "ours") as { time: number; why?: string }[];
    const [refusal] = await until("refused", () => mine()[0]?.why !== undefined && mine());
    const hintMs = Number(/retry in (\d+) ms/.exec(refusal?.why ?? "")?.[1]);
    expect(hintMs).to.be.at.least(1000);
    const { code, message } = await refused(Phone.join(app.url, identity(event)));
    expect(code).to.equal(503);
    expect(message).to.match(/^Too many are joining just now; retry in \d+ ms$/);
    expect(await metric("refused_total")).to.equal(2);
    await session.joined();
    const [, second] = mine();
    expect((second?.time as number) - (refusal?.time as number)).to.be.at.least(hintMs);
    expect(session.state.status).to.equal("connected");
    for (const { status } of await Promise.all(inFront)) expect(status).to.equal(200);
  });

  it("[Q5] a loop that is late lets returns in at once, and joins one after the other; all get in", async () => {
    await begin({});
    const event = newEvent();
    const ann = identity(event);
    const phone = await Phone.join(app.url, ann);
    phone.drop();
    await held(event, ann.device_id);
    // Connections are accepted one in a turn: those of the storm are there already.
    await Promise.all(Array.from({ length: 90 }, () => ask(app.url, "/healthz")));
    stopLoad = keepBusy(400);
    const { names, note } = order();
    const joins: Promise<unknown>[] = [];
    await until("the loop is late", async () => {
      for (const one of [identity(event), identity(event)]) joins.push(note("join", askToJoin(app.url, one)));
      return (await metric("delayed_total")) > 0;
    });
    for (let i = 0; i < 70; i++) joins.push(note("join", askToJoin(app.url, identity(event))));
    await note("return", askToJoin(app.url, ann));
    const { length } = names;
    await Promise.all(joins);
    expect(length, names.join(" ")).to.be.below(names.length - 10);
    expect(await metric("refused_total")).to.equal(0);
    stopLoad();
    const delayed = await metric("delayed_total");
    await until("the loop is on time", async () => {
      const answer = await askToJoin(app.url, identity(event));
      return answer.status === 200 && (await metric("waiting")) === 0;
    });
    await calm();
    const last = await metric("delayed_total");
    expect(last).to.be.at.least(delayed);
    await Phone.join(app.url, identity(event));
    expect(await metric("delayed_total")).to.equal(last);
  });

  it("[Q6] a client that goes while it waits frees its place, and has not used up its address's budget", async () => {
    await begin({ joinsPerSecond: 1, joinsPerMinutePerIp: 2 });
    const event = newEvent();
    expect((await askToJoin(app.url, identity(event))).status).to.equal(200);
    for (let i = 0; i < 3; i++) {
      const leaving = abortable(identity(event));
      await waiting(1);
      leaving.destroy();
      await waiting(0);
    }
    expect((await askToJoin(app.url, identity(event))).status, "the budget is two").to.equal(200);
    expect(refusedBy(await askToJoin(app.url, identity(event))).code).to.equal(429);
    const refusals = app.lines.filter((line) => line.refused !== undefined);
    expect(refusals.map((line) => line.refused)).to.deep.equal([429]);
  });

  it("[Q6] a socket that goes while it waits frees its place at once, however it goes", async () => {
    await begin({ joinsPerSecond: 1 });
    const event = newEvent();
    const raw = await RawClient.join(app.url, identity(event));
    raw.socket.terminate();
    const { roomId, sessionId } = raw.reservation;
    const goes = async (how: "end" | "resetAndDestroy") => {
      await quiet(1500);
      expect((await askToJoin(app.url, identity(event))).status).to.equal(200); // this second's turn
      const socket = upgrading(
        app.port,
        `/p/${roomId}?sessionId=${sessionId}&reconnectionToken=${raw.token}`,
      );
      await waiting(1);
      socket[how]();
      const goneAt = performance.now();
      await waiting(0);
      expect(performance.now() - goneAt, how).to.be.below(400); // its turn would come later
    };
    for (const how of ["end", "resetAndDestroy"] as const) await onSteadyMachine(() => goes(how), 100);
  });

  it("[Q6] a client that has gone before it reached the queue does not wait there", async () => {
    await begin({ joinsPerSecond: 1 });
    const event = newEvent();
    expect((await askToJoin(app.url, identity(event))).status).to.equal(200);
    const { claim } = Verifier.prototype;
    let asked = 0;
    Verifier.prototype.claim = async function (...request) {
      asked += 1;
      await quiet(150);
      return claim.apply(this, request);
    };
    const leaving = abortable(identity(event));
    await until("its proof is looked at", () => asked === 1);
    leaving.destroy();
    await quiet(200);
    Verifier.prototype.claim = claim;
    expect(await metric("waiting")).to.equal(0);
  });

  it("[Q6] who is refused by the join queue has not used up its address's budget", async () => {
    await begin({ joinsPerSecond: 1, joinsPerMinutePerIp: 4 });
    const event = newEvent();
    const joins = Array.from({ length: 3 }, () => askToJoin(app.url, identity(event)));
    await waiting(2);
    for (let i = 0; i < 5; i++)
      expect(refusedBy(await askToJoin(app.url, identity(event))).code).to.equal(503);
    for (const { status } of await Promise.all(joins)) expect(status).to.equal(200);
    expect((await askToJoin(app.url, identity(event))).status).to.equal(200);
    expect(refusedBy(await askToJoin(app.url, identity(event))).code).to.equal(429);
  });

  it("[Q6] what is refused for another reason is refused at once, while others wait", async () => {
    await begin({ joinsPerSecond: 1, maxParticipants: 1 });
    const [full, event] = [newEvent(), newEvent()];
    const ann = identity(full);
    await RawClient.join(app.url, ann);
    const waits = [askToJoin(app.url, identity(event)), askToJoin(app.url, identity(event))];
    await waiting(2);
    const codes = [
      refusedBy(await askToJoin(app.url, identity(full))).code,
      refusedBy(await askToJoin(app.url, { ...ann, session_token: "another" })).code,
      refusedBy(await askToJoin(app.url, { event_id: event })).code,
    ];
    expect(codes).to.deep.equal([409, 401, 400]);
    expect(await metric("waiting"), "both still wait").to.be.at.least(1);
    await Promise.all(waits);
  });

  it("[Q6] a drain answers all who wait at once, with its own sentence", async () => {
    await begin({ joinsPerSecond: 1 });
    const event = newEvent();
    const ann = identity(event);
    const raw = await RawClient.join(app.url, ann);
    const joins = Array.from({ length: 2 }, () => askToJoin(app.url, identity(event)));
    await waiting(2);
    raw.socket.terminate();
    const back = raw.reconnect(app.url);
    await waiting(3);
    app.drain();
    for (const answer of await Promise.all(joins))
      expect(refusedBy(answer)).to.deep.equal({
        code: 503,
        message: "The server is restarting; retry in 1000 ms",
      });
    expect(await until("turned away", () => back.closedWith)).to.equal(1006);
    expect(await metric("waiting")).to.equal(0);
  });

  it("[Q7] the metrics say how many wait, had to wait and were refused", async () => {
    await begin({ joinsPerSecond: 1 });
    const event = newEvent();
    const joins = Array.from({ length: 3 }, () => askToJoin(app.url, identity(event)));
    await waiting(2);
    expect((await askToJoin(app.url, identity(event))).status).to.equal(503);
    expect([await metric("delayed_total"), await metric("refused_total")]).to.deep.equal([2, 1]);
    await Promise.all(joins);
    expect(await metric("waiting")).to.equal(0);
    const { text } = await ask(app.url, "/metrics");
    expect(text).to.match(/^holdfast_refused_joins_total\{code="503"\} 1$/m);
  });
});

/** Blocks the event loop for `ms` in each of its turns; returns what ends it. */
function keepBusy(ms: number): () => void {
  let isOver = false;
  const turn = () => {
    if (isOver) return;
    const until = performance.now() + ms;
    while (performance.now() < until);
    setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOver = true;
  };
}
