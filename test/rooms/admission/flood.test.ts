// How much a client may send: a rate, and a burst of it at once.
import type { RawData, WebSocket } from "ws";
import { expect } from "chai";
import { Connection, type ConnectionOwner } from "../../../src/connections/connection.ts";
import type { SeatClient } from "../../../src/rooms/sockets/seat-client.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { joinEvent } from "../../../src/client/index.ts";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

/** A connection at a rate of 60, and what became of each frame. */
class Counted {
  readonly framesPerSecond = 60;
  readonly epoch = 1;
  at = 1_000_000;
  frames = 0;
  floods = 0;
  readonly connection: Connection;

  constructor() {
    const socket = { on: () => socket } as unknown as WebSocket;
    this.connection = new Connection(
      { ref: socket } as SeatClient,
      "d",
      this as unknown as ConnectionOwner,
      undefined,
    );
  }
  readonly clock = { now: () => this.at };
  acknowledged() {}
  received() {
    this.frames += 1;
  }
  flooded() {
    this.floods += 1;
  }
  /** Sends `count` frames, one each `everyMs`. */
  send(count: number, everyMs = 0): void {
    for (let i = 0; i < count; i++) {
      this.connection.received(Buffer.from([13]) as Buffer & RawData);
      this.at += everyMs;
    }
  }
}

describe("how much a client may send", () => {
  it("[E30] 180 at once, and no more; after that the rate", () => {
    const counted = new Counted();
    counted.send(180);
    expect([counted.frames, counted.floods]).to.deep.equal([180, 0]);
    counted.send(1);
    expect(counted.floods).to.equal(1);
  });

  it("[E30] the rate for an hour is no flood, and leaves room for a burst only after a rest", () => {
    const counted = new Counted();
    counted.send(60 * 3600, 1000 / 60);
    expect(counted.floods).to.equal(0);
    counted.at += 1000;
    counted.send(60);
    counted.at += 60_000;
    counted.send(180);
    expect(counted.floods).to.equal(0);
    counted.send(5);
    expect(counted.floods).to.be.at.least(1);
  });

  it("[E30] ten per cent over the rate is found out within a minute", () => {
    const counted = new Counted();
    counted.send(66 * 60, 1000 / 66);
    expect(counted.floods).to.be.at.least(1);
  });
});

describe("what has gathered while a client was away", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 10_000 } });
  });
  after(() => app.close());

  it("[E30] 150 messages of the SDK's queue after a return are no flood", async () => {
    const proxy = await app.proxy();
    const me = identity();
    const phone = await Phone.join(proxy.url, me);
    const { reconnection } = phone.room;
    reconnection.maxEnqueuedMessages = 1000;
    const acks = () => phone.heard.filter(({ type }) => type === "heartbeat_ack").length;
    proxy.reset();
    await until("it is away", () => phone.drops.length > 0);
    for (let i = 0; i < 150; i++) phone.room.send("heartbeat");
    await until("every message is answered", () => acks() === 150);
    expect([phone.reconnections, phone.closedWith]).to.deep.equal([1, undefined]);
    for (let i = 0; i < 1000; i++) phone.room.send("heartbeat");
    await until("a flood is one", () => phone.closedWith === 4503);
  });

  it("[C28] our client is closed for a flood, and comes back to its seat after a pause", async () => {
    const { event_id: eventId, device_id: deviceId, session_token: sessionToken } = identity();
    const session = joinEvent({ url: app.url, eventId, deviceId, sessionToken });
    await session.joined();
    const returns: { outageMs: number; isNewSeat: boolean }[] = [];
    session.on("returned", (returned) => returns.push(returned));
    for (let i = 0; i < 400; i++) session.send("heartbeat");
    await until("it is back", () => returns.length === 1);
    expect(returns[0]).to.include({ isNewSeat: false });
    expect(returns[0]?.outageMs).to.be.at.least(1000);
    await session.leave();
  });
});
