// What becomes of an absence when another process takes the event over, whose settings may be others.
import { expect } from "chai";
import { recordOf, restoreSeat, type SeatRecord } from "../../../src/seats/snapshot.ts";
import type { SeatPolicy, TemporarilyDisconnectedSeat } from "../../../src/seats/seat.ts";

const policy = (gracePeriodMs: number): SeatPolicy => ({ gracePeriodMs, heartbeatTimeoutMs: 0 });

/** Away since 1,000, with a grace of 20 s when that was announced. */
const record: SeatRecord = {
  version: 2,
  deviceId: "d",
  userId: "u",
  displayName: "",
  proof: "p",
  session: { id: "s", tokenHash: "h" },
  joinedAt: 0,
  lastHeartbeatAt: 0,
  outbox: null,
  away: {
    disconnectedAt: 1000,
    graceExpiresAt: 21_000,
    reason: "connection_lost",
    extendedByMs: 0,
    gracePeriodMs: 20_000,
  },
};
const restored = (from: SeatRecord, { now = 100_000, aliveAt = 2000, graceMs = 5000 } = {}) =>
  restoreSeat(from, "e", now, aliveAt, policy(graceMs));
const leftOf = (from: SeatRecord, options = {}) => restored(from, options).graceExpiresAt - 100_000;
const again = (seat: TemporarilyDisconnectedSeat) => recordOf(seat);

describe("seats: an absence and its next owner", () => {
  it("[K15] what was left of the announced grace decides, whether the new owner's is shorter or longer", () => {
    expect(leftOf(record)).to.equal(19_000);
    expect(leftOf(record, { graceMs: 60_000 })).to.equal(19_000);
  });

  it("[K15] it is bounded by the grace that the absence began with, over any number of owners", () => {
    expect(leftOf(record, { aliveAt: 0 })).to.equal(20_000); // the process's instant is not known
    const second = again(restored(record));
    expect(leftOf(second, { aliveAt: 100_500 })).to.equal(18_500);
    expect(leftOf(second, { aliveAt: 0 })).to.equal(20_000);
  });

  it("[K15] what a host added counts on top of it", () => {
    const away = { ...record.away, graceExpiresAt: 28_000, extendedByMs: 7000 } as SeatRecord["away"];
    expect(leftOf({ ...record, away })).to.equal(26_000);
    expect(leftOf({ ...record, away }, { aliveAt: 0 })).to.equal(27_000);
  });

  it("[K15] a record of a version that did not store the grace keeps its deadline, too", () => {
    const { gracePeriodMs: _, ...away } = record.away as NonNullable<SeatRecord["away"]>;
    expect(leftOf({ ...record, away })).to.equal(19_000);
    expect(leftOf({ ...record, away }, { graceMs: 60_000 })).to.equal(19_000);
  });

  it("[K15] who was connected gets the new owner's grace", () => {
    const seat = restored({ ...record, away: null });
    expect(seat.graceExpiresAt - 100_000).to.equal(5000);
    expect(recordOf(seat).away?.gracePeriodMs).to.equal(5000);
  });
});
