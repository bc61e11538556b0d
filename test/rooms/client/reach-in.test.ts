// Pins the client's reaches into the SDK's internals (src/client/connection/connection.ts): an upgrade that moves one turns red here.
import "../../../harness/clients/use-ws.ts"; // before the SDK
import { ColyseusSDK, Room, SchemaSerializer } from "@colyseus/sdk";
import { expect } from "chai";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

describe("client reach-ins", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  it("[C8] sdk 0.18.4: a token that the SDK keeps goes into the socket's address, and one that is deleted does not", () => {
    const client = new ColyseusSDK("http://127.0.0.1:1");
    const build = Reflect.get(client, "buildEndpoint").bind(client) as (
      seat: object,
      options: object,
    ) => string;
    const seat = { roomId: "r", processId: "p" };
    Reflect.set(client.http, "authToken", "secret");
    expect(build(seat, {})).to.contain("secret");
    Reflect.deleteProperty(client.http, "authToken");
    expect(build(seat, {})).to.not.contain("secret");
  });

  it("[C3] sdk 0.18.4: every path ends in consumeSeatReservation, which makes its room by createRoom", async () => {
    const made: string[] = [];
    class Watched extends ColyseusSDK {
      override consumeSeatReservation<T>(reservation: never): Promise<Room<unknown, T>> {
        made.push("consumed");
        return super.consumeSeatReservation(reservation);
      }
      protected override createRoom<T>(name: string): Room<unknown, T> {
        made.push(`room ${name}`);
        return super.createRoom(name);
      }
    }
    const client = new Watched(app.url);
    const room = await client.joinOrCreate("event", identity());
    const again = await client.reconnect(room.reconnectionToken);
    expect(made).to.deep.equal(["consumed", "room event", "consumed", "room event"]);
    for (const each of [room, again]) each.reconnection.enabled = false;
    void again.leave();
  });

  it("[C1] sdk 0.18.4: a room's end, its errors and its handlers are where the link replaces them", async () => {
    const phone = await Phone.join(app.url, identity());
    const room = phone.room as unknown as Room;
    const { events } = room.connection;
    for (const name of ["onclose", "onerror", "onmessage"] as const)
      expect(events[name], name).to.be.a("function");
    expect(Object.keys(Reflect.get(room, "onMessageHandlers").events)).to.include("*");
    expect(Reflect.get(room, "joinedAtTime")).to.be.greaterThan(0);
    expect(Reflect.get(Room.prototype, "onMessageCallback")).to.be.a("function");
    phone.room.reconnection.enabled = false;
    await phone.room.leave();
  });

  it("[C21] sdk 0.18.4: the state is in a serializer with its decoder, and is cleared by its teardown when the room is over", async () => {
    const me = identity();
    const phone = await Phone.join(app.url, me);
    const serializer = Reflect.get(phone.room, "serializer") as SchemaSerializer;
    expect(serializer).to.be.instanceOf(SchemaSerializer);
    expect(serializer.state).to.equal(phone.room.state);
    expect(Reflect.get(serializer, "decoder")).to.have.property("state", serializer.state);
    const { teardown } = serializer;
    let count = 0;
    serializer.teardown = () => {
      count += 1;
      teardown.call(serializer);
    };
    phone.room.reconnection.enabled = false;
    await phone.room.leave();
    await until("it is cleared", () => count > 0);
  });
});
