// Pins the server's reaches into the internals of Colyseus and ws: an upgrade that moves one turns red here. The list
// is in ARCHITECTURE.md; the client's are pinned by test/rooms/client/reach-in.test.ts, the Redis driver's and presence's by
// test/redis/cluster/fenced-driver.test.ts.
import { once } from "node:events";
import { Socket } from "node:net";
import { type Client, ClientState, matchMaker, Protocol, Room } from "@colyseus/core";
import { Encoder, MapSchema } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { expect } from "chai";
import {
  EventSerializer,
  forgetReservations,
  frameOf,
  guardMapKeys,
  hasStagedFrames,
  hasTimestep,
  reservationCount,
  visitChanged,
} from "../../../src/rooms/internals/serializer.ts";
import { startApp } from "../../../harness/servers/app.ts";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";
import { EventState, Participant } from "../../../src/rooms/schema/EventState.ts";

describe("reach-ins", () => {
  it("[J4] schema 5.0.34: a map's journal indexes keys in a plain object, and ours in one without a prototype", () => {
    const map = new MapSchema<Participant>();
    const plain = Reflect.get(map, "journal").indexByKey;
    expect(Object.getPrototypeOf(plain), "fixed upstream? then guardMapKeys can go").to.equal(
      Object.prototype,
    );
    guardMapKeys(map);
    expect(Object.getPrototypeOf(Reflect.get(map, "journal").indexByKey)).to.equal(null);
  });

  it("[E11] schema 5.0.34: a state over 16 KB is encoded once, kept, and warned about by nobody", () => {
    const state = new EventState();
    const serializer = new EventSerializer<EventState>();
    serializer.reset(state);
    const warn = console.warn;
    const warnings: unknown[] = [];
    console.warn = (...parts: unknown[]) => warnings.push(parts);
    try {
      for (let i = 0; i < 2000; i++) state.participants.set(`device ${i}`, new Participant());
      const first = serializer.getFullState();
      serializer.applyPatches([]);
      const second = serializer.getFullState();
      expect(first.length).to.be.greaterThan(Encoder.BUFFER_SIZE);
      expect(Buffer.compare(first, second)).to.equal(0);
      expect(first.buffer).to.not.equal(second.buffer);
    } finally {
      console.warn = warn;
    }
    expect(warnings).to.deep.equal([]);
  });

  it("[E10] what is sent is a copy: the next encoding does not change it", () => {
    const state = new EventState();
    const serializer = new EventSerializer<EventState>();
    serializer.reset(state);
    const encoder = Reflect.get(serializer, "encoder") as Encoder<EventState>;
    state.event_id = "first";
    const patch = encoder.encode({ offset: 1 });
    const before = Buffer.from(patch);
    encoder.discardChanges();
    state.event_id = "other";
    encoder.encode({ offset: 1 });
    expect(Buffer.compare(before, patch)).to.equal(0);
  });

  it("[W8] [N3] core 0.18.17: a reservation and its timeout are kept where they are counted, and forgotten", async () => {
    const app = await startApp();
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
    await app.close();
  });

  it("[E11] schema 5.0.34: both buffers begin small, and rooms of one schema share their handshake", () => {
    const serializers = [0, 1].map(() => {
      const serializer = new EventSerializer<EventState>();
      serializer.reset(new EventState());
      return serializer;
    });
    const [one, other] = serializers as [EventSerializer<EventState>, EventSerializer<EventState>];
    const { sharedBuffer } = Reflect.get(one, "encoder") as Encoder<EventState>;
    expect([sharedBuffer.length, Reflect.get(one, "fullEncodeBuffer").length]).to.deep.equal([256, 256]);
    expect(one.handshake()).to.equal(other.handshake());
  });

  it("[E19] core 0.18.17: what is staged for after the next patch, and a time step, are where they are looked for", async () => {
    const app = await startApp();
    const me = identity();
    const phone = await Phone.join(app.url, me);
    const room = app.room(me.event_id) as unknown as Room;
    const { clients } = room;
    expect(hasStagedFrames(clients)).to.equal(false);
    clients[0]?.send("later", {}, { afterNextPatch: true });
    expect(hasStagedFrames(clients)).to.equal(true);
    expect(hasTimestep(room)).to.equal(false);
    room.setSimulationInterval(() => {});
    expect(hasTimestep(room)).to.equal(true);
    await phone.room.leave();
    await app.close();
  });

  it("[E1] frames are RFC 6455 binary frames for every length", () => {
    for (const length of [0, 1, 125, 126, 65_535, 65_536, 100_000]) {
      const frame = frameOf(Buffer.alloc(length, 7));
      expect(frame[0]).to.equal(0x82);
      const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
      expect(frame.length).to.equal(header + length);
      if (header === 2) expect(frame[1]).to.equal(length);
      if (header === 4) expect([frame[1], frame.readUInt16BE(2)]).to.deep.equal([126, length]);
      if (header === 10) expect([frame[1], Number(frame.readBigUInt64BE(2))]).to.deep.equal([127, length]);
    }
  });

  it("[D6] schema 5.0.34: what has changed since the last patch is a list, from each instance up to the state", () => {
    const state = new EventState();
    guardMapKeys(state.participants);
    const serializer = new EventSerializer<EventState>();
    serializer.reset(state);
    const [ann, bob] = [new Participant(), new Participant()];
    state.participants.set("ann", ann);
    state.participants.set("bob", bob);
    serializer.changes.discardChanges();
    bob.display_name = "Bob";
    const changed: object[] = [];
    visitChanged(serializer.changes, (instance) => {
      changed.push(instance);
      return true;
    });
    expect(changed.includes(bob) && changed.includes(state)).to.equal(true);
    expect(changed.includes(ann)).to.equal(false);
  });

  it("[E3] core 0.18.17: what is said before the acknowledgement waits in the client, and comes behind the first state", async () => {
    const app = await startApp();
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
    await app.close();
  });

  it("[J9] core 0.18.17: the matchmaker and the room have the methods that we call and replace", async () => {
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
    const app = await startApp();
    const me = identity();
    const phone = await Phone.join(app.url, me);
    const room = app.room(me.event_id) as object;
    expect(Reflect.get(room, "_listing"), "what the cluster's listing reads").to.have.property("roomId");
    await phone.room.leave();
    await app.close();
  });

  it("[W7] ws-transport 0.18.4: upgrades are listened for in one method, and its sockets are in `wss`", () => {
    const heard: unknown[] = [];
    class Silent extends WebSocketTransport {
      protected override listenForUpgrade(): void {
        heard.push("asked");
      }
    }
    const transport = new Silent({ pingInterval: 0 });
    expect(heard).to.deep.equal(["asked"]);
    expect(transport.server?.listeners("upgrade")).to.deep.equal([]);
    expect(Reflect.get(transport, "wss")).to.have.property("handleUpgrade");
    expect(Reflect.get(transport, "onConnection")).to.be.a("function");
    transport.shutdown();
  });

  it("[E21] ws 8.23: the socket under a WebSocket is Node's own, and what is written to it is on the wire", async () => {
    const app = await startApp();
    const me = identity();
    const raw = await RawClient.join(app.url, me, { isDeaf: true });
    const [client] = (app.room(me.event_id) as unknown as Room).clients;
    const under = Reflect.get(client?.ref as object, "_socket");
    expect(under).to.be.instanceOf(Socket);
    const came = once(raw.socket, "message");
    (under as Socket).write(frameOf(Buffer.from("over the socket itself")));
    expect(String((await came)[0])).to.equal("over the socket itself");
    raw.socket.terminate();
    await app.close();
  });
});
