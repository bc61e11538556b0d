// What our client shows of a room's state: own fields, one participant, the state itself, over patches and restarts.
import "../../../harness/clients/use-ws.ts";
import { expect } from "chai";
import { joinEvent, stateCallbacks } from "../../../src/client/index.ts";
import type { EventSession, RosterEntry } from "../../../src/client/types/index.ts";
import { defineEventState, EventRoom, t } from "../../../src/holdfast.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { freePort } from "../../../harness/servers/free-port.ts";
import { until } from "../../../harness/wait.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";

const quiz = defineEventState({
  participant: { score: t.number().default(0), tags: t.array("string") },
  event: { round: t.number().default(0), order: t.array("string") },
});
class Quiz extends EventRoom<typeof quiz> {
  override schema = quiz;
}

describe("what our client shows of a room's state", function () {
  this.timeout(30_000);
  let app: TestApp;
  let session: EventSession<typeof quiz>;
  let event: string;
  let begin: () => Promise<TestApp>;

  beforeEach(async () => {
    const [port, store] = [await freePort(), new MemoryStore()];
    const config = { port, heartbeatIntervalMs: 500, gracePeriodMs: 20_000 };
    begin = () => startApp({ config, store, room: Quiz as never });
    app = await begin();
    event = newEvent();
    session = joinEvent<typeof quiz>({ url: app.url, eventId: event, storage: new FakeStorage() });
    await session.joined();
  });
  afterEach(async () => {
    await session.leave();
    await app.close();
  });

  const room = () => app.room(event) as unknown as EventRoom<typeof quiz>;

  it("[Z5] who listens to one participant is called for that one alone: it comes, changes and goes", async () => {
    const who = identity(event);
    const heard: (RosterEntry<typeof quiz> | undefined)[] = [];
    const stop = session.onParticipant(who.device_id, (entry) => heard.push(entry));
    const phone = await Phone.join(app.url, who);
    await until("it comes", () => heard.length === 1);
    room().state.participants.get(session.deviceId)!.score = 3;
    room().state.participants.get(who.device_id)!.tags.push("fast");
    await until("it changes", () => heard.length === 2);
    expect(heard[1]?.own).to.deep.equal({ score: 0, tags: ["fast"] });
    expect(session.roster.get(session.deviceId)?.own.score).to.equal(3);
    await phone.room.leave();
    await until("it goes", () => heard.length === 3);
    expect(heard[2]).to.equal(undefined);
    stop();
    await Phone.join(app.url, who);
    await until("it comes back", () => session.roster.has(who.device_id));
    expect(heard.length).to.equal(3);
  });

  it("[Z6] a patch is told once, with the state as it is then, and the roster only if it has changed", async () => {
    const told: string[] = [];
    session.on("state", (state) => {
      expect(state).to.equal(session.roomState);
      told.push(`state ${state.round}`);
    });
    session.on("roster", (roster) => told.push(`roster ${roster.get(session.deviceId)?.own.score}`));
    room().state.round = 1;
    await until("the round", () => told.length === 1);
    room().state.round = 2;
    room().state.participants.get(session.deviceId)!.score = 5;
    await until("both", () => told.includes("roster 5") && told.includes("state 2"));
    expect(told).to.deep.equal(["state 1", "roster 5", "state 2"]);
  });

  it("[Z30] a list that the room reverses is told: own fields, state and callbacks", async () => {
    const mine = room().state.participants.get(session.deviceId)!;
    mine.tags.push("a", "b", "c");
    room().state.order.push("x", "y");
    await until("the lists", () => session.roster.get(session.deviceId)?.own.tags.length === 3);
    const told: string[] = [];
    session.on("roster", (roster) => told.push(`roster ${roster.get(session.deviceId)?.own.tags.join("")}`));
    session.on("state", (state) => told.push(`state ${state.order.join("")}`));
    stateCallbacks(session).onChange("order", (place, item) => told.push(`change ${place} ${item}`));
    mine.tags.reverse();
    room().state.order.reverse();
    const all = ["change 0 y", "change 1 x", "roster cba", "state yx"];
    await until(
      () => `all of it; told ${told.join(", ")}`,
      () => all.every((each) => told.includes(each)),
    );
    expect(told.toSorted(), "each once").to.deep.equal(all);
  });

  it("[Z6] [Z8] a connection that cannot go on from the state brings another object, which is told", async () => {
    const before = session.roomState;
    const told: string[] = [];
    const callbacks = stateCallbacks(session);
    callbacks.onAdd("participants", (player, deviceId) => {
      told.push(`added ${deviceId === session.deviceId}`);
      callbacks.listen(player, "score", (score) => told.push(`score ${score} of ${player.score}`));
    });
    expect(told).to.deep.equal(["added true", "score 0 of 0"]);
    expect(stateCallbacks(session)).to.equal(callbacks);
    expect(() => stateCallbacks({} as never)).to.throw(TypeError, "a session of joinEvent");
    const states: unknown[] = [];
    session.on("state", (state) => states.push(state));
    const own = session.roster.get(session.deviceId)?.own;
    await app.close();
    app = await begin();
    await until(
      "another state",
      () => session.status === "connected" && session.roomState !== before,
      15_000,
    );
    expect(states[0]).to.equal(session.roomState);
    expect(session.roster.get(session.deviceId)?.own, "what has not changed is the same").to.equal(own);
    room().state.participants.get(session.deviceId)!.score = 7;
    await until("the score", () => told.length > 2);
    expect(told.slice(2), "[Z8] registered once, and nobody is added again").to.deep.equal(["score 7 of 7"]);
  });
});
