// Pins what src/rooms/internals/schema takes from @colyseus/schema without its promise: an upgrade that moves it turns red here.
import { MapSchema } from "@colyseus/schema";
import { expect } from "chai";
import { guardMapKeys, onNextChange, visitChanged } from "../../../src/rooms/internals/schema.ts";
import { EventSerializer } from "../../../src/rooms/internals/serializer.ts";
import { EventState, Participant } from "../../../src/rooms/schema/EventState.ts";

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
