// What our client shows of a room's state: own fields, one participant, the state itself, over patches and restarts.
import { expect } from "chai";
import { stateCallbacks } from "../../../src/client/index.ts";
import type { EventSession, RosterEntry } from "../../../src/client/types/index.ts";
import { defineEventState, EventRoom, t } from "../../../src/holdfast.ts";
import { type TestEvent, testEvent } from "../../../src/testing/index.ts";

const quiz = defineEventState({
  participant: { score: t.number().default(0), tags: t.array("string") },
  event: { round: t.number().default(0), order: t.array("string") },
});
class Quiz extends EventRoom<typeof quiz> {
  override schema = quiz;
}

describe("what our client shows of a room's state", () => {
  let event: TestEvent<Quiz>;
  let session: EventSession<typeof quiz>;

  beforeEach(async () => {
    event = await testEvent(Quiz);
    session = (await event.page("me")).session;
  });
  afterEach(() => event.close());

  const state = () => event.room.state;

  it("[Z5] who listens to one participant is called for that one alone: it comes, changes and goes", async () => {
    const heard: (RosterEntry<typeof quiz> | undefined)[] = [];
    const stop = session.onParticipant("ann", (entry) => heard.push(entry));
    const ann = await event.join("ann");
    expect(heard.length).to.equal(1);
    state().participants.get("me")!.score = 3;
    state().participants.get("ann")!.tags.push("fast");
    await event.settle();
    expect(heard.length).to.equal(2);
    expect(heard[1]?.own).to.deep.equal({ score: 0, tags: ["fast"] });
    expect(session.roster.get("me")?.own.score).to.equal(3);
    await ann.leave();
    expect([heard.length, heard[2]]).to.deep.equal([3, undefined]);
    stop();
    await event.join("ann");
    expect(session.roster.has("ann")).to.equal(true);
    expect(heard.length).to.equal(3);
  });

  it("[Z6] a patch is told once, with the state as it is then, and the roster only if it has changed", async () => {
    const told: string[] = [];
    session.on("state", (now) => {
      expect(now).to.equal(session.roomState);
      told.push(`state ${now.round}`);
    });
    session.on("roster", (roster) => told.push(`roster ${roster.get("me")?.own.score}`));
    state().round = 1;
    await event.settle();
    state().round = 2;
    state().participants.get("me")!.score = 5;
    await event.settle();
    expect(told).to.deep.equal(["state 1", "roster 5", "state 2"]);
  });

  it("[Z30] a list that the room reverses is told: own fields, state and callbacks", async () => {
    const mine = state().participants.get("me")!;
    mine.tags.push("a", "b", "c");
    state().order.push("x", "y");
    await event.settle();
    const told: string[] = [];
    session.on("roster", (roster) => told.push(`roster ${roster.get("me")?.own.tags.join("")}`));
    session.on("state", (now) => told.push(`state ${now.order.join("")}`));
    stateCallbacks(session).onChange("order", (place, item) => told.push(`change ${place} ${item}`));
    mine.tags.reverse();
    state().order.reverse();
    await event.settle();
    expect(told.toSorted()).to.deep.equal(["change 0 y", "change 1 x", "roster cba", "state yx"]);
  });

  it("[Z6] [Z8] a connection that cannot go on from the state brings another object, which is told", async () => {
    const before = session.roomState;
    const told: string[] = [];
    const callbacks = stateCallbacks(session);
    callbacks.onAdd("participants", (player, deviceId) => {
      told.push(`added ${deviceId}`);
      callbacks.listen(player, "score", (score) => told.push(`score ${score} of ${player.score}`));
    });
    expect(told).to.deep.equal(["added me", "score 0 of 0"]);
    expect(stateCallbacks(session)).to.equal(callbacks);
    expect(() => stateCallbacks({} as never)).to.throw(TypeError, "a session of joinEvent");
    const states: unknown[] = [];
    session.on("state", (now) => states.push(now));
    const own = session.roster.get("me")?.own;
    await event.restart();
    await event.advance(5000);
    expect(session.status).to.equal("connected");
    expect(session.roomState).to.not.equal(before);
    expect(states[0]).to.equal(session.roomState);
    expect(session.roster.get("me")?.own, "what has not changed is the same").to.equal(own);
    state().participants.get("me")!.score = 7;
    await event.settle();
    expect(told.slice(2), "[Z8] registered once, and nobody is added again").to.deep.equal(["score 7 of 7"]);
  });
});
