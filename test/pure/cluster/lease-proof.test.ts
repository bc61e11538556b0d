// Until when a process may believe in its lease, and speak.
import { expect } from "chai";
import { LeaseProof } from "../../../src/cluster/lease-proof.ts";

describe("cluster: the proof of a lease", () => {
  it("[K4] holds from a confirmed renewal on, counted from when it was sent, for less than the lease", () => {
    const proof = new LeaseProof(1000);
    expect(proof.holds(0)).to.equal(false);
    proof.renewed(5000, 1);
    expect(proof.holds(5000)).to.equal(true);
    expect(proof.holds(5899)).to.equal(true);
    expect(proof.holds(5900)).to.equal(false);
    proof.renewed(4000, 2); // an answer that came late
    expect(proof.holds(5899)).to.equal(true);
    expect(proof.holds(5900)).to.equal(false);
  });
});

describe("cluster: who may speak", () => {
  const renewal = { since: "1", previousAt: 0, redis: "r" };
  const proven = () => {
    const proof = new LeaseProof(1000);
    proof.answered(renewal);
    proof.renewed(5000, 5000);
    return proof;
  };

  it("[K18] a proven lease; not one that ran out while nobody asked", () => {
    expect(proven().maySpeak(5899)).to.equal(true);
    expect(proven().maySpeak(5900)).to.equal(false);
  });

  it("[K18] Redis out of reach: as long as renewals fail as they come, and not after a gap in that", () => {
    const proof = proven();
    proof.failed(5500, 6300, 800);
    expect(proof.maySpeak(6301)).to.equal(true);
    expect(proof.maySpeak(8100)).to.equal(false);
    proof.failed(7000, 7001, 800); // refused at once
    expect(proof.maySpeak(7002)).to.equal(true);
    proof.answered({ ...renewal, since: "2" }); // it is back, and something may have been claimed
    expect(proof.maySpeak(7003)).to.equal(false);
    proof.renewed(7000, 7000);
    expect(proof.maySpeak(7003)).to.equal(true);
  });

  it("[K18] a failure that this process saw too late, because it stood still, says nothing of Redis", () => {
    const proof = proven();
    proof.failed(5500, 9000, 800);
    expect(proof.maySpeak(9001)).to.equal(false);
  });
});
