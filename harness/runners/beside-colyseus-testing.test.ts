// The test kit in a project that uses `@colyseus/testing`, which loads the framework's own bundle: one server after the other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { boot } from "@colyseus/testing";
import { defineRoom, defineServer, Room } from "colyseus";
import { eventRoom, withHoldfast } from "holdfast";
import { testEvent } from "holdfast/testing";
import { SoundRoom } from "../servers/rooms-under-test.ts";

class Lobby extends Room {}

test("a server that @colyseus/testing boots, and then an event of the kit's", async () => {
  const rooms = { lobby: defineRoom(Lobby), sound: eventRoom(SoundRoom) };
  const theirs = await boot(
    defineServer(withHoldfast({ rooms, greet: false }, { storeUrl: "memory:", logLevel: "silent" })),
  );
  const room = await theirs.sdk.joinOrCreate("lobby");
  assert.equal(room.name, "lobby");
  await room.leave();
  await theirs.shutdown();
  const event = await testEvent(SoundRoom);
  const ann = await event.join("ann");
  await ann.drop();
  await event.advance(31_000);
  assert.deepEqual(event.room.participants.list(), []);
  await event.close();
});
