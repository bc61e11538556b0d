// Pins what src/rooms/internals/serializer overrides: what leaves is a copy, buffers are small, nobody is warned.
import { Encoder } from "@colyseus/schema";
import { expect } from "chai";
import { EventSerializer } from "../../../src/rooms/internals/serializer.ts";
import { EventState, Participant } from "../../../src/schema/event-state.ts";

describe("the serializer of an event", () => {
  it("[E11] a state over 16 KB is encoded once, kept, and warned about by nobody", () => {
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

  it("[E11] both buffers begin small, and rooms of one schema share their handshake", () => {
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
});
