// Pins what src/rooms/internals/schema takes from @colyseus/schema without its promise: an upgrade that moves it turns red here.
import { Decoder, Encoder, MapSchema, schema, t } from "@colyseus/schema";
import { expect } from "chai";
import {
  guardMapKeys,
  numberInstancesFrom,
  onNextChange,
  visitChanged,
} from "../../../src/rooms/internals/schema.ts";
import { EventSerializer } from "../../../src/rooms/internals/serializer.ts";
import { EventState, Participant } from "../../../src/schema/event-state.ts";

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

  it("[G20] the instances of a state are numbered from where they are told to, but for those that are there", () => {
    const Inner = schema({ n: t.number() }, "Inner");
    const state = new (schema({ list: t.array(Inner) }, "Numbered"))();
    const encoder = new Encoder(state);
    numberInstancesFrom(encoder, 65_536);
    for (const n of [1, 2]) state.list.push(new Inner({ n }));
    const numbers = Object.keys(encoder.root.changeTrees).map(Number);
    expect(numbers).to.deep.equal([0, 1, 65_536, 65_537]);
    const decoder = new Decoder(new (state.constructor as new () => typeof state)());
    decoder.decode(encoder.encodeAll());
    expect(decoder.state.list.map(({ n }) => n)).to.deep.equal([1, 2]);
  });

  it("[J4] a map's journal indexes keys in a plain object, and ours in one without a prototype", () => {
    const map = new MapSchema<Participant>();
    const plain = Reflect.get(map, "journal").indexByKey;
    expect(Object.getPrototypeOf(plain), "fixed upstream? then guardMapKeys can go").to.equal(
      Object.prototype,
    );
    guardMapKeys(map);
    expect(Object.getPrototypeOf(Reflect.get(map, "journal").indexByKey)).to.equal(null);
  });

  it("[D6] what has changed since the last patch is a list, from each instance up to the state", () => {
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
});
