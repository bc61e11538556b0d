// Pins every reach into the framework's internals: an upgrade that moves one turns red here, and only here.
import type { Room } from "@colyseus/core";
import { Encoder, MapSchema } from "@colyseus/schema";
import { expect } from "chai";
import {
  EventSerializer,
  forgetReservations,
  frameOf,
  guardMapKeys,
  hasStagedFrames,
  hasTimestep,
  reservationCount,
} from "../../src/rooms/reach-in.ts";
import { startApp } from "../support/app.ts";
import { identity, Phone } from "../support/phone.ts";
import { matchmake } from "../support/raw-client.ts";
import { EventState, Participant } from "../../src/rooms/schema/EventState.ts";

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
    expect([sharedBuffer.length, Reflect.get(one, "fullEncodeBuffer").length]).to.deep.equal([1024, 1024]);
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
});
