// What waits in the process for clients that do not read: its bounds, on a clock that is moved by hand and on real sockets.
import { expect } from "chai";
import type { WebSocket } from "ws";
import { EventRoom } from "../../../src/rooms/EventRoom.ts";
import { Backlog, backlogLimits, EventBacklog, type Reader } from "../../../src/connections/backlog.ts";
import { takenBy } from "../../../src/rooms/internals/ws.ts";
import { PresenceLog, replayBytes } from "../../../src/seats/presence-log.ts";
import { presenceResumedType, presenceResumeType } from "../../../src/protocol/session.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ServerFakeClock } from "../../../harness/fake-clock.ts";
import { ask } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

const mb = 1024 * 1024;
const deadAfterMs = 9000;

/** A socket that takes what the test says. */
class FakeReader implements Reader {
  bufferedAmount = 0;
  readonly OPEN = 1;
  readyState = 1;
  readonly _socket = { bytesWritten: 0, writableLength: 0 };
  readonly event: EventBacklog;
  readonly backlog: Backlog;
  wasCut = false;
  timesCaughtUp = 0;

  constructor(backlog: Backlog, event: EventBacklog) {
    this.backlog = backlog;
    this.event = event;
  }

  get socket(): WebSocket {
    return this as unknown as WebSocket;
  }

  /** So much is written to it, and waits. */
  fellBehind(bytes: number, isOwn = true): void {
    this._socket.bytesWritten += bytes;
    this.#waits(this.bufferedAmount + bytes);
    this.backlog.keeps(this, this.event, isOwn ? bytes : 0);
  }

  takes(bytes: number): void {
    this.#waits(Math.max(0, this.bufferedAmount - bytes));
  }

  #waits(bytes: number): void {
    this.bufferedAmount = this._socket.writableLength = bytes;
  }

  tooSlow(): void {
    this.wasCut = true;
    this.readyState = 3;
  }

  caughtUp(): void {
    this.timesCaughtUp += 1;
  }
}

function scene() {
  const clock = new ServerFakeClock();
  const backlog = new Backlog(clock, deadAfterMs, takenBy);
  const event = new EventBacklog();
  return { clock, backlog, event, reader: (of = event) => new FakeReader(backlog, of) };
}

describe("what waits for slow readers", () => {
  it("[H8] who takes it is forgotten, told once that all is there, and costs nothing from then on", async () => {
    const { clock, backlog, event, reader } = scene();
    const one = reader();
    one.fellBehind(500_000);
    expect(backlog.isBehind(one.socket)).to.equal(true);
    expect(backlog.census).to.deep.equal({ slowReaders: 1, backlogBytes: 500_000, slowReadersCut: 0 });
    one.takes(500_000);
    await clock.advance(250);
    expect(one).to.include({ wasCut: false, timesCaughtUp: 1 });
    expect(backlog.census).to.deep.equal({ slowReaders: 0, backlogBytes: 0, slowReadersCut: 0 });
    expect(event.bytes).to.equal(0);
    await clock.advance(60_000);
    expect(one.timesCaughtUp).to.equal(1);
  });

  it("[H8] who takes less than 16 KB in the time after which a silent socket is dead is cut, and nobody before", async () => {
    const { clock, reader } = scene();
    const [deaf, trickle, slow] = [reader(), reader(), reader()];
    for (const each of [deaf, trickle, slow]) each.fellBehind(900_000, false);
    for (let s = 0; s < 8; s++) {
      await clock.advance(1000);
      trickle.takes(100);
      slow.takes(4000);
    }
    expect([deaf, trickle, slow].map(({ wasCut }) => wasCut)).to.deep.equal([false, false, false]);
    for (let s = 0; s < 22; s++) {
      await clock.advance(1000);
      slow.takes(4000);
    }
    expect([deaf, trickle, slow].map(({ wasCut }) => wasCut)).to.deep.equal([true, true, false]);
  });

  it("[H8] more than 1 MB of its own, beside one frame of any size, or 8 MB in all, is too much for one socket", async () => {
    const { clock, reader } = scene();
    const [large, many, shared] = [reader(), reader(), reader()];
    large.fellBehind(5 * mb);
    expect(large.wasCut, "one frame").to.equal(false);
    for (let i = 0; i < 12; i++) many.fellBehind(100_000);
    expect(many.wasCut).to.equal(true);
    for (let i = 0; i < 9; i++) shared.fellBehind(mb, false);
    await clock.advance(250);
    expect(shared.wasCut).to.equal(true);
    large.fellBehind(1);
    expect(large.wasCut, "and more behind it").to.equal(true);
  });

  it("[H8] an event, and the process, have bounds: the largest goes first, and other events keep theirs", () => {
    const { backlog, event, reader } = scene();
    const elsewhere = new EventBacklog();
    const other = reader(elsewhere);
    other.fellBehind(900_000);
    const [largest, ...small] = Array.from({ length: 21 }, () => reader());
    largest?.fellBehind(1_000_000);
    for (const each of small) each.fellBehind(800_000);
    expect(largest?.wasCut).to.equal(true);
    expect(other.wasCut).to.equal(false);
    expect(small.filter(({ wasCut }) => wasCut)).to.have.length.within(0, 1);
    expect(event.bytes).to.be.at.most(backlogLimits.eventBytes);
    const events = Array.from({ length: 8 }, () => new EventBacklog());
    for (const each of events) for (let i = 0; i < 15; i++) reader(each).fellBehind(mb);
    expect(backlog.census.backlogBytes).to.be.at.most(backlogLimits.processBytes);
    expect(backlog.hasRoomFor(new EventBacklog()), "nothing that can be done without").to.equal(false);
  });

  it("[H8] one answer tells no more than 256 KB of what was missed, or nothing", () => {
    const log = new PresenceLog(1, { replayEvents: 5000, replayAgeMs: 1e6 });
    const id = "\u{1F600}".repeat(128);
    const payload = {
      device_id: id,
      user_id: id,
      reason: "connection_lost",
      grace_expires_at: 1e12,
    } as const;
    for (let i = 0; i < 5000; i++) log.append({ type: "participant_temporarily_disconnected", payload }, i);
    const least = log.since({ epoch: 1, seq: 4900 }, 5000);
    expect(least).to.have.length(100);
    const most = Array.from(
      { length: 1000 },
      (_, i) => log.since({ epoch: 1, seq: 4999 - i }, 5000)?.length ?? 0,
    );
    const longest = Math.max(...most);
    expect(
      Buffer.byteLength(JSON.stringify(log.since({ epoch: 1, seq: 5000 - longest }, 5000))),
    ).to.be.within(replayBytes * 0.8, replayBytes * 1.1);
    expect(log.since({ epoch: 1, seq: 5000 - longest - 1 }, 5000)).to.equal(undefined);
  });
});

describe("what a WebSocket has taken", () => {
  it("[H8] is what was written less what waits, on a real socket", async () => {
    const app = await startApp();
    const me = identity();
    const phone = await Phone.join(app.url, me);
    const ref = app.room(me.event_id)?.clients[0]?.ref as WebSocket;
    const before = takenBy(ref);
    expect(before).to.be.greaterThan(0);
    phone.socket._socket.pause();
    let written = 0;
    await until("something waits", () => {
      ref.send(Buffer.alloc(100_000));
      written += 100_000;
      return ref.bufferedAmount > 300_000;
    });
    expect(takenBy(ref) - before).to.be.within(
      written - ref.bufferedAmount,
      written - ref.bufferedAmount + 10_000,
    );
    await app.close();
  });
});

describe("clients that do not read", () => {
  class Loud extends EventRoom {
    override messages = {
      flood: () => this.broadcast("noise", "x".repeat(200_000)),
      whisper: (client: { send(type: string, text: string): void }) =>
        client.send("noise", "y".repeat(300_000)),
    };
  }
  let app: TestApp;
  before(async () => {
    app = (await startApp({ room: Loud as never, config: { gracePeriodMs: 60_000 } })) as TestApp;
  });
  after(() => app.close());

  it("[H8] are cut long before they cost others anything, keep their seats, and may come back", async () => {
    const event = newEvent();
    const [deaf, witness] = [identity(event), await Phone.join(app.url, identity(event))];
    const phone = await Phone.join(app.url, deaf);
    phone.socket._socket.pause();
    await until(
      "it is cut",
      () => {
        for (let i = 0; i < 4; i++) phone.room.send("whisper");
        return witness.sees(deaf.device_id)?.status === "temporarily_disconnected";
      },
      15_000,
    );
    const { text } = await ask(app.url, "/metrics");
    expect(text).to.match(/^holdfast_slow_readers_cut_total 1$/m);
    await Phone.join(app.url, deaf);
    await witness.hears("participant_reconnected", deaf.device_id);
  });

  it("[H9] a client that has not taken what it was sent is told what it missed when it has", async () => {
    const event = newEvent();
    const [slow, witness] = [
      await Phone.join(app.url, identity(event)),
      await Phone.join(app.url, identity(event)),
    ];
    const answered = () => slow.heard.filter(({ type }) => type === presenceResumedType);
    slow.socket._socket.pause();
    const room = app.room(event);
    const ref = room?.clients.find(({ sessionId }) => sessionId === slow.room.sessionId)?.ref as WebSocket;
    await until("something waits", () => {
      if (ref.bufferedAmount < 500_000) witness.room.send("flood");
      return ref.bufferedAmount >= 500_000;
    });
    const waiting = ref.bufferedAmount;
    slow.room.send(presenceResumeType, { epoch: 1, seq: 0 });
    await until("the question is there", async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return true;
    });
    expect(ref.bufferedAmount, "it is not answered on top of what waits").to.equal(waiting);
    slow.socket._socket.resume();
    await until("the answer", () => answered().length === 1);
  });
});
