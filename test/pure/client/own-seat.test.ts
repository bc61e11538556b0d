// What a device says of its seat while it is away, and when its page is loaded again without a network.
import { expect } from "chai";
import type { SessionState } from "../../../src/client/types/index.ts";
import { FakeBrowser, FakeEnvironment } from "../../../harness/clients/fakes/fake-environment.ts";
import { connected, type Rig, rigged } from "../../../harness/clients/fakes/fake-session.ts";
import { stateOf } from "../../../harness/clients/fakes/fake-server.ts";

const key = "holdfast:seat:e:me";

/** The page is loaded again, with the same storage and nobody who answers. */
function reloaded(before: Rig, options: Parameters<typeof rigged>[0] = {}): Rig {
  const { environment } = before;
  environment.unload();
  return rigged(options, (server) => void (server.isSilent = true), environment);
}

/** A page that is killed, or left: what it has in its storage is all that is left of it. */
async function left(browser = new FakeBrowser()): Promise<Rig> {
  const rig = await connected({}, undefined, new FakeEnvironment(browser));
  await rig.environment.advance(12_000);
  await rig.environment.signal("suspended");
  return rig;
}

const note = (rig: Rig): Record<string, unknown> =>
  JSON.parse(rig.environment.browser.storage.items.get(key) ?? "{}") as Record<string, unknown>;

describe("what a device says of its seat while it is away", () => {
  it("[C31] an outage began when something last came in, however the connection ended; a close frame is a word", async () => {
    for (const [code, silentMs] of [
      [1006, 2050],
      [1015, 2050],
      [4010, 0],
      [1001, 0],
    ] as const) {
      const { environment, server, session } = await connected();
      environment.hidden = true;
      await environment.advance(10_050); // a beat has just been answered
      const before = session.lastReceivedAt ?? 0;
      server.isSilent = true;
      await environment.advance(2000);
      server.last.close(code);
      const { outage, keptSeat } = session.state;
      expect((outage?.since ?? 0) - before, String(code)).to.be.closeTo(2050 - silentMs, 100);
      expect(keptSeat?.since).to.equal(outage?.since);
      expect(outage?.seatUntil).to.equal((outage?.since ?? 0) + 30_000);
      expect(keptSeat).to.include({ atLeastUntil: outage?.seatUntil, joinedAt: 1000 });
      expect(keptSeat).not.to.have.property("deadline");
    }
  });

  it("[C33] what came last was sent a round trip ago at the most: the seat is surely kept for that much less", async () => {
    const { environment, server, session } = await connected();
    server.isSilent = true;
    await environment.advance(4000); // it is asked after 3 s
    server.last.message("heartbeat_ack", { server_time: session.serverNow() - 500 });
    server.last.close(1006);
    const { keptSeat } = session.state;
    expect((keptSeat?.atLeastUntil ?? 0) - (keptSeat?.since ?? 0)).to.be.closeTo(29_000, 20);
  });

  it("[C33] once the server has said until when, it is that, everywhere; what was sure before is no more", async () => {
    const { environment, server, session } = await connected();
    const states: SessionState[] = [];
    session.on("status", (state) => states.push(state));
    server.isSilent = true;
    server.last.close(1006);
    await environment.advance(3000);
    const until = session.serverNow() + 20_000;
    server.isSilent = false;
    server.resume = () => ({});
    server.onDial = (connection) => {
      connection.accept();
      connection.state(stateOf([["me", { status: "temporarily_disconnected", grace_expires_at: until }]]));
    };
    server.isOld = true; // nobody says yet what was missed
    await environment.advance(2500);
    expect(session.state.keptSeat).to.include({ deadline: until, atLeastUntil: until });
    expect(session.state.outage?.seatUntil).to.equal(until);
    expect(states.filter(({ keptSeat }) => keptSeat?.deadline === until)).not.to.deep.equal([]);
  });

  it("[C33] a server that stops, or cannot reach its store, charges no time; the client says so", async () => {
    for (const reason of ["draining", "suspended"] as const) {
      const { environment, session, server } = await connected({}, (fake) => {
        fake.onDial = (connection) =>
          fake.connections.length === 1
            ? fake.letIn(connection)
            : connection.fail({ type: "refused", code: 503, sentence: "later", reason, retryAfterMs: 500 });
      });
      server.last.close(1006);
      expect(session.state.keptSeat).not.to.have.property("deadline");
      await environment.advance(3000);
      expect(session.state.keptSeat?.deadline).to.equal("paused");
      expect(session.state.keptSeat?.atLeastUntil).to.equal(session.state.outage?.seatUntil);
    }
    for (const word of ["server_stops", undefined]) {
      const { server, session } = await connected();
      if (word !== undefined) server.last.message(word, undefined);
      server.last.close(word === undefined ? 4001 : 4010);
      expect(session.state.outage?.reason).to.equal("server_restart");
      expect(session.state.keptSeat?.deadline).to.equal("paused");
    }
  });

  it("[C33] an observer has no seat, also on the device of a participant", async () => {
    const { server, session, environment } = await connected({ role: "observer" });
    await environment.signal("suspended");
    expect(environment.browser.storage.items.has(key)).to.equal(false);
    await environment.signal("restored");
    await environment.advance(100);
    server.last.close(1006);
    expect(session.state).not.to.have.property("keptSeat");
    expect(session.state.outage?.seatUntil).to.be.a("number");
  });
});

describe("a page that is loaded again without a network", () => {
  it("[C34] says at once since when it is away, and until when its seat is surely kept", async () => {
    const before = await left();
    const lastAt = before.session.lastReceivedAt ?? 0;
    await before.environment.advance(7000);
    const { session, environment } = reloaded(before);
    expect(session.state).to.deep.equal({
      status: "connecting",
      keptSeat: { since: lastAt, atLeastUntil: lastAt + 30_000, joinedAt: 1000 },
    });
    expect(session.lastReceivedAt).to.equal(lastAt);
    expect(session.serverNow()).to.equal(before.session.serverNow());
    await environment.advance(1000);
    expect(session.state.keptSeat?.since).to.equal(lastAt);
  });

  it("[C34] with the server's clock, however far the device's own is from it", async () => {
    const before = await connected({}, (server) => void (server.clockOffsetMs += 3_600_000));
    await before.environment.signal("suspended");
    await before.environment.advance(5000);
    const { session } = reloaded(before);
    expect(session.serverNow() - before.environment.wallNow()).to.equal(3_600_000);
    expect((session.state.keptSeat?.atLeastUntil ?? 0) - session.serverNow()).to.be.within(24_900, 25_000);
  });

  it("[C34] a page that is killed has kept it 5 s ago at the latest; one that is left, and an outage, as it was then", async () => {
    const before = await connected();
    await before.environment.advance(31_000);
    const age = before.session.serverNow() - Number(note(before).server);
    expect(age).to.be.within(0, 5000);
    await before.environment.advance(1234);
    before.server.last.close(1006);
    const { keptSeat } = before.session.state;
    expect(note(before)).to.include({ ...keptSeat });
    before.server.isSilent = true;
    await before.environment.advance(20_000);
    expect(note(before).since, "nothing has come since").to.equal(keptSeat?.since);
  });

  it("[C34] what is kept is not written more often than every 5 s while nothing happens", async () => {
    const { environment, server } = await connected();
    server.showLife(environment, { intervalMs: 100, detectionMs: 300 });
    const { writes } = environment.browser.storage;
    await environment.advance(60_000);
    expect(environment.browser.storage.writes - writes).to.be.within(11, 13);
  });

  it("[C34] that no time is charged is remembered, too", async () => {
    const before = await connected();
    before.server.isSilent = true;
    before.server.last.close(4001);
    await before.environment.signal("suspended");
    expect(reloaded(before).session.state.keptSeat?.deadline).to.equal("paused");
  });

  it("[C34] a clock that was set back does not make the seat's time longer, one that was set on does not make it shorter than it says", async () => {
    for (const byMs of [-86_400_000, -10_000, -1]) {
      const before = await left();
      await before.environment.advance(10_000);
      before.environment.setClock(byMs);
      const { session } = reloaded(before);
      const leftMs = (session.state.keptSeat?.atLeastUntil ?? 0) - session.serverNow();
      expect(leftMs, String(byMs)).to.be.within(10_000, 20_000);
    }
  });

  it("[C34] is corrected by the server's first word, and then the seat's time is the server's", async () => {
    const before = await left();
    before.environment.setClock(3_600_000);
    const { session, server, environment } = reloaded(before);
    expect(session.serverNow()).to.be.greaterThan(
      before.environment.now() + server.clockOffsetMs + 3_000_000,
    );
    server.isSilent = false;
    await environment.advance(10_000);
    expect(session.status).to.equal("connected");
    expect(session.state).not.to.have.property("keptSeat");
    expect(session.serverNow()).to.equal(environment.now() + server.clockOffsetMs);
  });

  it("[C34] what makes no sense, or is another's, was never kept", async () => {
    const before = await left();
    const good = note(before);
    const odd: unknown[] = [
      "",
      "{",
      "null",
      "[]",
      '"seat"',
      ...["since", "atLeastUntil", "joinedAt", "server", "wall", "steady", "of"].flatMap((name) =>
        [null, "1", -1, 1e300, {}, [], undefined].map((value) => JSON.stringify({ ...good, [name]: value })),
      ),
      JSON.stringify({ ...good, atLeastUntil: Number(good.since) + 2 * 86_400_000 }),
      JSON.stringify({ ...good, since: Number(good.server) + 60_000 }),
      JSON.stringify({ ...good, of: "other:me" }),
    ];
    for (const text of odd) {
      before.environment.browser.storage.items.set(key, String(text));
      const { session } = reloaded(before);
      const { keptSeat } = session.state;
      if (keptSeat !== undefined) {
        const keptMs = keptSeat.atLeastUntil - keptSeat.since;
        expect(keptMs, String(text)).to.be.within(1, 86_400_000);
        expect(keptSeat.since, String(text)).to.be.at.most(session.serverNow());
      }
      expect(session.serverNow(), String(text)).to.be.within(0, 8.64e15);
      session.close();
    }
  });

  it("[C34] what is under our key, but of another event or device, is not ours", async () => {
    const before = await left();
    before.environment.browser.storage.items.set(key, JSON.stringify({ ...note(before), of: "other:me" }));
    expect(reloaded(before).session.state).to.deep.equal({ status: "connecting" });
  });

  it("[C34] after a day there is nothing to come back to", async () => {
    const before = await left();
    await before.environment.advance(86_400_000);
    expect(reloaded(before).session.state).to.deep.equal({ status: "connecting" });
  });

  it("[C34] who has left, was removed, or is refused has no seat; who let go, or was not answered, has", async () => {
    const ends: [string, (rig: Rig) => Promise<void>, boolean][] = [
      ["consented", async ({ session }) => session.leave(), false],
      ["kicked", async ({ server }) => server.last.close(4500), false],
      ["event_closed", async ({ server }) => server.last.close(4502), false],
      ["replaced", async ({ server }) => server.last.close(4501), true],
      ["closed", async ({ session }) => session.close(), true],
    ];
    for (const [endReason, end, isKept] of ends) {
      const rig = await connected();
      await end(rig);
      expect(rig.session.state.endReason).to.equal(endReason);
      expect(rig.environment.browser.storage.items.has(key), endReason).to.equal(isKept);
    }
    for (const [code, isKept] of [
      [404, false],
      [403, false],
      [401, true],
    ] as const) {
      const before = await left();
      const { session, environment, server } = reloaded(before);
      await environment.advance(10);
      server.last.fail({ type: "refused", code, sentence: "No" });
      await environment.advance(100);
      expect(session.state.endReason).to.equal("refused");
      expect(environment.browser.storage.items.has(key), String(code)).to.equal(isKept);
    }
  });

  it("[C34] a storage that refuses keeps nothing, and stops nothing", async () => {
    const browser = new FakeBrowser();
    browser.storage.isForbidden = true;
    const before = await left(browser);
    expect(reloaded(before).session.state).to.deep.equal({ status: "connecting" });
  });
});
