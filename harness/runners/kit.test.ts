// The test kit under Node's own runner.
import assert from "node:assert/strict";
import { test } from "node:test";
import { testEvent } from "holdfast/testing";
import { SoundRoom } from "../servers/rooms-under-test.ts";

test("a seat outlives a drop, and no longer than its grace", async () => {
  const event = await testEvent(SoundRoom);
  const ann = await event.join("ann");
  await event.join("bob");
  await ann.drop();
  await event.advance(29_000);
  await ann.return();
  await ann.drop();
  await event.advance(31_000);
  assert.deepEqual(
    event.room.participants.list().map(({ deviceId }) => deviceId),
    ["bob"],
  );
  await event.close();
});
