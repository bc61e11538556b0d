// What survives a process of a seat, and what becomes of it in the next: pure, with every number chosen.
import { expect } from "chai";
import type { HeldSeat, TemporarilyDisconnectedSeat } from "../../../src/seats/seat.ts";
import { recordOf, recordVersion, restoreSeat, type SeatRecord } from "../../../src/seats/snapshot.ts";

const policy = { gracePeriodMs: 30_000, heartbeatTimeoutMs: 90_000 };
const outbox = { stream: "s", last: 7, refused: [{ n: 6, error: "no" }] };
const base = {
  eventId: "e",
  deviceId: "d",
  userId: "u",
  displayName: "Ann",
  proof: "p",
  session: { id: "s", tokenHash: "h" },
  joinedAt: 1000,
  hasSentHeartbeat: true,
  lastHeartbeatAt: 1500,
  lastFrameAt: 1600,
  outbox,
  flaps: null,
};
const connected: HeldSeat = { ...base, status: "connected", connection: "c" };
const away: TemporarilyDisconnectedSeat = {
  ...base,
  status: "temporarily_disconnected",
  disconnectedAt: 5000,
  graceExpiresAt: 35_000,
  reason: "heartbeat_timeout",
  gracePeriodMs: 30_000,
  extendedByMs: 0,
  attempt: null,
  announceAt: null,
};
/** The next process starts at 1,000,000; the last was alive at `aliveAt`. */
const restored = (record: SeatRecord, aliveAt: number) =>
  restoreSeat(record, "e", 1_000_000, aliveAt, policy);
const attempt = (session: { id: string; tokenHash: string } | null) => ({
  connection: "c2",
  session,
  startedAt: 6000,
  displayName: undefined,
});

describe("what survives of a seat", () => {
  it("[D3] who was away has what was left when the last owner was alive: from nothing to a full grace", () => {
    const leftAt = (aliveAt: number) => restored(recordOf(away), aliveAt).graceExpiresAt - 1_000_000;
    expect(leftAt(20_000)).to.equal(15_000);
    expect(leftAt(35_000)).to.equal(0);
    expect(leftAt(99_000), "it was over").to.equal(0);
    expect(leftAt(1000), "its clock went back").to.equal(30_000);
    expect(restored(recordOf(away), 20_000)).to.include({
      reason: "heartbeat_timeout",
      disconnectedAt: 5000,
      status: "temporarily_disconnected",
      announceAt: null,
      attempt: null,
    });
  });

  it("[D3] who was connected, or being replaced, has a full grace, and is told why", () => {
    const replacing: HeldSeat = { ...base, status: "replacing", replacedAt: 9000, attempt: attempt(null) };
    for (const seat of [connected, replacing])
      expect(restored(recordOf(seat), 500_000)).to.include({
        graceExpiresAt: 1_030_000,
        disconnectedAt: 1_000_000,
        reason: "server_restart",
      });
  });

  it("[S2] it is the same seat: who has it, since when, its proof, its name and its last beat", () => {
    const { eventId, deviceId, userId, displayName, proof, joinedAt, lastHeartbeatAt } = base;
    expect(restored(recordOf(connected), 2000)).to.deep.include({
      eventId,
      deviceId,
      userId,
      displayName,
      proof,
      joinedAt,
      lastHeartbeatAt,
      session: base.session,
    });
  });

  it("[S13] nobody is judged by the beats of a page that may be gone", () => {
    expect(restored(recordOf(connected), 2000)).to.include({
      hasSentHeartbeat: false,
      lastFrameAt: 1_000_000,
    });
  });

  it("[P4] [P5] how far its outbox has come is kept; a seat that never had one has none", () => {
    expect(restored(recordOf(connected), 2000).outbox).to.deep.equal(outbox);
    expect(restored(recordOf({ ...connected, outbox: null }), 2000).outbox).to.equal(null);
  });

  it("[D2] [E4] the token of a return by join that is in flight is kept, in place of the one before", () => {
    const next = { id: "s2", tokenHash: "h2" };
    expect(recordOf({ ...away, attempt: attempt(next) }).session).to.deep.equal(next);
    expect(recordOf({ ...away, attempt: attempt(null) }).session).to.deep.equal(base.session);
  });

  it("[P11] what a host added counts on, and may be more than a full grace", () => {
    const extended = { ...away, graceExpiresAt: 95_000, extendedByMs: 60_000 };
    const seat = restored(recordOf(extended), 20_000);
    expect(seat).to.include({ graceExpiresAt: 1_075_000, extendedByMs: 60_000 });
    expect(restored(recordOf(seat), 1_000_000), "once more").to.include({
      graceExpiresAt: 1_075_000,
      extendedByMs: 60_000,
    });
    expect(restored(recordOf(extended), 0).graceExpiresAt, "a full one, and what was added").to.equal(
      1_090_000,
    );
  });

  it("[D9] a record of an older version is read, one of a newer refused", () => {
    const { outbox: _, away: absence, ...old } = recordOf(away);
    const { extendedByMs: __, ...first } = absence as NonNullable<SeatRecord["away"]>;
    expect(restored({ ...old, version: 1, away: first }, 20_000)).to.include({
      outbox: null,
      extendedByMs: 0,
      graceExpiresAt: 1_015_000,
    });
    const newer = { ...recordOf(away), version: recordVersion + 1 };
    expect(() => restored(newer, 20_000)).to.throw(/newer version/);
  });
});
