// Which types of events a server has, and which of them a stored event is.
import { expect } from "chai";
import { type EventRoomClass, EventTypes } from "../../../src/rooms/directory/event-types.ts";

const classOf = (name: string) => ({ name }) as unknown as EventRoomClass; // nobody makes one
const Quiz = classOf("Quiz");
const Buzzer = classOf("Buzzer");
const both = [
  { name: "quiz", room: Quiz },
  { name: "buzzer", room: Buzzer },
];

describe("the types of a server's events", () => {
  it("[T1] the default type is the first, or the one that is named; what 0.1.0 has stored is of it", () => {
    const types = new EventTypes(both);
    expect(types.names).to.deep.equal(["quiz", "buzzer"]);
    expect(types.get("buzzer")?.room).to.equal(Buzzer);
    expect(types.get("other")).to.equal(undefined);
    expect(types.get("__proto__")).to.equal(undefined);
    expect(types.ofStored("")?.room).to.equal(Quiz);
    expect(new EventTypes(both, "buzzer").ofStored("")?.room).to.equal(Buzzer);
  });

  it("[T1] a type is stored by its name, and stays what it is when another becomes the default", () => {
    const before = new EventTypes(both);
    const after = new EventTypes(both, "buzzer");
    for (const { name, room } of both) expect(after.ofStored(before.storedAs(name))?.room).to.equal(room);
    expect(before.ofStored("of a newer server")).to.equal(undefined);
  });

  it("[T1] the one type of a server without names is `event`, and becomes the default type of one with names", () => {
    const single = EventTypes.single(Quiz);
    expect(single.names).to.deep.equal(["event"]);
    expect(single.defaultName).to.equal("event");
    expect(single.storedAs("event")).to.equal("");
    expect(single.ofStored("")?.room).to.equal(Quiz);
    expect(new EventTypes(both).ofStored(single.storedAs("event"))?.room).to.equal(Quiz);
  });

  it("[T1] names that cannot be joined, or say nothing, are refused with a sentence", () => {
    const refused = (name: string, defaultName?: string) =>
      expect(() => new EventTypes([...both, { name, room: Quiz }], defaultName)).to.throw(TypeError);
    for (const name of ["", "a b", "a/b", "ä", "x".repeat(65)])
      refused(name)
        .with.property("message")
        .matches(/cannot name/);
    refused("event")
      .with.property("message")
      .matches(/only name the default type/);
    refused("third", "fourth")
      .with.property("message")
      .matches(/no type of events named "fourth"/);
    expect(() => new EventTypes([])).to.throw(TypeError, "at least one");
    expect(new EventTypes([...both, { name: "event", room: Quiz }], "event").storedAs("event")).to.equal("");
  });
});
