// Pins what src/rooms/internals takes from the framework without its promise: an upgrade that moves it turns red here.
import { type Client, matchMaker, Room } from "@colyseus/core";
import { expect } from "chai";
import { ClientCount, ratesOf, reserveReturn, stopPatching } from "../../../src/rooms/internals/core.ts";
import { onNextChange } from "../../../src/rooms/internals/schema.ts";
import { EventSerializer } from "../../../src/rooms/internals/serializer.ts";
import { EventState, Participant } from "../../../src/rooms/schema/EventState.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity } from "../../../harness/clients/phone.ts";
import { matchmake } from "../../../harness/clients/raw-client.ts";
import { quiet } from "../../../harness/wait.ts";

describe("internals of @colyseus/core 0.18.17", () => {
  let app: TestApp;
  let room: Room;
  before(async () => {
    app = await startApp();
    const me = identity();
    await matchmake(app.url, me);
    room = app.room(me.event_id) as unknown as Room;
  });
  after(() => app.close());

  it("[R6] a reservation is four things under its session's id, and a room's row counts it", () => {
    const seats = Reflect.get(room, "_reservedSeats");
    const [own] = Object.values(seats) as unknown[][];
    expect(own).to.have.length(4);
    const auth = { is: "mine" };
    reserveReturn(room, "a session", auth);
    expect(seats["a session"][1]).to.equal(auth);
    expect(seats["a session"].slice(2)).to.deep.equal(own?.slice(2)).and.deep.equal([false, false]);
    expect(Reflect.get(room, "_listing").clients).to.equal(2);
    Reflect.deleteProperty(seats, "a session");
  });

  it("[R6] joins and leaves are counted by the room's events; one leave for each join comes through", () => {
    const count = new ClientCount(room);
    const client = { sessionId: "x" } as Client;
    const events = Reflect.get(room, "_events");
    const before = matchMaker.stats.local.ccu;
    events.emit("leave", client, false);
    expect(matchMaker.stats.local.ccu).to.equal(before);
    events.emit("join", client);
    expect(matchMaker.stats.local.ccu).to.equal(before + 1);
    count.left(client);
    events.emit("leave", client, false);
    expect(matchMaker.stats.local.ccu).to.equal(before);
  });

  it("[N10] a room of the framework's begins an interval with each rate, null included, and stopPatching ends it", async () => {
    const plain = new Room();
    Reflect.get(plain, "__init").call(plain);
    const setRate = ratesOf(plain);
    let ticks = 0;
    plain.clock.tick = () => void (ticks += 1);
    const runs = async () => {
      const before = ticks;
      await quiet(100);
      return ticks > before;
    };
    setRate(10);
    expect(await runs()).to.equal(true);
    setRate(null);
    expect(await runs(), "fixed upstream? then stopPatching can go").to.equal(true);
    stopPatching(plain, setRate);
    expect(await runs()).to.equal(false);
    expect(Reflect.get(plain, "_simulationInterval")).to.equal(undefined);
    setRate(10);
    expect(await runs()).to.equal(true);
    stopPatching(plain, setRate);
    plain.setTimestep(() => {}, 10);
    const timestep = Reflect.get(plain, "_simulationInterval");
    stopPatching(plain, setRate);
    expect(Reflect.get(plain, "_simulationInterval")).to.equal(timestep);
    clearInterval(timestep);
  });
});

describe("internals of @colyseus/schema 5.0.34", () => {
  it("[N12] the first change after a quiet time is noticed, wherever in the state it is, and once", () => {
    const state = new EventState();
    const serializer = new EventSerializer<EventState>();
    serializer.reset(state);
    const participant = new Participant();
    state.participants.set("a", participant);
    const { changes } = serializer;
    const changed: (() => void)[] = [
      () => (state.event_id = "e"),
      () => (participant.display_name = "Ann"),
      () => void state.participants.set("b", new Participant()),
      () => void state.participants.delete("b"),
    ];
    for (const change of changed) {
      changes.discardChanges();
      let noticed = 0;
      onNextChange(changes, () => (noticed += 1));
      expect(changes.hasChanges).to.equal(false);
      change();
      expect([noticed, changes.hasChanges], change.toString()).to.deep.equal([1, true]);
      state.event_id = `${Math.random()}`;
      expect(noticed).to.equal(1);
    }
  });
});
