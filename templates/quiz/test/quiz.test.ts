// The room in its worst weather, in milliseconds: a real server in this process, on a clock that the test moves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { testEvent } from "holdfast/testing";
import { askMs, QuizRoom } from "../src/QuizRoom.ts";
import { questionOf } from "../src/questions.ts";

const { right } = questionOf(0);

test("who drops and returns has its seat, its answer and its score", async (t) => {
  const event = await testEvent(QuizRoom);
  t.after(() => event.close());
  const ann = await event.join("ann");
  const bob = await event.join("bob");

  await ann.publish("answer", { number: 0, choice: right });
  await ann.drop(); // the tunnel
  await event.advance(askMs); // and the question is over meanwhile
  await ann.return();

  assert.equal(ann.roster.ann?.score, 1);
  assert.deepEqual(bob.saw(), [
    { type: "participant_temporarily_disconnected", device_id: "ann", reason: "connection_lost" },
    { type: "announcement", name: "shown", payload: { number: 0, right } },
    { type: "participant_reconnected", device_id: "ann" },
  ]);
});

test("a restart of the server loses neither seats nor the running question", async (t) => {
  const event = await testEvent(QuizRoom);
  t.after(() => event.close());
  const ann = await event.join("ann");
  const bob = await event.join("bob");

  await ann.publish("answer", { number: 0, choice: right });
  await event.restart({ downMs: 60_000 });
  await ann.return();
  await bob.return();
  assert.equal(ann.state.phase, "asking");
  await bob.publish("answer", { number: 0, choice: right }); // the last one: the answer is shown

  assert.deepEqual([bob.roster.ann?.score, bob.roster.bob?.score], [1, 1]);
});

test("who stays away for longer than the grace has left", async (t) => {
  const event = await testEvent(QuizRoom);
  t.after(() => event.close());
  const ann = await event.join("ann");
  const bob = await event.join("bob");

  await bob.drop();
  await event.advance(31_000);

  assert.deepEqual(ann.saw("participant_left"), [
    { type: "participant_left", device_id: "bob", reason: "grace_expired" },
  ]);
  assert.deepEqual(Object.keys(ann.roster), ["ann"]);
});
