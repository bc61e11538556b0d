// The lives of a server in a test: restarts, and deaths at named points.
import { deepEqual, equal, rejects } from "node:assert/strict";
import { z } from "zod";
import { defineEventState, EventRoom, MemoryStore, t } from "../../../src/holdfast.ts";
import { type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const board = defineEventState({
  participant: { score: t.number().default(0) },
  event: { rounds: t.number().default(0) },
});
const graceMs = 30_000;

class BoardRoom extends EventRoom<typeof board> {
  override schema = board;
  static ended = 0;
  static away = 0;

  override onEventOpened(): void {
    this.onPublish("answer", z.int(), (from, points) => void (from.score += points));
    this.onTimer("round_over", () => void (this.state.rounds += 1));
  }
  override onSeatAway(): void {
    BoardRoom.away += 1;
  }
  override onEventEnded(): void {
    BoardRoom.ended += 1;
  }
}

describe("the kit: lives of a server", () => {
  let event: TestEvent<BoardRoom>;
  let ann: Phone<typeof board>;
  let bob: Phone<typeof board>;

  beforeEach(async () => {
    event = await testEvent(BoardRoom);
    ann = await event.join("ann");
    bob = await event.join("bob");
  });

  afterEach(() => event.close());

  it("[V47] a restart asks everyone back, and charges nobody for the time that there is no server", async () => {
    const before = event.room;
    await event.restart({ downMs: 10 * graceMs });
    equal(ann.closedWith, 4010);
    equal(event.room === before, false);
    await ann.return();
    equal(ann.roster.bob?.reason, "server_restart");
    await event.advance(graceMs - 1000); // up to a second of running time may be counted as down
    equal(ann.roster.bob?.status, "temporarily_disconnected");
    await event.advance(1000);
    deepEqual(Object.keys(ann.roster), ["ann"]);
  });

  it("[V47] timers of the room outlive it", async () => {
    event.room.timers.after("round_over", 5000);
    await event.settle();
    await event.crash();
    await ann.return();
    await event.advance(6000);
    equal(ann.state.rounds, 1);
  });

  it("[V54] a restart may be on the next release, and the store that a test gives is the one that it goes by", async () => {
    await event.close();
    const store = new MemoryStore();
    event = await testEvent(BoardRoom, { store });
    ann = await event.join("ann");
    await ann.publish("answer", 3);
    equal((await store.load(event.eventId))?.seats[0]?.own, '{"score":3}');
    await rejects(testEvent(BoardRoom), /other settings/);
    class NextRoom extends BoardRoom {
      override onEventOpened(): void {
        this.onPublish("answer", z.int(), (from, points) => void (from.score += 10 * points));
      }
    }
    await event.restart({ room: NextRoom });
    equal(event.room instanceof NextRoom, true);
    await ann.return();
    await ann.publish("answer", 3);
    equal(ann.roster.ann?.score, 33);
  });

  it("[V57] while the store is held nothing is stored or told, and time passes; let go, everything is, once", async () => {
    await event.holdStore();
    await bob.drop();
    const answer = ann.publish("answer", 3);
    await event.advance(2000);
    const back = bob.return();
    await event.settle();
    equal(event.room.participants.get("bob")?.status, "connected");
    deepEqual(ann.saw(), [{ type: "participant_joined", device_id: "bob" }]);
    equal(ann.roster.bob?.status, "connected");
    await event.releaseStore();
    await Promise.all([answer, back]);
    deepEqual(ann.saw(), [
      { type: "participant_joined", device_id: "bob" },
      { type: "participant_temporarily_disconnected", device_id: "bob", reason: "connection_lost" },
      { type: "participant_reconnected", device_id: "bob" },
    ]);
    equal(bob.roster.ann?.score, 3);
  });

  it("[V57] neither a restart nor a death nor close() waits for one that is held", async () => {
    await event.holdStore();
    const stored = ann.publish("answer", 3);
    await event.restart(); // which stores what is decided, as a deploy does
    await ann.return();
    await stored;
    await event.holdStore();
    const lost = ann.publish("answer", 4);
    await event.settle();
    await event.crash();
    await bob.return();
    equal(bob.roster.ann?.score, 3);
    await ann.return();
    await lost;
    equal(bob.roster.ann?.score, 7);
    await event.holdStore();
    await bob.drop(); // and the test is over
  });

  it("[V48] dies before a commit: nothing of it has happened, and it happens once when its phone is back", async () => {
    const answer = ann.publish("answer", 3);
    await event.crash("before commit");
    equal(ann.closedWith, 1006);
    await bob.return();
    equal(bob.roster.ann?.score, 0);
    await ann.return();
    await answer;
    equal(bob.roster.ann?.score, 3);
  });

  it("[V48] dies after a commit: it is stored, nobody was told, and it does not happen again", async () => {
    const answer = ann.publish("answer", 3);
    await event.crash("after commit");
    await bob.return();
    equal(bob.roster.ann?.score, 3);
    await ann.return();
    await answer;
    equal(bob.roster.ann?.score, 3);
  });

  it("[V48] dies after an announcement: whoever was there has it", async () => {
    bob.forget();
    const joining = event.join("cleo");
    await event.crash("after announcement");
    await joining;
    deepEqual(bob.saw(), [{ type: "participant_joined", device_id: "cleo" }]);
    await bob.return();
    deepEqual(Object.keys(bob.roster).toSorted(), ["ann", "bob", "cleo"]);
  });

  it("[V48] says so when nothing comes to the point", async () => {
    await rejects(event.crash("after commit"), /nothing came to that point/);
    await ann.drop();
    await ann.return();
  });

  it("[V49] of a server that is dead nothing more is stored, sent, or done by its author's code", async () => {
    [BoardRoom.away, BoardRoom.ended] = [0, 0];
    const [old, scoreBefore] = [event.room, bob.roster.ann?.score];
    await event.crash();
    old.state.rounds = 99;
    old.participants.kick("ann");
    await event.advance(5000);
    deepEqual([BoardRoom.away, BoardRoom.ended], [0, 0]);
    await ann.return();
    await bob.return();
    deepEqual([bob.state.rounds, bob.roster.ann?.score], [0, scoreBefore]);
    deepEqual(event.errors, []);
  });

  it("[V49] two deaths in a row, and the grace goes on from where it was", async () => {
    await bob.drop();
    await event.advance(20_000);
    await event.crash();
    await event.advance(5000);
    await event.crash(undefined, { downMs: 100_000 });
    await ann.return();
    await event.advance(4000);
    equal(ann.roster.bob?.status, "temporarily_disconnected");
    await event.advance(2000);
    equal(ann.roster.bob, undefined);
  });
});
