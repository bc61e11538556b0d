// Clients that do something by themselves, in the kit: our own, and an unmodified one of the framework's.
import { deepEqual, equal, rejects } from "node:assert/strict";
import { Client, Room } from "@colyseus/sdk";
import { z } from "zod";
import { defineEventState, EventRoom, Refusal, t } from "../../../src/holdfast.ts";
import { until } from "../../../harness/wait.ts";
import { type TestEvent, testEvent, type TestPage } from "../../../src/testing/index.ts";

const board = defineEventState({ participant: { score: t.number().default(0) } });

class BoardRoom extends EventRoom<typeof board> {
  override schema = board;
  override messages = { score: (): number => 7 };

  override onEventOpened(): void {
    this.onPublish("answer", z.int(), (from, points) => void (from.score += points));
  }
  override onSeatRequested({ deviceId }: { readonly deviceId: string }): void {
    if (deviceId === "mallory") throw new Refusal(403, "Not you");
  }
}

describe("the kit: clients that do something by themselves", () => {
  let event: TestEvent<BoardRoom>;
  beforeEach(async () => {
    event = await testEvent(BoardRoom);
  });
  afterEach(() => event.close());

  const statusesOf = ({ session }: TestPage<typeof board>) => {
    const statuses: string[] = [];
    session.on("status", ({ status }) => statuses.at(-1) === status || statuses.push(status));
    return statuses;
  };

  it("[X43] our client is in when it has joined, and comes back from a drop by itself, when there has been time for it", async () => {
    const bob = await event.join("bob");
    const ann = await event.page("ann");
    deepEqual(
      [...ann.session.roster.values()].map(({ displayName }) => displayName),
      ["bob", "ann"],
    );
    bob.forget();
    const statuses = statusesOf(ann);
    await ann.drop();
    deepEqual(
      bob.saw().map(({ type }) => type),
      ["participant_temporarily_disconnected"],
    );
    await event.advance(1000);
    deepEqual(statuses, ["reconnecting", "connected"]);
    deepEqual(
      bob.saw().map(({ type }) => type),
      ["participant_temporarily_disconnected", "participant_reconnected"],
    );
  });

  it("[X43] what it publishes while it has no network takes effect once, over a restart, too", async () => {
    const ann = await event.page("ann");
    const bob = await event.join("bob");
    await ann.unplug();
    const answer = ann.session.publish("answer", 3);
    await event.restart({ downMs: 5000 });
    await bob.return();
    await event.advance(10_000);
    equal(bob.roster.ann?.status, "temporarily_disconnected");
    equal(bob.roster.ann?.score, 0);
    await ann.plug();
    await event.advance(1); // at once: its browser says that there is a network
    await answer;
    equal(bob.roster.ann?.score, 3);
    equal(ann.session.roster.get("ann")?.own.score, 3);
  });

  it("[X43] a hole under its connection is noticed by its own watchdog, in virtual time, and a page that is loaded again has its seat", async () => {
    const ann = await event.page("ann");
    const bob = await event.join("bob");
    const statuses = statusesOf(ann);
    await ann.vanish();
    await event.advance(3000);
    equal(ann.session.status, "connected");
    await event.advance(12_000);
    deepEqual(statuses, ["reconnecting", "connected"]);
    bob.forget();
    const before = ann.session;
    await ann.reload();
    equal(ann.session === before, false);
    equal(ann.session.deviceId, before.deviceId);
    deepEqual(bob.saw("participant_left"), []);
    equal(bob.roster.ann?.status, "connected");
    await ann.close();
    await event.advance(31_000);
    deepEqual(Object.keys(bob.roster), ["bob"]);
  });

  it("[X43] a session whose seat is gone ends, and a join that is refused rejects", async () => {
    const ann = await event.page("ann");
    await (await event.host()).act({ action: "kick", device_id: "ann" });
    deepEqual([ann.session.status, ann.session.state.endReason], ["left", "kicked"]);
    await rejects(event.page("mallory"), /Not you/);
  });

  it("[X44] an unmodified client of the framework's joins, asks, and comes back by the machine's clock, without a port", async () => {
    const bob = await event.join("bob");
    const { url, fetch } = event.network();
    const me = { event_id: event.eventId, device_id: "ann", session_token: "ann's secret" };
    const room = await event.until(new Client(url, { fetchFn: fetch }).joinOrCreate("event", me));
    equal(bob.roster.ann?.status, "connected");
    equal(await event.until(room.request("score")), 7);
    room.reconnection.minUptime = 0;
    let isBack = false;
    room.onReconnect(() => (isBack = true));
    await event.restart();
    await bob.return();
    await until("it is back", async () => {
      await event.settle(); // what the server does with it
      return isBack;
    });
    equal(bob.roster.ann?.status, "connected");
    await event.until(room.leave());
    await event.settle();
    deepEqual(Object.keys(bob.roster), ["bob"]);
  });

  it("[X44] a socket to any other address is opened as ever", async () => {
    event.network();
    const room = new Room("event");
    room.onError(() => {}); // nobody listens there
    room.connect("ws://127.0.0.1:9/process/room?sessionId=s", {}, {});
    const { ws } = room.connection.transport as { ws?: { readonly url: string } };
    equal(ws?.url, "ws://127.0.0.1:9/process/room?sessionId=s");
  });
});
