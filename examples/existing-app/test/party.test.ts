// The party in bad weather, on `holdfast/testing`: a server in this process, whose network and clock the test has in hand. Run
// it with `node --test`.
import { deepEqual, equal } from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { conformance, type TestEvent, testEvent } from "holdfast/testing";
import { PartyRoom } from "../src/rooms/PartyRoom.ts";

const toast = (by: string, count: number) => ({
  type: "announcement",
  name: "toast",
  payload: { by, count },
});

describe("the party", () => {
  let event: TestEvent<PartyRoom>;

  beforeEach(async () => {
    event = await testEvent(PartyRoom);
  });
  afterEach(() => event.close());

  it("tells who was away which toasts it has missed", async () => {
    const ann = await event.join("ann");
    const bob = await event.join("bob");
    await bob.drop();
    await ann.send("toast");
    await bob.return();
    deepEqual(bob.saw("announcement"), [toast("ann", 1)]);
  });

  it("keeps a seat for half a minute, and no longer", async () => {
    const ann = await event.join("ann");
    const bob = await event.join("bob");
    await bob.drop();
    await event.advance(29_000);
    await bob.return();
    await bob.drop();
    await event.advance(31_000);
    deepEqual(ann.saw("participant_left"), [
      { type: "participant_left", device_id: "bob", reason: "grace_expired" },
    ]);
  });

  it("knows its toasts after a restart", async () => {
    const ann = await event.join("ann");
    await ann.send("toast");
    await event.restart({ downMs: 60_000 });
    await ann.return();
    await ann.send("toast");
    equal(ann.state.toasts, 2);
    equal(ann.roster.ann?.toasts, 2);
  });
});

// The rules of the contract that any room has to keep, at this one.
conformance(PartyRoom, {
  change: { type: "toast" },
  announce: { type: "toast" },
  except: ["P4", "P14", "M2", "G16"], // nothing is published or told, and there are no private fields
});
