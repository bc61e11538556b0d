// Proofs of seats: made and counted in one place, whether they are wrong for a seat or in general.
import { expect } from "chai";
import type { Caller, Claim, Identity, ParticipantClaim } from "../../../src/identity/identity.ts";
import { OpenMode } from "../../../src/identity/providers/open-mode.ts";
import { SeatProofs } from "../../../src/identity/seat-proofs.ts";
import { Verifier } from "../../../src/identity/verifier.ts";
import { wrongProofsPerSeat } from "../../../src/identity/limits/wrong-proofs.ts";
import { parseJoinOptions } from "../../../src/protocol/incoming/join-options.ts";
import { Refusal } from "../../../src/protocol/refusal.ts";
import type { HeldSeat } from "../../../src/seats/seat.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";

const caller: Caller = { address: "192.0.2.1", isLocal: false, isShared: false };
const requestWith = (session_token: string, role?: "observer") =>
  parseJoinOptions({ event_id: "quiz", device_id: "phone-1", role, session_token }, undefined);
const request = requestWith("a".repeat(22));

/** The code of what was thrown. */
const codeOf = async (ask: () => unknown) => {
  try {
    await ask();
    return 200;
  } catch (error) {
    return (error as Refusal).code;
  }
};

class Refusing implements Identity {
  claim(): Promise<Claim> {
    return Promise.reject(new Refusal(401, "The session token has expired", { reason: "bad_token" }));
  }
  hostOf(): Promise<string> {
    return Promise.resolve("*");
  }
  proofOf(): string {
    return "";
  }
  whyNot(): undefined {
    return undefined;
  }
}

describe("Seat proofs", () => {
  const clock = new FakeClock();
  const open = () => new SeatProofs(new Verifier(new OpenMode(), clock, { reportError: () => {} }), clock);
  const seatOf = (proof: string) => ({ proof, userId: "ann" }) as HeldSeat;

  it("[A1] lets a seat's own token back, and no other", async () => {
    const proofs = open();
    const claim = (await proofs.claim(request, caller)) as ParticipantClaim;
    const stranger = (await proofs.claim(requestWith("b".repeat(22)), caller)) as ParticipantClaim;
    const seat = seatOf(proofs.proofOf(claim));
    proofs.proveReturn(claim, seat, caller.address);
    expect(await codeOf(() => proofs.proveReturn(stranger, seat, caller.address))).to.equal(401);
  });

  it("[A4] counts wrong ones, and never refuses the right one for them", async () => {
    const proofs = open();
    const claim = (await proofs.claim(request, caller)) as ParticipantClaim;
    const seat = seatOf(proofs.proofOf(claim));
    const wrong = () => codeOf(() => proofs.proveReturn({ ...claim, digest: "x" }, seat, caller.address));
    for (let i = 0; i < wrongProofsPerSeat; i++) expect(await wrong()).to.equal(401);
    expect(await wrong()).to.equal(429);
    proofs.proveReturn(claim, seat, caller.address);
  });

  it("[A4] counts tokens that are wrong whatever the seat; an observer's has none", async () => {
    const proofs = new SeatProofs(new Refusing(), new FakeClock());
    for (let i = 0; i < wrongProofsPerSeat; i++)
      expect(await codeOf(() => proofs.claim(request, caller))).to.equal(401);
    expect(await codeOf(() => proofs.claim(request, caller))).to.equal(429);
    const observer = requestWith("no", "observer");
    for (let i = 0; i <= wrongProofsPerSeat; i++)
      expect(await codeOf(() => proofs.claim(observer, caller))).to.equal(401);
  });
});
