// What one address may have, on a clock that is moved by hand.
import { expect } from "chai";
import { AddressLimits } from "../../../src/identity/limits/address-limits.ts";
import type { Caller, Claim } from "../../../src/identity/identity.ts";
import { Refusal } from "../../../src/protocol/refusal.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";

let claims = 0;
const claimFor = (eventId = "e"): Claim => ({
  role: "participant",
  eventId,
  deviceId: `d${claims++}`,
  userId: null,
  displayName: null,
  digest: "",
});
const from = (address: string, isShared = false): Caller => ({ address, isLocal: false, isShared });
const [venue, other] = [from("203.0.113.1"), from("203.0.113.2")];

function limits(config: Partial<ConstructorParameters<typeof AddressLimits>[0]>) {
  const clock = new FakeClock();
  const off = { joinsPerMinutePerIp: 0, unusedJoinsPerMinutePerIp: 0, eventsPerMinutePerIp: 0 };
  return { clock, limits: new AddressLimits({ ...off, maxEvents: 100, ...config }, clock) };
}

/** The refusal of what is one too many; undefined when it is not. */
function refusalOf(run: () => void): Refusal | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(Refusal);
    return error as Refusal;
  }
}

describe("what one address may open", () => {
  const open = (it: AddressLimits, eventId: string, caller = venue) =>
    refusalOf(() => it.open(claimFor(eventId), caller));

  it("[N7] so many events a minute, and an event counts once however many ask for it", async () => {
    const { clock, limits: it } = limits({ eventsPerMinutePerIp: 3 });
    for (let i = 0; i < 300; i++) expect(open(it, "e0")).to.equal(undefined);
    expect([open(it, "e1"), open(it, "e2")]).to.deep.equal([undefined, undefined]);
    const refusal = open(it, "e3");
    expect(refusal).to.include({ code: 429, reason: "too_many", retryAfterMs: 60_000 });
    expect(open(it, "e2"), "it is being opened").to.equal(undefined);
    expect(open(it, "e4", other), "another address").to.equal(undefined);
    await clock.advance(60_001);
    expect(open(it, "e3")).to.equal(undefined);
  });

  it("[N7] one address has opened half of MAX_EVENTS at most; what has ended gives its place back", async () => {
    const { clock, limits: it } = limits({ eventsPerMinutePerIp: 1000, maxEvents: 5 });
    for (let i = 0; i < 3; i++) expect(open(it, `e${i}`)).to.equal(undefined);
    expect(open(it, "e3")).to.include({ code: 429, reason: "too_many" });
    await clock.advance(3_600_000);
    expect(open(it, "e3"), "they are still there").to.include({ code: 429 });
    it.ended("e1");
    it.ended("e1");
    it.ended("never opened");
    expect(open(it, "e3")).to.equal(undefined);
    expect(open(it, "e5")).to.include({ code: 429 });
    const { limits: single } = limits({ eventsPerMinutePerIp: 1000, maxEvents: 1 });
    expect(open(single, "e0"), "a server for one event").to.equal(undefined);
  });

  it("[N9] without limit for loopback, for what an unbelieved proxy has passed on, and where it is 0", () => {
    const { limits: it } = limits({ eventsPerMinutePerIp: 1, maxEvents: 2 });
    for (let i = 0; i < 50; i++)
      for (const caller of [from("127.0.0.1"), from("::1"), from("203.0.113.9", true)])
        expect(open(it, `${caller.address} ${i}`, caller)).to.equal(undefined);
    const { limits: unlimited } = limits({ maxEvents: 2 });
    for (let i = 0; i < 50; i++) expect(open(unlimited, `e${i}`)).to.equal(undefined);
  });
});

describe("what one address may reserve and not use", () => {
  let sessions = 0;
  const sessionOf = new WeakMap<Claim, string>();
  /** A claim's reservation, and its socket: by the session, since the framework hands on copies of claims. */
  const comes = (it: AddressLimits, claim: Claim) => it.used(sessionOf.get(claim) as string);
  const join = (it: AddressLimits, caller = venue, claim = claimFor()) =>
    refusalOf(() => {
      it.join(claim, caller);
      sessionOf.set(claim, `session ${sessions++}`);
      it.reserved(claim, sessionOf.get(claim) as string);
    });

  it("[N8] whoever's socket comes does not count, however many come", async () => {
    const { clock, limits: it } = limits({ unusedJoinsPerMinutePerIp: 10 });
    for (let i = 0; i < 1000; i++) {
      const claim = claimFor();
      expect(join(it, venue, claim)).to.equal(undefined);
      await clock.advance(1);
      comes(it, claim);
    }
    const phones = Array.from({ length: 100 }, () => claimFor());
    for (const claim of phones) expect(join(it, venue, claim), "a hundred at once").to.equal(undefined);
    expect(join(it), "ten times the limit still waits").to.include({ code: 429 });
    await clock.advance(4000);
    for (const claim of phones) comes(it, claim);
    await clock.advance(2000);
    expect(join(it)).to.equal(undefined);
  });

  it("[N8] so many whose sockets are 5 s late, for a minute, by address", async () => {
    const { clock, limits: it } = limits({ unusedJoinsPerMinutePerIp: 3 });
    const late = [claimFor(), claimFor(), claimFor()];
    for (const claim of late) expect(join(it, venue, claim)).to.equal(undefined);
    await clock.advance(4999);
    expect(join(it), "they may still come").to.equal(undefined);
    await clock.advance(1);
    expect(join(it)).to.include({ code: 429, reason: "too_many", retryAfterMs: 55_000 });
    expect(join(it, other)).to.equal(undefined);
    comes(it, late[1] as Claim);
    expect(join(it), "one has come after all").to.equal(undefined);
    await clock.advance(5000);
    expect(join(it)).to.include({ code: 429 });
    await clock.advance(50_000);
    expect(join(it), "a minute later").to.equal(undefined);
  });

  it("[N8] a join counts once, and not when it came to nothing", async () => {
    const { clock, limits: it } = limits({ unusedJoinsPerMinutePerIp: 1 });
    const claim = claimFor();
    for (let i = 0; i < 20; i++) expect(join(it, venue, claim)).to.equal(undefined);
    it.giveBack(claim, venue);
    await clock.advance(6000);
    const observer: Claim = { role: "observer", eventId: "e", isHost: false };
    expect(join(it, venue, observer)).to.equal(undefined);
    await clock.advance(6000);
    expect(join(it), "an observer's counts like any other").to.include({ code: 429 });
  });

  it("[N9] without limit for loopback, for what an unbelieved proxy has passed on, and where it is 0", async () => {
    const { clock, limits: it } = limits({ unusedJoinsPerMinutePerIp: 1 });
    for (let i = 0; i < 50; i++) {
      for (const caller of [from("127.0.0.1"), from("::1"), from("203.0.113.9", true)])
        expect(join(it, caller)).to.equal(undefined);
      await clock.advance(1000);
    }
    const { limits: unlimited } = limits({});
    for (let i = 0; i < 50; i++) expect(join(unlimited)).to.equal(undefined);
  });

  it("[N8] what is remembered of addresses is bounded, and goes after a minute", async () => {
    const { clock, limits: it } = limits({ unusedJoinsPerMinutePerIp: 1 });
    const first = from("198.51.100.1");
    expect(join(it, first)).to.equal(undefined);
    await clock.advance(5000);
    expect(join(it, first)).to.include({ code: 429 });
    for (let i = 0; i < 50_000; i++) it.join(claimFor(), from(`address ${i}`));
    expect(join(it, first), "forgotten for others").to.equal(undefined);
  });
});
