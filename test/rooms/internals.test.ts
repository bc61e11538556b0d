// Pins what src/rooms/internals takes from the framework without its promise: an upgrade that moves it turns red here.
import { type Client, matchMaker, type Room } from "@colyseus/core";
import { expect } from "chai";
import { ClientCount, reserveReturn } from "../../src/rooms/internals/core.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { identity } from "../support/phone.ts";
import { matchmake } from "../support/raw-client.ts";

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
});
