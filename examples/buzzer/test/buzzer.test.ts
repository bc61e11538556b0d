// The buzzer in its worst weather, on `holdfast/testing`: a real server in this process, whose network and clock the test has
// in hand. Nothing here waits for real time.
import { deepEqual, equal, rejects } from "node:assert/strict";
import { conformance, JoinRefused, type Phone, type TestEvent, testEvent } from "holdfast/testing";
import { answerTimeMs, BuzzerRoom, largestTeam } from "../BuzzerRoom.ts";
import type { game } from "../state.ts";

type Player = Phone<typeof game>;

describe("the buzzer", () => {
  let event: TestEvent<BuzzerRoom>;
  let host: Player;
  let ann: Player;
  let bob: Player;

  beforeEach(async () => {
    event = await testEvent(BuzzerRoom);
    host = await event.host();
    ann = await event.join("ann", { options: { team: "red" } });
    bob = await event.join("bob", { options: { team: "blue" } });
  });
  afterEach(() => event.close());

  it("gives the answer to whoever was first, and the point to its team", async () => {
    await host.request("open");
    await bob.publish("buzz", { round: 1 });
    await rejects(ann.publish("buzz", { round: 1 }), /Somebody was faster/);
    equal(ann.state.answering, "bob");
    deepEqual(bob.saw("told"), [{ type: "told", name: "your_turn", payload: { round: 1 } }]);
    await host.request("judge", { is_right: true });
    deepEqual([ann.state.red, ann.state.blue, ann.state.phase], [0, 1, "closed"]);
  });

  it("opens the round again after a wrong answer, and after ten seconds without one", async () => {
    await host.request("open");
    await ann.publish("buzz", { round: 1 });
    await host.request("judge", { is_right: false });
    equal(bob.state.phase, "open");
    await bob.publish("buzz", { round: 1 });
    await event.advance(answerTimeMs);
    deepEqual([bob.state.phase, bob.state.answering], ["open", ""]);
  });

  it("takes a press that was made in a tunnel, unless its round is over", async () => {
    await host.request("open");
    await ann.drop();
    const pressed = ann.publish("buzz", { round: 1 });
    await ann.return();
    await pressed;
    equal(bob.state.answering, "ann");
    await host.request("judge", { is_right: true });

    await ann.drop();
    const tooLate = rejects(ann.publish("buzz", { round: 1 }), /That round is over/);
    await host.request("open");
    await ann.return();
    await tooLate;
    equal(bob.state.phase, "open");
  });

  it("tells whoever was first that it is its turn, also when it drops in that moment", async () => {
    await host.request("open");
    const pressed = ann.publish("buzz", { round: 1 });
    await ann.drop();
    await ann.return();
    await pressed;
    await event.advance(2_000); // the room knows within two seconds that it is back and reads what it is told
    deepEqual(ann.saw("told"), [{ type: "told", name: "your_turn", payload: { round: 1 } }]);
  });

  it("keeps round, score and the rest of the ten seconds over a restart", async () => {
    await host.request("open");
    await ann.publish("buzz", { round: 1 });
    await event.advance(4_000);
    await event.restart({ downMs: 60_000 });
    await bob.return();
    equal(bob.state.answering, "ann");
    await event.advance(4_000);
    equal(bob.state.phase, "answering");
    await event.advance(3_000); // at most a second late, never early
    equal(bob.state.phase, "open");
  });

  it("lets nobody change its team by coming back, and nobody in without one", async () => {
    await ann.reload();
    equal(bob.roster.ann?.team, "red");
    await rejects(event.join("cy"), (error: JoinRefused) => error.code === 400);
    await rejects(
      event.join("cy", { options: { team: "green" } }),
      (error: JoinRefused) => error.code === 400,
    );
  });

  it("refuses the one who is too many for a team", async () => {
    for (let count = 1; count < largestTeam; count++)
      await event.join(`red ${count}`, { options: { team: "red" } });
    await rejects(event.join("one more", { options: { team: "red" } }), /Team red is full/);
    await event.join("one more", { options: { team: "blue" } });
    await ann.reload(); // who has a seat is not too many
    equal(ann.status, "connected");
  });

  it("obeys nobody but the host", async () => {
    await rejects(ann.request("open"), /Only a host/);
    await rejects(ann.request("judge", { is_right: true }), /Only a host/);
    await rejects(host.request("judge", { is_right: true }), /Nobody has answered/);
  });
});

// The rules of the contract that any room has to keep, at this one.
const press = { round: 1 };
conformance(BuzzerRoom, {
  joinOptions: ({ number }) => ({ team: number % 2 === 0 ? "blue" : "red" }),
  begin: { by: "host", type: "open" },
  publish: {
    type: "buzz",
    times: 1,
    payload: () => press,
    effects: ({ answering }) => (answering === "" ? 0 : 1),
  },
  refused: { type: "buzz", payload: { round: 99 } },
  announce: { how: "publish", type: "buzz", payload: press },
  changing: ["answer_until"], // it is later by as much as there was no server
  except: ["M2", "G16"], // it tells whoever presses (tested above), and has no private fields
});
