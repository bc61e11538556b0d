// Who is in the event: follows what a patch changes, and is what looking at everyone would have found.
import { expect } from "chai";
import fc from "fast-check";
import { Roster } from "../../../../src/client/presence/roster.ts";
import { defineEventState, schema, t } from "../../../../src/schema/index.ts";
import { DecodedState, ServedState } from "../../../../harness/states/decoded-state.ts";
import { stateOf } from "../../../../harness/clients/fakes/fake-server.ts";
import { connected } from "../../../../harness/clients/fakes/fake-session.ts";
import { mutate, randomShape, Tape, Twin } from "../../../../harness/states/random-state.ts";

const Card = schema({ suit: t.string(), rank: t.number() }, "Card");
const game = defineEventState({
  participant: { score: t.number().default(0), hand: t.array(Card), tags: t.map("string") },
  event: { round: t.number().default(0) },
});

function joined(...devices: string[]) {
  const served = new ServedState(new game.State());
  const join = (device: string) => {
    const participant = new game.Participant();
    participant.device_id = device;
    served.state.participants.set(device, participant);
  };
  for (const device of devices) join(device);
  const copy = served.join();
  const roster = new Roster("ann");
  const update = () => {
    const changes = copy.decode(served.patch());
    const changed = roster.update(copy.state, changes);
    return changed === undefined ? undefined : [...changed];
  };
  roster.update(copy.state);
  const card = (suit: string, rank: number) => Object.assign(new Card(), { suit, rank });
  const of = (device: string) => served.state.participants.get(device)!;
  return { served, roster, update, join, card, of };
}

describe("client roster", () => {
  it("[C13] reports a change, and of none when there is none", () => {
    const roster = new Roster("me");
    const state = stateOf([
      ["me", {}],
      ["__proto__", { display_name: "P" }],
    ]);
    expect([...(roster.update(state as never) ?? [])]).to.deep.equal(["me", "__proto__"]);
    expect(roster.update(state as never)).to.equal(undefined);
    const before = roster.entries;
    expect(before.get("__proto__")).to.include({ displayName: "P", isMe: false });
    expect(before.get("me")?.isMe).to.equal(true);
    for (const change of [
      { status: "temporarily_disconnected" },
      { reason: "connection_lost" },
      { grace_expires_at: 7 },
      { disconnected_at: 7 },
      { joined_at: 7 },
      { display_name: "Q" },
      { user_id: "u" },
    ]) {
      Object.assign(state.participants.get("__proto__") as object, change);
      const changed = [...(roster.update(state as never) ?? [])];
      expect(changed, JSON.stringify(change)).to.deep.equal(["__proto__"]);
    }
    expect(roster.entries.get("me"), "who has not changed is the same").to.equal(before.get("me"));
    state.participants.delete("__proto__");
    expect([...(roster.update(state as never) ?? [])]).to.deep.equal(["__proto__"]);
    expect([...roster.entries.keys()]).to.deep.equal(["me"]);
    expect(before.size, "what was handed out stays as it was").to.equal(2);
  });

  it("[C13] one for one exchanged is a change", () => {
    const roster = new Roster("me");
    roster.update(stateOf([["a", {}]]) as never);
    expect([...(roster.update(stateOf([["b", {}]]) as never) ?? [])]).to.have.members(["a", "b"]);
  });

  it("[C13] stays as it last was while the connection is lost, and is announced at most once a patch", async () => {
    const { environment, server, session, announced } = await connected();
    server.last.state(server.state);
    expect(announced).to.deep.equal([]);
    server.onDial = (connection) => connection.fail({ type: "unreachable" });
    server.last.close(1006);
    await environment.advance(5000);
    expect([...session.roster.keys()]).to.deep.equal(["me"]);
  });

  it("[Z1] lists of its own that are emptied, filled anew or put in order are shown as they are", () => {
    const { roster, update, card, of } = joined("ann", "bob");
    const { hand } = of("ann");
    const changesOfHand: (() => unknown)[] = [
      () => hand.push(card("hearts", 7), card("spades", 2), card("clubs", 9)),
      () => hand.sort((one, other) => one.rank - other.rank),
      () => hand.splice(1, 1),
      () => hand.clear(),
      () => hand.unshift(card("diamonds", 3)),
      () => hand.clear(),
    ];
    for (const [step, change] of changesOfHand.entries()) {
      change();
      expect(update(), `step ${step}`).to.deep.equal(["ann"]);
      expect(roster.entries.get("ann")?.own.hand, `step ${step}`).to.deep.equal(hand.toJSON());
    }
  });

  it("[Z1] an entry has the participant's own fields, as plain values, frozen, and shared where unchanged", () => {
    const { roster, update, card, of } = joined("ann", "bob");
    expect(roster.entries.get("ann")?.own).to.deep.equal({ score: 0, hand: [], tags: {} });
    of("ann").hand.push(card("hearts", 7), card("spades", 2));
    of("ann").tags.set("a", "x");
    expect(update()).to.deep.equal(["ann"]);
    const before = roster.entries.get("ann")!.own as { hand: object[]; tags: object };
    expect(before.hand).to.deep.equal([
      { suit: "hearts", rank: 7 },
      { suit: "spades", rank: 2 },
    ]);
    expect(Object.entries(before.tags)).to.deep.equal([["a", "x"]]);
    for (const part of [before, before.hand, before.hand[0], before.tags])
      expect(Object.isFrozen(part)).to.equal(true);
    of("ann").hand[1]!.rank = 3;
    expect(update()).to.deep.equal(["ann"]);
    const after = roster.entries.get("ann")!.own as { hand: object[]; tags: object };
    expect(before.hand[1], "what was handed out stays as it was").to.deep.equal({ suit: "spades", rank: 2 });
    expect(after.hand[1]).to.deep.equal({ suit: "spades", rank: 3 });
    expect([after.hand[0], after.tags]).to.deep.equal([before.hand[0], before.tags]);
    expect(after.hand[0]).to.equal(before.hand[0]);
    expect(after.tags).to.equal(before.tags);
  });

  it("[Z2] a patch looks at nobody but those whom it changes", () => {
    const devices = Array.from({ length: 50 }, (_, index) => `d${index}`);
    const { served, roster, update, of } = joined(...devices);
    const { entries } = roster;
    served.state.round += 1;
    expect(update(), "the event's own field").to.equal(undefined);
    expect(roster.entries).to.equal(entries);
    of("d7").score = 5;
    expect(update()).to.deep.equal(["d7"]);
    for (const device of devices)
      expect(roster.entries.get(device) === entries.get(device), device).to.equal(device !== "d7");
    // Without a word of the decoder's nobody is looked at: that is what makes a patch cheap.
    const looked = new Roster("ann");
    const state = stateOf(devices.map((device) => [device, {}]));
    looked.update(state as never);
    Object.assign(state.participants.get("d3") as object, { display_name: "unseen" });
    expect(looked.update(state as never, [])).to.equal(undefined);
  });

  it("[Z3] the ids are the same array until somebody comes, goes or changes places", () => {
    const { served, roster, update, join, of } = joined("ann", "bob");
    const { ids } = roster;
    of("ann").score = 1;
    of("bob").hand.push(Object.assign(new Card(), { suit: "clubs", rank: 1 }));
    update();
    expect(roster.ids).to.equal(ids);
    join("cy");
    expect(update()).to.deep.equal(["cy"]);
    expect([...roster.ids, Object.isFrozen(roster.ids)]).to.deep.equal(["ann", "bob", "cy", true]);
    served.state.participants.delete("ann");
    update();
    join("ann");
    update();
    expect(roster.ids).to.deep.equal(["bob", "cy", "ann"]);
    expect([...roster.entries.keys()]).to.deep.equal(roster.ids);
  });

  it("[Z3] after a restart, whose order is another one, who has not changed is the same object", () => {
    const one = joined("ann", "bob");
    const { entries } = one.roster;
    const changed = one.roster.update(joined("bob", "ann").served.join().state);
    expect(changed?.size).to.equal(0);
    expect(one.roster.ids).to.deep.equal(["bob", "ann"]);
    for (const device of ["ann", "bob"]) expect(one.roster.entries.get(device)).to.equal(entries.get(device));
  });

  it("[Z2] over any changes to states of any shape it is what looking at everyone finds", () => {
    const [warn, error] = [console.warn, console.error];
    console.warn = console.error = () => {};
    let changes = 0;
    try {
      fc.assert(
        fc.property(fc.array(fc.nat(10_000), { minLength: 100, maxLength: 400 }), (numbers) => {
          changes += follow(new Tape(numbers));
        }),
        { numRuns: 40, endOnFailure: true },
      );
    } finally {
      [console.warn, console.error] = [warn, error];
    }
    expect(changes, "patches that changed somebody").to.be.greaterThan(100);
  });
});

/** A roster that follows patches, beside one that looks at everyone each time. Returns how many changed somebody. */
function follow(tape: Tape): number {
  const twin = new Twin(randomShape(tape, false), false);
  twin.encoder.discardChanges();
  const copy = new DecodedState(twin.encoder);
  const roster = new Roster("a");
  let changed = 0;
  const whole = orNothing(() => copy.decode(Buffer.from(twin.whole()[0]!, "hex"), 1));
  if (whole === undefined) return changed;
  roster.update(copy.state as never);
  while (!tape.isOver) {
    const changes = orNothing(() => {
      do mutate(tape, twin);
      while (tape.next(3) > 0);
      return copy.decode(Buffer.from(twin.patch()[0]!, "hex"), 1);
    });
    if (changes === undefined) return changed;
    const before = roster.entries;
    if (roster.update(copy.state as never, changes) !== undefined) changed += 1;
    const fresh = new Roster("a");
    fresh.update(copy.state as never);
    expect([...roster.entries]).to.deep.equal([...fresh.entries]);
    expect(roster.ids).to.deep.equal(fresh.ids);
    for (const [device, entry] of roster.entries)
      if (entry !== before.get(device)) expect(entry).not.to.deep.equal(before.get(device));
  }
  return changed;
}

/** Undefined where the framework cannot go on from a state. */
function orNothing<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
