// The budget of new seats for an address, on a clock that is moved by hand.
import { expect } from "chai";
import type { Caller, ParticipantClaim } from "../../../src/identity/identity.ts";
import { Refusal } from "../../../src/protocol/refusal.ts";
import { NewSeats } from "../../../src/identity/limits/new-seats.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";

const claim = (): ParticipantClaim => ({
  role: "participant",
  eventId: "e",
  deviceId: "d",
  userId: null,
  displayName: null,
  digest: "",
});

const at = (address: string): Caller => ({ address, isLocal: false, isShared: false });
const [a, b] = [at("203.0.113.1"), at("203.0.113.2")];

describe("the budget of new seats", () => {
  it("[J10] a claim counts once, however often it is asked about; what came to nothing does not", () => {
    const seats = new NewSeats(2, new FakeClock());
    const [first, second, third] = [claim(), claim(), claim()];
    seats.take(first, a);
    seats.take(first, a); // by the room that has come into being meanwhile
    seats.take(second, a);
    expect(() => seats.take(third, a)).to.throw(Refusal, /^Too many new seats.*retry in \d+ ms$/);
    seats.take(third, b);
    seats.giveBack(second, a);
    seats.giveBack(second, a);
    seats.giveBack(first, a);
    seats.take(claim(), a);
    expect(() => seats.take(claim(), a), "the third's attempt counts on").to.throw(Refusal);
  });

  it("[J10] [N5] what an unbelieved proxy has passed on counts for nobody", () => {
    const seats = new NewSeats(1, new FakeClock());
    for (let i = 0; i < 5; i++) seats.take(claim(), { ...a, isShared: true });
    seats.take(claim(), a);
    expect(() => seats.take(claim(), a)).to.throw(Refusal);
  });

  it("[J10] a minute later all is forgotten; observers do not count, and 0 is no limit", async () => {
    const clock = new FakeClock();
    const seats = new NewSeats(1, clock);
    for (let i = 0; i < 3; i++) seats.take({ role: "observer", eventId: "e", isHost: false }, a);
    seats.take(claim(), a);
    expect(() => seats.take(claim(), a)).to.throw(Refusal);
    await clock.advance(60_001);
    seats.take(claim(), a);
    const unlimited = new NewSeats(0, clock);
    for (let i = 0; i < 100; i++) unlimited.take(claim(), a);
  });
});
