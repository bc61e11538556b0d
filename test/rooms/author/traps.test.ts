// The framework's traps that end a process, corrupt a state or lose a room (read in @colyseus/core 0.18.17).
// About real sockets: their buffers, their ends, and the framework beneath.
import { type Client, matchMaker, Room } from "@colyseus/core";
import { Encoder } from "@colyseus/schema";
import { expect } from "chai";
import type { WebSocket } from "ws";
import { EventRoom } from "../../../src/rooms/EventRoom.ts";
import { type TestApp, startApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { now, quiet, until } from "../../../harness/wait.ts";

class PatientRoom extends EventRoom {
  override seatReservationTimeout = 5; // the shortest that 50 joins at once on a busy machine can meet
}

describe("disconnect tracking: the framework's traps", () => {
  let app: TestApp;

  before(async () => {
    app = await startApp({
      room: PatientRoom,
      config: { eventRetentionMs: 1000, maxParticipants: 5000, pingIntervalMs: 60_000 },
    });
  });
  after(() => app.close());

  it("[E3] a drop before the acknowledgement leaves no promise uncaught", async () => {
    const event = newEvent();
    for (let k = 0; k < 5; k++) {
      const raw = await RawClient.join(app.url, identity(event), { acknowledges: false });
      raw.socket.terminate();
    }
    const during = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { reservation } = await matchmake(app.url, identity(event));
        const raw = new RawClient(app.url, reservation as never);
        raw.socket.once("open", () => raw.socket.terminate());
        return raw;
      }),
    );
    await until("all gone", () => during.every(({ closedWith }) => closedWith !== undefined));
    await until("all held or gone", () => (app.room(event)?.participants.counts.connected ?? 0) === 0);
    await quiet(50); // a promise that nobody handles fails the test that runs (harness/setup.ts)
  });

  it("[E10] a slow reader gets every patch uncorrupted", async () => {
    const event = newEvent();
    const slow = await Phone.join(app.url, identity(event));
    const fast = await Phone.join(app.url, identity(event));
    slow.socket._socket.pause();
    const room = app.room(event);
    const entry = room?.state.participants.get(
      String(fast.room.state && [...(fast.participants()?.keys() ?? [])][1]),
    );
    if (room === undefined || entry === undefined) throw new Error("no room");
    // Enough bytes that the kernel's buffers fill and frames wait in the process, by reference.
    const ref = room.clients.find(({ sessionId }) => sessionId === slow.room.sessionId)?.ref as WebSocket;
    const sent: number[] = []; // where the machine is slow, some wait for the next one
    for (let i = 0; ref.bufferedAmount < 20 * 60_000 && i < 100_000; i++) {
      entry.display_name = `${i}-${"x".repeat(60_000)}`;
      if (room.broadcastPatch()) sent.push(i);
      if (i % 10 === 0) await quiet(1);
    }
    entry.display_name = "the end";
    room.broadcastPatch();
    // A patch that was overwritten while it waited shows a later value early, or twice.
    const seen: number[] = [];
    slow.room.onStateChange((state: { participants: Map<string, { display_name: string }> }) => {
      const shown = [...state.participants.values()].map(
        (each) => /^(\d+)-x{60000}$/.exec(each.display_name)?.[1],
      );
      const value = shown.find((each) => each !== undefined);
      if (value !== undefined && seen.at(-1) !== Number(value)) seen.push(Number(value));
    });
    slow.socket._socket.resume();
    const named = () =>
      [...(slow.participants()?.values() ?? [])].some((each) => each.display_name === "the end");
    await until("the slow one has caught up", named, 10_000);
    expect(sent.length).to.be.greaterThan(20);
    expect(seen).to.include.members(sent);
    expect(seen).to.deep.equal([...new Set(seen)].toSorted((a, b) => a - b));
  });

  it("[E11] 2,000 participants fit in one state, whole and without a warning", async function () {
    this.timeout(60_000);
    const event = newEvent();
    const warn = console.warn;
    const warnings: unknown[] = [];
    console.warn = (...parts: unknown[]) => warnings.push(parts[0]);
    try {
      const raws: RawClient[] = [];
      for (let batch = 0; batch < 40; batch++)
        raws.push(
          ...(await Promise.all(
            Array.from({ length: 50 }, () => RawClient.join(app.url, identity(event), { isDeaf: true })),
          )),
        );
      const last = await Phone.join(app.url, identity(event));
      await until("everyone is there", () => last.participants()?.size === 2001);
      const entries = [...(last.participants()?.values() ?? [])];
      expect(entries.every((each) => each.status === "connected" && Number(each.joined_at) > 0)).to.equal(
        true,
      );
      for (const raw of raws.slice(0, 600)) raw.socket.terminate();
      const startedAt = now();
      await until(
        "600 drops are told",
        () => last.heard.filter(({ type }) => type.includes("temporarily")).length === 600,
      );
      console.log(`      600 of 2,000 drop at once: told within ${Math.round(now() - startedAt)} ms`);
      for (const raw of raws) raw.socket.terminate();
      last.room.leave();
    } finally {
      console.warn = warn;
    }
    expect(warnings).to.deep.equal([]);
    expect(Encoder.BUFFER_SIZE, "small rooms must not pay for large ones").to.be.at.most(16 * 1024);
  });

  it("[E15] an event that everyone left is disposed of, and a join at that moment gets a room", async function () {
    this.timeout(60_000);
    const event = newEvent();
    const phone = await Phone.join(app.url, identity(event));
    phone.room.leave();
    await until("empty", () => app.room(event)?.participants.counts.connected === 0);
    const room = app.room(event);
    await until("disposed of", () => app.room(event) === undefined, 25_000);
    expect(room?.isDisposing).to.equal(true);
    const again = await Phone.join(app.url, identity(event));
    expect(again.participants()?.size).to.equal(1);
    // A room that somebody disposes of by hand, and joins all the while.
    const held = await Phone.join(app.url, identity(event));
    held.drop();
    await until("held", () => app.room(event)?.participants.counts.held === 1);
    // A return under way is a hold of the framework's: with one, its disposal takes 1 s.
    const gone = { sessionId: "gone", reconnectionToken: "gone", auth: {}, ref: {} } as unknown as Client;
    const hold = Room.prototype.allowReconnection.call(app.room(event), gone, "manual");
    hold.catch(() => {});
    const disposing = app.room(event)?.disconnect(4010);
    const arriving = Array.from({ length: 60 }, (_, i) =>
      quiet(i * 20).then(() => RawClient.join(app.url, identity(event)).catch((error: Error) => error)),
    );
    // One that admission let through a moment before, and that finds no room in the listing any more.
    const late = await matchMaker.createRoom("event", { event_id: event }).catch((error) => error);
    expect(late).to.include({ code: 503 });
    const arrived = await Promise.all(arriving);
    await disposing;
    const refusals = arrived.filter((each) => each instanceof Error).map((each) => each.message);
    expect(refusals).to.have.length.lessThan(60); // most wait until the old room has gone
    for (const refusal of refusals) expect(refusal).to.match(/^refused: 503 .*retry in \d+ ms$/);
    const after = await Phone.join(app.url, identity(event));
    expect(app.room(event)?.isDisposing).to.equal(false);
    const inside = arrived.filter((each) => each instanceof RawClient && each.closedWith === undefined);
    expect(inside).to.have.length.greaterThan(0);
    expect(app.room(event)?.clients.length).to.be.at.least(inside.length + 1); // and the SDK that was asked back
    expect(after.participants()?.size).to.be.at.least(inside.length + 1);
    const { rooms } = (await (await fetch(`${app.url}/monitor/api`)).json()) as {
      rooms: { roomId: string }[];
    };
    expect(rooms.filter(({ roomId }) => roomId === app.room(event)?.roomId)).to.have.length(1);
  });
});
