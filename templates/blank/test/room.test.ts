// The room in its worst weather, in milliseconds: a real server in this process, on a clock that the test moves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { testEvent } from "holdfast/testing";
import { MyRoom } from "../src/MyRoom.ts";

test("who drops and returns has its seat, and is told what it missed", async (t) => {
  const event = await testEvent(MyRoom);
  t.after(() => event.close());
  const ann = await event.join("ann");
  const bob = await event.join("bob");

  await ann.drop(); // the tunnel
  await bob.publish("wave", null);
  await event.advance(20_000);
  await ann.return();

  assert.deepEqual(ann.saw("announcement"), [
    { type: "announcement", name: "waved", payload: { by: "bob" } },
  ]);
  assert.equal(ann.state.waves, 1);
  assert.equal(ann.roster.bob?.waves, 1);
});

test("a restart of the server loses nobody", async (t) => {
  const event = await testEvent(MyRoom);
  t.after(() => event.close());
  const ann = await event.join("ann");

  await ann.publish("wave", null);
  await event.restart({ downMs: 60_000 });
  await ann.return();

  assert.equal(ann.roster.ann?.waves, 1);
});

test("who stays away for longer than the grace has left", async (t) => {
  const event = await testEvent(MyRoom);
  t.after(() => event.close());
  const ann = await event.join("ann");
  const bob = await event.join("bob");

  await bob.drop();
  await event.advance(31_000);

  assert.deepEqual(ann.saw("participant_left"), [
    { type: "participant_left", device_id: "bob", reason: "grace_expired" },
  ]);
});
