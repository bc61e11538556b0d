// What an operator sees: one log line for each transition, and metrics that move with what happens.
import { expect } from "chai";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ask } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";

type Samples = ReadonlyMap<string, number>;

async function samples(url: string): Promise<Samples> {
  const { text } = await ask(url, "/metrics");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

describe("watching: the log", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 500 } });
  });
  after(() => app.close());

  /** The transitions logged for a device, in order. */
  const linesOf = (deviceId: string) =>
    app.lines.filter((line) => line.transition !== undefined && line.device_id === deviceId);
  const wordsOf = (deviceId: string) =>
    linesOf(deviceId).map(({ transition, status, reason }) =>
      [transition, status, reason].filter(Boolean).join(" "),
    );

  it("[W3] join, drop, return and consented leave are one line each, with ids and no more", async () => {
    const me = { ...identity(), user_id: "ann" };
    const phone = await Phone.join(app.url, me);
    phone.drop({ reconnect: true });
    await until("back", () => phone.reconnections > 0);
    await phone.hears("participant_reconnected", me.device_id);
    await phone.room.leave();
    await until("left", () => linesOf(me.device_id).length >= 4);
    expect(wordsOf(me.device_id)).to.deep.equal([
      "join connected",
      "drop temporarily_disconnected connection_lost",
      "return_completed connected",
      "leave permanently_left consented",
    ]);
    for (const line of linesOf(me.device_id)) {
      expect(line).to.include({ event_id: me.event_id, user_id: "ann", level: 30 });
      expect(line.time).to.be.a("number");
      const known = [
        "level",
        "time",
        "transition",
        "event_id",
        "device_id",
        "user_id",
        "status",
        "reason",
        "grace_expires_at",
      ];
      expect(Object.keys(line).filter((key) => !known.includes(key))).to.deep.equal([]);
    }
    expect(linesOf(me.device_id)[1]?.grace_expires_at).to.be.a("number");
  });

  it("[W3] expiry, kick and the event's end too", async () => {
    const event = newEvent();
    const [late, kicked, last] = [identity(event), identity(event), identity(event)];
    const phones = [];
    for (const each of [late, kicked, last]) phones.push(await Phone.join(app.url, each));
    phones[0]?.drop();
    await until("expired", () => wordsOf(late.device_id).length === 3);
    app.room(event)?.participants.kick(kicked.device_id);
    await app.room(event)?.closeEvent();
    await until("closed", () => wordsOf(last.device_id).length === 2);
    expect(wordsOf(late.device_id).at(-1)).to.equal("tick permanently_left grace_expired");
    expect(wordsOf(kicked.device_id)).to.deep.equal(["join connected", "kick permanently_left kicked"]);
    expect(wordsOf(last.device_id).at(-1)).to.equal("close_event permanently_left event_closed");
  });

  it("[W3] heartbeats and refused joins are no transitions; a refusal has its own line, with code and why", async () => {
    const me = identity();
    const phone = await Phone.join(app.url, me);
    for (let i = 0; i < 3; i++) phone.room.send("heartbeat");
    await until(
      "acknowledged",
      () => phone.heard.filter(({ type }) => type === "heartbeat_ack").length === 3,
    );
    await matchmake(app.url, { ...me, session_token: "wrong" });
    expect(wordsOf(me.device_id)).to.deep.equal(["join connected"]);
    const refusal = app.lines.find(({ refused, device_id }) => refused === 401 && device_id === me.device_id);
    expect(refusal).to.include({
      event_id: me.event_id,
      why: "The session token is not the one that claimed this seat",
    });
  });
});

describe("watching: the metrics", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({
      config: { gracePeriodMs: 700, heartbeatIntervalMs: 100, heartbeatTimeoutMs: 400 },
    });
  });
  after(() => app.close());

  it("[W4] participants by status, sockets and events follow what is there", async () => {
    const event = newEvent();
    const before = await samples(app.url);
    const [ann, bob] = [
      await Phone.join(app.url, identity(event)),
      await Phone.join(app.url, identity(event)),
    ];
    await Phone.join(app.url, { event_id: event, role: "observer" });
    const change = async (name: string) =>
      ((await samples(app.url)).get(name) ?? 0) - (before.get(name) ?? 0);
    const connected = 'holdfast_participants{status="connected"}';
    const away = 'holdfast_participants{status="temporarily_disconnected"}';
    expect([await change(connected), await change(away)]).to.deep.equal([2, 0]);
    expect([await change("holdfast_sockets"), await change("holdfast_events")]).to.deep.equal([3, 1]);
    bob.drop();
    await until("away", async () => (await change(away)) === 1);
    expect([await change(connected), await change("holdfast_sockets")]).to.deep.equal([1, 2]);
    await until("expired", async () => (await change(away)) === 0);
    expect(await change(connected)).to.equal(1);
    ann.room.leave();
    await until("left", async () => (await change(connected)) === 0);
    await until("told", async () => (await change('holdfast_leaves_total{reason="consented"}')) === 1);
  });

  it("[W4] joins, disconnects by reason, returns by reason and path, leaves and expiries are counted", async () => {
    const before = await samples(app.url);
    const event = newEvent();
    const ids = Array.from({ length: 5 }, () => identity(event));
    const [byToken, byJoin, beater, leaver, lost] = await Promise.all(
      ids.map((id) => Phone.join(app.url, id)),
    );
    byToken?.drop({ reconnect: true });
    await until("reconnected", () => byToken?.reconnections === 1);
    byJoin?.drop();
    await byToken?.hears("participant_temporarily_disconnected", ids[1]?.device_id as string);
    const again = await Phone.join(app.url, ids[1] ?? {});
    await again.hears("participant_reconnected", ids[1]?.device_id as string);
    if (beater !== undefined) beater.room.reconnection.enabled = false;
    beater?.room.send("heartbeat"); // and then nothing more
    await byToken?.hears("participant_left", ids[2]?.device_id as string);
    leaver?.room.leave();
    await byToken?.hears("participant_left", ids[3]?.device_id as string);
    lost?.drop();
    await byToken?.hears("participant_left", ids[4]?.device_id as string);
    app.room(event)?.participants.kick(ids[1]?.device_id as string);
    await byToken?.hears("participant_left", ids[1]?.device_id as string);
    const after = await samples(app.url);
    const moved = Object.fromEntries(
      [...after]
        .map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const)
        .filter(([name, value]) => value !== 0 && /^holdfast_\w+_total/.test(name)),
    );
    expect(moved).to.deep.equal({
      holdfast_joins_total: 5,
      'holdfast_disconnects_total{reason="connection_lost"}': 3,
      'holdfast_disconnects_total{reason="heartbeat_timeout"}': 1,
      'holdfast_returns_total{reason="connection_lost",path="reconnection"}': 1,
      'holdfast_returns_total{reason="connection_lost",path="join"}': 1,
      'holdfast_leaves_total{reason="grace_expired"}': 2,
      'holdfast_leaves_total{reason="consented"}': 1,
      'holdfast_leaves_total{reason="kicked"}': 1,
      holdfast_grace_expiries_total: 2,
    });
    for (const [histogram, least] of [
      ["detection_seconds", 3],
      ["return_seconds", 2],
      ["away_seconds", 2],
    ] as const) {
      const name = `holdfast_${histogram}`;
      const counted = (after.get(`${name}_count`) ?? 0) - (before.get(`${name}_count`) ?? 0);
      expect(counted, histogram).to.be.at.least(least);
      expect(after.get(`${name}_sum`), histogram).to.be.within(0, 60);
    }
  });

  it("[W4] a takeover of a live seat is a return without a drop", async () => {
    const me = identity();
    await Phone.join(app.url, me);
    const name = 'holdfast_returns_total{reason="none",path="join"}';
    const before = (await samples(app.url)).get(name) ?? 0;
    const second = await Phone.join(app.url, me);
    await second.hears("participant_reconnected", me.device_id);
    expect((await samples(app.url)).get(name)).to.equal(before + 1);
  });

  it("[W4] refused joins are counted by code, once each", async () => {
    const me = identity();
    const phone = await RawClient.join(app.url, me);
    const count = async (code: number) =>
      (await samples(app.url)).get(`holdfast_refused_joins_total{code="${code}"}`) ?? 0;
    const kinds: [number, () => Promise<unknown>][] = [
      [400, () => matchmake(app.url, { event_id: "e" })],
      [401, () => matchmake(app.url, { ...me, session_token: "wrong" })],
      [403, () => matchmake(app.url, { ...me, user_id: "another" })],
      [400, () => matchmake(app.url, me, { room: "nope" })],
      [400, () => matchmake(app.url, me, { method: "create" })],
      [
        401,
        () =>
          matchmake(app.url, { reconnectionToken: "A".repeat(32) }, { method: "reconnect", room: "nope" }),
      ],
    ];
    for (const [code, join] of kinds) {
      const before = await count(code);
      await join();
      expect(await count(code), String(code)).to.equal(before + 1);
    }
    phone.socket.terminate();
  });

  it("[W4] the event loop's lag and the memory are there, and no label holds an id", async () => {
    const me = identity();
    await Phone.join(app.url, me);
    const names = [...(await samples(app.url)).keys()];
    expect(names).to.include.members(["nodejs_eventloop_lag_p99_seconds", "process_resident_memory_bytes"]);
    const labels = new Set(names.flatMap((name) => [...name.matchAll(/(\w+)="/g)].map((match) => match[1])));
    const known = [
      "reason",
      "path",
      "code",
      "status",
      "where",
      "le",
      "type",
      "kind",
      "space",
      "quantile",
      "version",
      "major",
      "minor",
      "patch",
    ];
    expect([...labels].filter((label) => !known.includes(label as string))).to.deep.equal([]);
    expect(names.join("\n")).to.not.contain(me.device_id).and.not.contain(me.event_id);
  });
});
