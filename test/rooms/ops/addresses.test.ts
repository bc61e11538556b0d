// Limits by address on a real server: whose address counts, in which form, and who is never limited.
import { expect } from "chai";
import { EventRoom } from "../../../src/holdfast.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ServerFakeClock } from "../../../harness/fake-clock.ts";
import { askToJoin, refusedBy } from "../../../harness/clients/http.ts";
import { identity, newEvent } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { quiet, until } from "../../../harness/wait.ts";

describe("limits by address", () => {
  let app: TestApp;
  const begin = async (options: Parameters<typeof startApp>[0]) => {
    app = await startApp(options);
  };
  afterEach(() => app.close());

  const statusesOf = async (
    count: number,
    headers: (i: number) => Record<string, string>,
    event = newEvent(),
  ) => {
    const statuses: number[] = [];
    for (let i = 0; i < count; i++)
      statuses.push((await askToJoin(app.url, identity(event), headers(i))).status);
    return statuses;
  };
  const forwarded = (address: string) => ({ "x-forwarded-for": address });

  it("[N4] behind a trusted proxy a /64, a changing port and a mapped address are one address each", async () => {
    await begin({ config: { trustProxy: 1, joinsPerMinutePerIp: 2 } });
    const forms: ((i: number) => string)[] = [
      () => "203.0.113.1",
      (i) => `203.0.113.7:${1000 + i}`,
      (i) => (i % 2 === 0 ? "203.0.113.9" : "::ffff:203.0.113.9"),
      (i) => `2001:db8::${i + 1}`,
      (i) => `[2001:db8:0:1::${i + 1}]:${1000 + i}`,
    ];
    for (const form of forms)
      expect(await statusesOf(4, (i) => forwarded(form(i))), form(1)).to.deep.equal([200, 200, 429, 429]);
  });

  it("[N6] what a trusted proxy says that is no address is not believed: the proxy's own counts", async () => {
    await begin({ config: { trustProxy: 1, joinsPerMinutePerIp: 2 } });
    const nonsense = ["unknown", "_hidden", "203.0.113.1.evil.example", "1, 203.0.113.300"];
    expect(await statusesOf(4, (i) => forwarded(nonsense[i] as string))).to.deep.equal([200, 200, 429, 429]);
    expect(app.lines.filter(({ msg }) => String(msg).includes("is no address"))).to.have.length(1);
    expect((await askToJoin(app.url, identity(), forwarded("203.0.113.1"))).status).to.equal(200);
  });

  it("[N5] what came through a proxy is not limited without TRUST_PROXY, and one line says so", async () => {
    await begin({ config: { joinsPerMinutePerIp: 2 } });
    const passedOn: Record<string, string>[] = [
      { "x-forwarded-for": "203.0.113.1" },
      { "x-forwarded-for": "203.0.113.1, 203.0.113.2" },
      { "x-real-ip": "203.0.113.1" },
      { forwarded: "for=203.0.113.1" },
      { via: "1.1 proxy" },
      { "x-forwarded-proto": "https" },
    ];
    expect(await statusesOf(12, (i) => passedOn[i % 6] as never)).to.deep.equal(Array(12).fill(200));
    const warnings = app.lines.filter(
      ({ level, msg }) => level === 40 && String(msg).includes("TRUST_PROXY"),
    );
    expect(warnings).to.have.length(1);
    expect(app.text()).to.not.include("203.0.113");
    expect(await statusesOf(3, () => ({})), "who comes by itself is").to.deep.equal([200, 200, 429]);
  });

  it("[N5] nor behind a trusted proxy that does not say for whom", async () => {
    await begin({ config: { trustProxy: 1, joinsPerMinutePerIp: 2 } });
    expect(await statusesOf(5, () => ({ forwarded: "for=203.0.113.1" }))).to.deep.equal(Array(5).fill(200));
    expect(app.lines.filter(({ msg }) => String(msg).includes("without X-Forwarded-For"))).to.have.length(1);
  });

  it("[N7] by default one address cannot fill the server, and keeps nobody else out", async () => {
    await begin({ config: { trustProxy: 1, maxEvents: 60 } });
    const venue = forwarded("203.0.113.1");
    const inside = newEvent();
    expect((await askToJoin(app.url, identity(inside), venue)).status).to.equal(200);
    const statuses: number[] = [];
    for (let i = 0; i < 80; i++) statuses.push((await askToJoin(app.url, identity(), venue)).status);
    expect(statuses.filter((status) => status === 200)).to.have.length(29);
    const refused = await askToJoin(app.url, identity(), venue);
    expect(refusedBy(refused).code).to.equal(429);
    expect((await askToJoin(app.url, identity(), forwarded("203.0.113.2"))).status).to.equal(200);
    expect((await askToJoin(app.url, identity(inside), venue)).status, "an open event").to.equal(200);
  });

  it("[N7] those who open an event together have opened one", async () => {
    const load = MemoryStore.prototype.load;
    class SlowStore extends MemoryStore {
      override async load(eventId: string) {
        await quiet(100); // so that they all come before the event is there
        return load.call(this, eventId);
      }
    }
    await begin({ store: new SlowStore(), config: { trustProxy: 1, eventsPerMinutePerIp: 1 } });
    const [event, venue] = [newEvent(), forwarded("203.0.113.1")];
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => askToJoin(app.url, identity(event), venue)),
    );
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(50).fill(200));
    expect((await askToJoin(app.url, identity(), venue)).status).to.equal(429);
  });

  it("[N7] an event that has ended gives its place back to its address", async () => {
    class ShortReservations extends EventRoom {
      override seatReservationTimeout = 1;
    }
    await begin({ room: ShortReservations as typeof EventRoom, config: { trustProxy: 1, maxEvents: 2 } });
    const [me, venue] = [identity(), forwarded("203.0.113.1")];
    expect((await askToJoin(app.url, me, venue)).status).to.equal(200);
    expect((await askToJoin(app.url, identity(), venue)).status).to.equal(429);
    await until("gone", () => app.room(me.event_id) === undefined);
    expect((await askToJoin(app.url, identity(), venue)).status).to.equal(200);
  });

  it("[N7] by default so many a minute", async () => {
    await begin({ config: { trustProxy: 1 } });
    const statuses: number[] = [];
    for (let i = 0; i < 130; i++)
      statuses.push((await askToJoin(app.url, identity(), forwarded(`2001:db8::${i + 1}`))).status);
    expect(statuses).to.deep.equal([...Array(120).fill(200), ...Array(10).fill(429)]);
  });

  it("[N8] who reserves and never comes is limited, and nobody who returns is", async () => {
    const clock = new ServerFakeClock();
    await begin({ clock, config: { trustProxy: 1, unusedJoinsPerMinutePerIp: 3, gracePeriodMs: 600_000 } });
    const [event, venue] = [newEvent(), forwarded("203.0.113.1")];
    const me = identity(event);
    const beat = setInterval(() => void clock.advance(1), 2);
    const come = async (device: typeof me) => {
      const { reservation } = await matchmake(app.url, device, { headers: venue });
      const phone = new RawClient(app.url, reservation as never);
      await until(
        "in",
        () => phone.token !== undefined && app.room(event)?.participants.get(device.device_id),
      );
      return phone;
    };
    const phone = await come(me);
    const others = [await come(identity(event)), await come(identity(event))];
    clearInterval(beat);
    await clock.advance(10_000); // three have come, and count for nothing
    expect(await statusesOf(3, () => venue, event)).to.deep.equal([200, 200, 200]);
    await clock.advance(5000);
    expect((await matchmake(app.url, identity(event), { headers: venue })).status).to.equal(429);
    expect((await matchmake(app.url, me, { headers: venue })).status, "a return by join").to.equal(200);
    const { roomId } = phone.reservation;
    const token = { reconnectionToken: phone.token };
    const byToken = await matchmake(app.url, token, { method: "reconnect", room: roomId, headers: venue });
    expect(byToken.status, "a return by token").to.equal(200);
    expect(
      (await matchmake(app.url, identity(event), { headers: forwarded("203.0.113.2") })).status,
    ).to.equal(200);
    await clock.advance(60_000);
    expect((await matchmake(app.url, identity(event), { headers: venue })).status).to.equal(200);
    for (const { socket } of [phone, ...others]) socket.terminate();
  });

  it("[N8] by default a venue of hundreds behind one address gets in at once", async function () {
    this.timeout(30_000);
    await begin({ config: { trustProxy: 1 } });
    const [event, venue] = [newEvent(), forwarded("203.0.113.1")];
    const answers = await Promise.all(
      Array.from({ length: 600 }, () => matchmake(app.url, identity(event), { headers: venue })),
    );
    expect(answers.filter(({ status }) => status !== 200)).to.deep.equal([]);
    const phones = answers.map(
      ({ reservation }) => new RawClient(app.url, reservation as never, { isDeaf: true }),
    );
    await until("everyone is in", () => app.room(event)?.participants.counts.connected === 600, 20_000);
    for (const { socket } of phones) socket.terminate();
  });

  it("[N9] by default nothing is limited for this machine's own clients", async () => {
    const clock = new ServerFakeClock();
    await begin({ clock, config: { unusedJoinsPerMinutePerIp: 1, eventsPerMinutePerIp: 1 } });
    for (let i = 0; i < 5; i++) {
      expect((await matchmake(app.url, identity())).status).to.equal(200);
      await clock.advance(5000);
    }
  });
});
