// Pins what src/rooms/internals/core takes from @colyseus/core without its promise: an upgrade that moves it turns red here.
import { type Client, ClientState, matchMaker, Protocol, Room } from "@colyseus/core";
import { expect } from "chai";
import { ClientCount, hasTimestep, ratesOf, stopPatching } from "../../../src/rooms/internals/core.ts";
import {
  forgetReservations,
  reservationCount,
  reserveReturn,
} from "../../../src/rooms/internals/reservations.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { quiet, until } from "../../../harness/wait.ts";

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

  it("[W8] [N3] a reservation and its timeout are kept where they are counted, and forgotten", async () => {
    const me = identity();
    const { reservation } = await matchmake(app.url, me);
    const { sessionId } = reservation as { sessionId: string };
    const room = app.room(me.event_id) as object;
    expect(Reflect.get(room, "_reservedSeats")[sessionId].slice(2)).to.deep.equal([false, false]);
    expect(Reflect.get(room, "_reservedSeatTimeouts")[sessionId]).to.have.property("ref");
    expect(reservationCount(room)).to.equal(1);
    await Phone.join(app.url, identity(me.event_id));
    expect(reservationCount(room), "one whose socket has come does not count").to.equal(1);
    forgetReservations(room);
    expect(reservationCount(room)).to.equal(0);
    expect(Reflect.get(room, "_reservedSeats")).to.not.have.property(sessionId);
  });

  it("[N9] a time step is where it is looked for", async () => {
    const me = identity();
    const phone = await Phone.join(app.url, me);
    const room = app.room(me.event_id) as unknown as Room;
    expect(hasTimestep(room)).to.equal(false);
    room.setSimulationInterval(() => {});
    expect(hasTimestep(room)).to.equal(true);
    await phone.room.leave();
  });

  it("[E3] what is sent before the acknowledgement waits in the client, and comes behind the first state", async () => {
    const me = identity();
    const raw = await RawClient.join(app.url, me, { acknowledges: false });
    const room = app.room(me.event_id) as unknown as Room;
    const [client] = room.clients as unknown as (Client & { _enqueuedMessages: unknown[] | undefined })[];
    client?.send("early", 1);
    expect(client?._enqueuedMessages).to.have.length(1);
    expect(client?.state).to.equal(ClientState.JOINING);
    raw.acknowledge();
    await until("early", () => raw.count("early") === 1);
    expect(raw.codes.indexOf(Protocol.ROOM_STATE)).to.be.within(0, raw.codes.indexOf(Protocol.ROOM_DATA) - 1);
    expect(client?._enqueuedMessages).to.equal(undefined);
    raw.socket.terminate();
  });

  it("[J9] the matchmaker and the room have the methods that we call and replace", async () => {
    const { controller } = matchMaker;
    for (const name of [
      "getLocalRoomById",
      "reserveSeatFor",
      "buildSeatReservation",
      "setHealthChecksEnabled",
    ])
      expect(Reflect.get(matchMaker, name), name).to.be.a("function");
    expect(controller.DEFAULT_CORS_HEADERS).to.be.an("object");
    expect(controller.exposedMethods).to.be.an("array");
    for (const name of [
      "broadcastPatch",
      "checkReconnectionToken",
      "hasReachedMaxClients",
      "hasReservedSeat",
      "kickClient",
      "setSerializer",
    ])
      expect(Reflect.get(Room.prototype, name), name).to.be.a("function");
    const me = identity();
    const phone = await Phone.join(app.url, me);
    const room = app.room(me.event_id) as object;
    expect(Reflect.get(room, "_listing"), "what the cluster's listing reads").to.have.property("roomId");
    await phone.room.leave();
  });
});
