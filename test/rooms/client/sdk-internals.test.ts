// Pins what src/client/connection/sdk/sdk-room.ts uses of the SDK and the SDK does not document: an upgrade that moves
// one turns red here.
import "../../../harness/clients/use-ws.ts"; // before the SDK
import { Room, SchemaSerializer } from "@colyseus/sdk";
import { ArraySchema, type DataChange, Decoder, Encoder, OPERATION, schema, t } from "@colyseus/schema";
import { expect } from "chai";
import { systemEnvironment } from "../../../src/client/platform/environment.ts";
import { SdkDialer } from "../../../src/client/connection/sdk/dialer.ts";
import { tellReversals } from "../../../src/client/connection/sdk/reversals.ts";
import { emptyLike, unclearable } from "../../../src/client/connection/sdk/sdk-room.ts";
import { fieldsOf, identityOf } from "../../../src/client/state/internals.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

describe("what the client uses of the SDK without its documentation", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  async function joined(): Promise<Phone> {
    const phone = await Phone.join(app.url, identity());
    phone.room.reconnection.enabled = false;
    return phone;
  }

  it("[C1] sdk 0.18.4: a room's end, its errors and its handlers are where SdkRoom replaces them", async () => {
    const phone = await joined();
    const room = phone.room as unknown as Room;
    const { events } = room.connection;
    for (const name of ["onclose", "onerror", "onmessage"] as const)
      expect(events[name], name).to.be.a("function");
    expect(Object.keys(Reflect.get(room, "onMessageHandlers").events)).to.include("*");
    expect(Reflect.get(Room.prototype, "onMessageCallback")).to.be.a("function");
    await phone.room.leave();
  });

  it("[C1] sdk 0.18.4: onJoin comes once, with joinedAtTime set and before JOIN_ROOM is acknowledged through connection.send", async () => {
    const seat = await reserve(app.url);
    const order: string[] = [];
    class Watched extends Room {
      constructor() {
        super("event");
        Object.assign(this, { roomId: seat.roomId, sessionId: seat.sessionId });
        this.reconnection.enabled = false;
        expect(this.joinedAtTime).to.equal(0);
        this.onMessage("*", () => {});
        this.onJoin.once(() => void order.push(this.joinedAtTime > 0 ? "joined" : "joined too early"));
      }
      override connect(address: string): void {
        super.connect(address, {}, {});
        const send = this.connection.send.bind(this.connection);
        this.connection.send = (data: Uint8Array) => {
          order.push(`sent ${data.join()}`);
          send(data);
        };
      }
    }
    const room = new Watched();
    room.connect(
      `${app.url.replace("http", "ws")}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`,
    );
    await until("it is let in", () => order.length > 1);
    expect(order).to.deep.equal(["joined", "sent 10"]);
    expect(room.reconnectionToken.split(":"), "<room id>:<token>").to.have.length(2);
    expect(room.reconnectionToken).to.match(new RegExp(`^${seat.roomId}:.+`));
    await room.leave();
  });

  it("[C1] sdk 0.18.4: whoever listens once to onError hears one, also when it is invoked by us", () => {
    const room = new Room("event");
    const codes: number[] = [];
    room.onError.once((code) => codes.push(code));
    room.onError.invoke(1006);
    room.onError.invoke(1005);
    expect(codes).to.deep.equal([1006]);
  });

  it("[C21] sdk 0.18.4: the state is in a serializer with its decoder, and is cleared by its teardown when the room is over", async () => {
    const phone = await joined();
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
    await phone.room.leave();
    await until("it is cleared", () => count > 0);
  });

  it("[C21] sdk 0.18.4: a state of the same classes can be made empty, and one that cannot be cleared keeps its own", async () => {
    const phone = await joined();
    const serializer = Reflect.get(phone.room, "serializer") as SchemaSerializer;
    const empty = emptyLike(serializer);
    expect(empty.state).to.be.instanceOf(serializer.state.constructor).and.not.equal(serializer.state);
    expect(Reflect.get(empty, "decoder")).to.have.property("state", empty.state);
    const kept = unclearable(serializer);
    expect(kept).to.be.instanceOf(SchemaSerializer);
    const { size } = serializer.decoder.root.refs;
    kept.teardown();
    expect(serializer.decoder.root.refs.size).to.equal(size).and.above(1);
    await phone.room.leave();
  });

  it("[Z2] schema 5.0.34: the decoder's one slot is told what a patch has changed, by instance and field; a class names its fields", async () => {
    const event = newEvent();
    const two = identity(event);
    const phone = await Phone.join(app.url, identity(event));
    const { decoder, state } = Reflect.get(phone.room, "serializer") as SchemaSerializer;
    const told: DataChange[] = [];
    decoder.triggerChanges = (changes) => void told.push(...changes);
    const other = await Phone.join(app.url, two);
    const ofMap = () => told.find(({ ref }) => ref === state.participants);
    await until("the other is seen", () => ofMap() !== undefined);
    const participant = state.participants.get(two.device_id);
    expect(ofMap()).to.include({ op: OPERATION.ADD, dynamicIndex: two.device_id, value: participant });
    const fields = told.filter(({ ref }) => ref === participant).map(({ field }) => field);
    expect(fields).to.include.members(["device_id", "status"]);
    expect(fieldsOf(participant)?.slice(0, 2)).to.deep.equal(["device_id", "user_id"]);
    await Promise.all([phone.room.leave(), other.room.leave()]);
  });

  it("[Z30] schema 5.0.34: arrays are decoded by a function of their class, of which only our decoders are told more", () => {
    const Numbers = schema({ list: t.array("number") });
    const sent = new Numbers();
    sent.list.push(1, 2, 3);
    const encoder = new Encoder(sent);
    const copies = [new Numbers(), new Numbers()] as const;
    const [stock, ours] = [new Decoder(copies[0]), new Decoder(copies[1])];
    for (const decoder of [stock, ours]) decoder.decode(encoder.encodeAll());
    encoder.discardChanges();
    const told = [stock, ours].map((decoder) => {
      const changes: unknown[] = [];
      decoder.triggerChanges = (some) =>
        changes.push(
          ...some.map(({ dynamicIndex, value, previousValue }) => [dynamicIndex, value, previousValue]),
        );
      return changes;
    });
    tellReversals(ours);
    sent.list.reverse();
    const patch = encoder.encode();
    for (const decoder of [stock, ours]) decoder.decode(patch);
    expect(copies.map((copy) => copy.list.toArray())).to.deep.equal([
      [3, 2, 1],
      [3, 2, 1],
    ]);
    expect(told, "once a stock decoder tells it, ours needs no help any more").to.deep.equal([
      [],
      [
        [0, 3, 1],
        [2, 1, 3],
      ],
    ]);
  });

  it("[Z7] schema 5.0.34: an array's proxy and what is behind it have the same $changes, and no other has", () => {
    const [one, other] = [new ArraySchema<number>(1), new ArraySchema<number>(1)];
    const behind = Object.getOwnPropertySymbols(one)
      .map((symbol): unknown => Reflect.get(one, symbol))
      .find((value) => value instanceof ArraySchema && value !== one) as object;
    expect(identityOf(behind)).to.equal(identityOf(one)).and.not.equal(identityOf(other));
  });

  it("[C27] an SDK that does not fit is reported in one sentence, before anything is tried", () => {
    const prototype = Room.prototype as unknown as Record<string, unknown>;
    const { onMessageCallback } = prototype;
    delete prototype.onMessageCallback;
    try {
      expect(() => new SdkDialer(app.url, systemEnvironment())).to.throw(
        "holdfast/client is made for @colyseus/sdk 0.18.4, and the one that is loaded has no Room.onMessageCallback.",
      );
    } finally {
      prototype.onMessageCallback = onMessageCallback;
    }
    expect(() => new SdkDialer(app.url, systemEnvironment())).to.not.throw();
  });
});

async function reserve(url: string): Promise<{ roomId: string; sessionId: string; processId: string }> {
  const response = await fetch(`${url}/matchmake/joinOrCreate/event`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(identity()),
  });
  return (await response.json()) as Awaited<ReturnType<typeof reserve>>;
}
