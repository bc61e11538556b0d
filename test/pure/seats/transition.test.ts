// The seat machine's rules, one by one, with virtual time.
import { expect } from "chai";
import { Roster } from "../../../src/seats/roster.ts";
import { Deadlines } from "../../../src/seats/deadlines.ts";
import { attemptWindowMs, type HeldSeat, isGraceExpired, statusOf } from "../../../src/seats/seat.ts";
import type { Change } from "../../../src/seats/roster.ts";
import type { SeatEvent } from "../../../src/seats/events.ts";
import { expire } from "./expire.ts";

const gracePeriodMs = 30_000;
const heartbeatTimeoutMs = 90_000;

/** A roster with one device "d" and words for what happens to it; returns what was announced or closed. */
function event(policy = { gracePeriodMs, heartbeatTimeoutMs }) {
  const roster = new Roster(policy);
  const told = (changes: (Change | undefined)[]) =>
    changes.flatMap((change) =>
      (change?.effects ?? []).map((effect) =>
        effect.type === "close"
          ? `close ${effect.connection} ${effect.close}`
          : `${effect.announcement.type}${"reason" in effect.announcement.payload ? `{${effect.announcement.payload.reason}}` : ""} to ${effect.audience}`,
      ),
    );
  const apply = (seatEvent: SeatEvent, now: number, device = "d") =>
    told([roster.apply(device, seatEvent, now)]);
  return {
    roster,
    apply,
    seat: () => roster.get("d"),
    join: (connection: string, now: number, device = "d") =>
      apply(
        {
          type: "join",
          connection,
          session: { id: `s-${connection}`, tokenHash: "h" },
          participant: { eventId: "e", deviceId: device, userId: "u", displayName: "", proof: "p" },
        },
        now,
        device,
      ),
    drop: (connection: string, now: number) =>
      apply({ type: "drop", connection, reason: "connection_lost" }, now),
    attempt: (connection: string, now: number, fresh = false) =>
      apply(
        {
          type: "return_attempted",
          connection,
          session: fresh ? { id: `s-${connection}`, tokenHash: "h2" } : null,
        },
        now,
      ),
    complete: (connection: string, now: number) => apply({ type: "return_completed", connection }, now),
    expire: (now: number) => told(expire(roster, now)),
  };
}

describe("disconnect tracking: the seat machine", () => {
  it("[S1] a first join is connected and announced to everyone else", () => {
    const { join, seat } = event();
    expect(join("c1", 1000)).to.deep.equal(["participant_joined to others"]);
    expect(seat()).to.include({ status: "connected", joinedAt: 1000, connection: "c1", lastHeartbeatAt: 0 });
  });

  it("[S1] a participant has every field that is promised: user, device, proof of session, event, state, last heartbeat", () => {
    const { join, seat, apply } = event();
    join("c1", 1000);
    apply({ type: "heartbeat", connection: "c1" }, 1500);
    expect(seat()).to.include({
      userId: "u",
      deviceId: "d",
      proof: "p",
      eventId: "e",
      status: "connected",
      lastHeartbeatAt: 1500,
    });
  });

  it("[S2] a held seat is never taken twice and keeps its joined_at", () => {
    const { join, drop, attempt, complete, seat } = event();
    join("c1", 1000);
    expect(join("c2", 1100)).to.deep.equal([]);
    drop("c1", 2000);
    expect(join("c3", 2100)).to.deep.equal([]);
    attempt("c4", 2200, true);
    complete("c4", 2300);
    expect(seat()).to.include({ status: "connected", joinedAt: 1000, connection: "c4" });
  });

  it("[S3] a drop holds the seat with instant, deadline and reason", () => {
    const { join, drop, seat } = event();
    join("c1", 1000);
    expect(drop("c1", 5000)).to.deep.equal([
      "participant_temporarily_disconnected{connection_lost} to everyone",
    ]);
    expect(seat()).to.include({
      status: "temporarily_disconnected",
      disconnectedAt: 5000,
      graceExpiresAt: 35_000,
      reason: "connection_lost",
    });
  });

  it("[S4] a completed return is connected again and told to everyone", () => {
    const { join, drop, attempt, complete, seat } = event();
    join("c1", 0);
    drop("c1", 1000);
    expect(attempt("c2", 2000)).to.deep.equal([]);
    expect(complete("c2", 2100)).to.deep.equal(["participant_reconnected to everyone"]);
    expect(seat()).to.include({ status: "connected", connection: "c2" });
  });

  it("[J3] a return's name is taken over when it completes, and one without a name keeps the old", () => {
    const { join, drop, attempt, complete, seat, apply } = event();
    join("c1", 0);
    drop("c1", 1000);
    const named = { type: "return_attempted", connection: "c2", session: null, displayName: "Ann" } as const;
    apply(named, 2000);
    expect(seat()?.displayName, "not before").to.equal("");
    drop("c2", 2100);
    attempt("c3", 2200);
    complete("c3", 2300);
    expect(seat()?.displayName, "what died has named nobody").to.equal("");
    drop("c3", 3000);
    apply({ ...named, connection: "c4" }, 3100);
    complete("c4", 3200);
    expect(seat()?.displayName).to.equal("Ann");
    drop("c4", 4000);
    attempt("c5", 4100);
    complete("c5", 4200);
    expect(seat()?.displayName).to.equal("Ann");
  });

  it("[S5] [P4] a message of an old socket moves no outbox; one of the seat's own does, and nobody is told", () => {
    const { join, attempt, complete, seat, apply, roster } = event();
    join("c1", 0);
    attempt("c2", 1000, true);
    complete("c2", 1100);
    const outbox = { stream: "s", last: 1, refused: [] };
    expect(roster.apply("d", { type: "published", connection: "c1", outbox }, 1200)).to.equal(undefined);
    expect(seat()?.outbox).to.equal(null);
    expect(apply({ type: "published", connection: "c2", outbox }, 1200)).to.deep.equal([]);
    expect(seat()?.outbox).to.deep.equal(outbox);
  });

  it("[S5] a late close, leave, frame or acknowledgement of an old socket changes nothing", () => {
    const { join, drop, attempt, complete, seat, apply } = event();
    join("c1", 0);
    drop("c1", 1000);
    attempt("c2", 2000);
    complete("c2", 2100);
    const before = seat();
    expect(drop("c1", 3000)).to.deep.equal([]);
    expect(apply({ type: "leave", connection: "c1" }, 3000)).to.deep.equal([]);
    expect(apply({ type: "heartbeat", connection: "c1" }, 3000)).to.deep.equal([]);
    expect(complete("c1", 3000)).to.deep.equal([]);
    expect(seat()).to.equal(before);
  });

  it("[S6] the newest connection closes the older one, live or in flight", () => {
    const { join, attempt, complete, seat } = event();
    join("c1", 0);
    expect(attempt("c2", 1000, true)).to.deep.equal(["close c1 replaced"]);
    expect(attempt("c3", 1100, true)).to.deep.equal(["close c2 replaced"]);
    expect(complete("c2", 1200)).to.deep.equal([]);
    complete("c3", 1300);
    expect(seat()).to.include({ status: "connected", connection: "c3" });
  });

  it("[S6] [E16] a takeover revokes the older token at once; one who is away keeps its own until it is back", () => {
    const tokens = ({ roster }: ReturnType<typeof event>) =>
      ["h", "h2"].map((hash) => roster.byToken(hash)?.deviceId);
    const live = event();
    live.join("c1", 0);
    live.attempt("c2", 1000, true);
    expect(tokens(live)).to.deep.equal([undefined, "d"]);
    expect(live.seat()?.session.id).to.equal("s-c2");
    live.drop("c2", 1500);
    expect(tokens(live), "also when the newer one dies").to.deep.equal([undefined, "d"]);

    const away = event();
    away.join("c1", 0);
    away.drop("c1", 500);
    away.attempt("c2", 1000, true);
    expect(tokens(away), "whichever comes back").to.deep.equal(["d", "d"]);
    away.complete("c2", 1100);
    expect(tokens(away)).to.deep.equal([undefined, "d"]);
    expect(away.seat()?.session.id).to.equal("s-c2");
  });

  it("[S7] a takeover is told to the returner alone, and nobody ever sees it as away", () => {
    const { join, attempt, complete, seat } = event();
    join("c1", 0);
    attempt("c2", 1000, true);
    const during = seat();
    expect(during && statusOf(during)).to.equal("connected");
    expect(complete("c2", 1100)).to.deep.equal(["participant_reconnected to self"]);
  });

  it("[S8] a replacement that dies, or takes 5 s, is a drop dated from the close", () => {
    for (const dies of [true, false]) {
      const { join, attempt, drop, expire, complete, seat } = event();
      join("c1", 0);
      attempt("c2", 1000, true);
      const told = dies ? drop("c2", 3000) : expire(1000 + attemptWindowMs);
      expect(told).to.deep.equal(["participant_temporarily_disconnected{connection_lost} to everyone"]);
      expect(seat()).to.include({ disconnectedAt: 1000, graceExpiresAt: 31_000 });
      if (!dies) expect(complete("c2", 7000)).to.deep.equal(["participant_reconnected to everyone"]);
    }
  });

  it("[S8] a grace shorter than the window is over with it", () => {
    const { join, attempt, expire, seat } = event({ gracePeriodMs: 100, heartbeatTimeoutMs });
    join("c1", 0);
    attempt("c2", 1000, true);
    expect(expire(5999)).to.deep.equal([]);
    expect(expire(6000)).to.deep.equal([
      "participant_temporarily_disconnected{connection_lost} to everyone",
      "participant_left{grace_expired} to everyone",
      "close c2 reconnectionRefused",
    ]);
    expect(seat()).to.equal(undefined);
  });

  it("[S9] expiry waits for a return in flight, at most 5 s", () => {
    const waiting = event();
    waiting.join("c1", 0);
    waiting.drop("c1", 0);
    waiting.attempt("c2", 29_900);
    expect(waiting.expire(34_899)).to.deep.equal([]);
    expect(waiting.complete("c2", 34_899)).to.deep.equal(["participant_reconnected to everyone"]);

    const tooLate = event();
    tooLate.join("c1", 0);
    tooLate.drop("c1", 0);
    tooLate.apply({ type: "return_admitted" }, 29_900);
    tooLate.attempt("c2", 33_000);
    expect(tooLate.expire(34_999)).to.deep.equal([]);
    expect(tooLate.expire(35_000)).to.deep.equal([
      "participant_left{grace_expired} to everyone",
      "close c2 reconnectionRefused",
    ]);
  });

  it("[S10] an interrupted return announces nothing and leaves the deadline as it was", () => {
    const { join, drop, attempt, expire, seat } = event();
    join("c1", 0);
    drop("c1", 1000);
    for (let i = 0; i < 20; i++) {
      expect(attempt(`r${i}`, 2000 + i * 100)).to.deep.equal([]);
      expect(drop(`r${i}`, 2050 + i * 100)).to.deep.equal([]);
    }
    expect(seat()).to.include({ graceExpiresAt: 31_000 });
    expect(expire(31_000)).to.deep.equal(["participant_left{grace_expired} to everyone"]);
  });

  it("[S12] a consented leave, a kick and the end of the event leave at once, from any state", () => {
    const states = {
      connected: () => {},
      away: (e: ReturnType<typeof event>) => e.drop("c1", 100),
      returning: (e: ReturnType<typeof event>) => [e.drop("c1", 100), e.attempt("c2", 200)],
      replacing: (e: ReturnType<typeof event>) => e.attempt("c2", 200, true),
    };
    for (const [state, arrange] of Object.entries(states)) {
      for (const [type, reason, close] of [
        ["kick", "kicked", "kicked"],
        ["close_event", "event_closed", "eventClosed"],
      ] as const) {
        const e = event();
        e.join("c1", 0);
        arrange(e);
        const socket = { connected: "c1", away: undefined, returning: "c2", replacing: "c2" }[state];
        expect(e.apply({ type }, 300), `${type} while ${state}`).to.deep.equal([
          `participant_left{${reason}} to everyone`,
          ...(socket ? [`close ${socket} ${close}`] : []),
        ]);
        expect(e.seat()).to.equal(undefined);
      }
    }
    const e = event();
    e.join("c1", 0);
    expect(e.apply({ type: "leave", connection: "c1" }, 10)).to.deep.equal([
      "participant_left{consented} to everyone",
    ]);
  });

  it("[S13] heartbeats are tracked, and silence after one is a heartbeat timeout", () => {
    const { join, apply, expire, seat } = event();
    join("c1", 0);
    expect(expire(1_000_000), "one who never beat is not judged").to.deep.equal([]);
    apply({ type: "heartbeat", connection: "c1" }, 1_000_000);
    expect(seat()).to.include({ lastHeartbeatAt: 1_000_000 });
    apply({ type: "frame", connection: "c1" }, 1_050_000);
    expect(expire(1_139_999)).to.deep.equal([]);
    expect(expire(1_140_000)).to.deep.equal([
      "participant_temporarily_disconnected{heartbeat_timeout} to everyone",
      "close c1 comeBack",
    ]);
    const off = event({ gracePeriodMs, heartbeatTimeoutMs: 0 });
    off.join("c1", 0);
    off.apply({ type: "heartbeat", connection: "c1" }, 1);
    expect(off.roster.nextDeadline()).to.equal(null);
  });

  it("[S13] the rule follows the client over the SDK's reconnections, and not over a reload", () => {
    for (const reload of [false, true]) {
      const { join, apply, drop, attempt, complete, roster, seat } = event();
      join("c1", 0);
      apply({ type: "heartbeat", connection: "c1" }, 10);
      drop("c1", 20);
      attempt("c2", 30, reload);
      complete("c2", 40);
      expect(seat()?.lastHeartbeatAt).to.equal(10);
      expect(roster.nextDeadline()).to.equal(reload ? null : 40 + heartbeatTimeoutMs);
    }
  });

  it("[S14] a kicked device stays kicked", () => {
    const { join, apply, roster } = event();
    join("c1", 0);
    apply({ type: "kick" }, 10);
    expect(roster.isKicked("d")).to.equal(true);
    expect(roster.isKicked("constructor")).to.equal(false);
  });

  it("[S15] nextDeadline is exact, whatever the order in which drops came", () => {
    const { roster, join } = event();
    for (let i = 0; i < 1000; i++) {
      join(`c${i}`, 0, `d${i}`);
      roster.apply(
        `d${i}`,
        { type: "drop", connection: `c${i}`, reason: "connection_lost" },
        (i * 7919) % 1000,
      );
    }
    expect(roster.nextDeadline()).to.equal(gracePeriodMs);
    expect(roster.counts).to.deep.equal({ connected: 0, held: 1000, left: 0 });
    const leftAt: number[] = [];
    for (let now = roster.nextDeadline(); now !== null; now = roster.nextDeadline()) {
      expect(expire(roster, now - 1)).to.deep.equal([]);
      for (const { deviceId } of expire(roster, now)) leftAt[Number(deviceId.slice(1))] = now;
    }
    expect(leftAt).to.deep.equal(Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 1000) + gracePeriodMs));
    expect(roster.counts).to.deep.equal({ connected: 0, held: 0, left: 1000 });
  });

  it("[S15] nothing is swept: of 10,000 seats only those whose time has come are looked at", () => {
    const looked = new Set<string>();
    const { roster, expire } = event();
    const away = (i: number): HeldSeat => ({
      eventId: "e",
      deviceId: `d${i}`,
      userId: "u",
      displayName: "",
      proof: "p",
      session: { id: `s${i}`, tokenHash: `h${i}` },
      joinedAt: 0,
      hasSentHeartbeat: false,
      lastHeartbeatAt: 0,
      lastFrameAt: 0,
      outbox: null,
      flaps: null,
      status: "temporarily_disconnected",
      disconnectedAt: i,
      graceExpiresAt: i + gracePeriodMs,
      gracePeriodMs,
      reason: "connection_lost",
      extendedByMs: 0,
      attempt: null,
      announceAt: null,
    });
    /** The same seat; whoever reads any part of it is noticed. */
    const watched = (seat: HeldSeat) =>
      new Proxy(seat, {
        get(target, name, receiver) {
          looked.add(target.deviceId);
          return Reflect.get(target, name, receiver);
        },
      });
    roster.restore(
      Array.from({ length: 10_000 }, (_, i) => watched(away(i))),
      [],
    );
    looked.clear();
    expect(roster.nextDeadline()).to.equal(gracePeriodMs);
    expect(expire(gracePeriodMs - 1)).to.deep.equal([]);
    expect(looked.size).to.equal(0);
    expect(expire(gracePeriodMs + 2)).to.have.length(3);
    expect([...looked].toSorted()).to.deep.equal(["d0", "d1", "d2"]);
    looked.clear();
    roster.apply("d5000", { type: "expire_now" }, gracePeriodMs + 3);
    expect([...looked]).to.deep.equal(["d5000"]);
  });

  it("[S15] a deadline among 100,000 is set, moved and taken away with a number of comparisons that a tree needs", () => {
    let compared = 0;
    /** An instant that counts how often it is compared. */
    const instant = (at: number) =>
      ({
        valueOf() {
          compared += 1;
          return at;
        },
      }) as unknown as number;
    const deadlines = new Deadlines();
    for (let i = 0; i < 100_000; i++) deadlines.set(`d${i}`, instant((i * 7919) % 100_003));
    const atMost = 4 * Math.ceil(Math.log2(100_000)); // two comparisons a level, on the way up or down; each of two
    for (const act of [
      () => deadlines.set("new", instant(-1)),
      () => deadlines.set("new", instant(200_000)),
      () => deadlines.set("d50000", instant(50)),
      () => deadlines.set("d50000", null),
      () => deadlines.set(deadlines.next()?.key as string, null),
      () => deadlines.next(),
    ]) {
      compared = 0;
      act();
      expect(compared).to.be.at.most(atMost);
    }
    expect(deadlines.size).to.equal(99_999);
  });

  it("[S16] a join after a leave begins a new seat", () => {
    const { join, apply, seat } = event();
    join("c1", 0);
    apply({ type: "leave", connection: "c1" }, 10);
    expect(join("c2", 20)).to.deep.equal(["participant_joined to others"]);
    expect(seat()).to.include({ joinedAt: 20, connection: "c2" });
  });
});

describe("grace period", () => {
  it("[S11] is over exactly at the deadline, once", () => {
    const { join, drop, expire, roster, seat } = event();
    join("c1", 0);
    drop("c1", 1000);
    expect(roster.nextDeadline()).to.equal(31_000);
    expect(expire(30_999)).to.deep.equal([]);
    const away = seat();
    expect(away && isGraceExpired(away, 30_999)).to.equal(false);
    expect(away && isGraceExpired(away, 31_000)).to.equal(true);
    expect(expire(31_000)).to.deep.equal(["participant_left{grace_expired} to everyone"]);
    expect(expire(32_000)).to.deep.equal([]);
    expect(seat(), "the expired seat is cleaned up").to.equal(undefined);
  });

  it("[S11] a return that arrives before the expiry is decided is in time, however late the decision", () => {
    const { join, drop, attempt, complete } = event();
    join("c1", 0);
    drop("c1", 0);
    attempt("c2", 31_000);
    expect(complete("c2", 31_010)).to.deep.equal(["participant_reconnected to everyone"]);
  });

  it("[S17] can be ended now, or extended", () => {
    const ended = event();
    ended.join("c1", 0);
    expect(ended.apply({ type: "expire_now" }, 5), "not for one who is here").to.deep.equal([]);
    ended.drop("c1", 10);
    expect(ended.apply({ type: "expire_now" }, 20)).to.deep.equal([
      "participant_left{grace_expired} to everyone",
    ]);

    const extended = event();
    extended.join("c1", 0);
    extended.drop("c1", 0);
    extended.apply({ type: "extend_grace", byMs: 15_000 }, 10);
    expect(extended.roster.nextDeadline()).to.equal(45_000);
    expect(extended.seat()).to.include({ graceExpiresAt: 45_000, extendedByMs: 15_000 });
    extended.apply({ type: "extend_grace", byMs: 1000 }, 20);
    expect(extended.seat(), "[P11] both are remembered").to.include({
      graceExpiresAt: 46_000,
      extendedByMs: 16_000,
    });
    expect(extended.expire(45_999)).to.deep.equal([]);
  });

  it("[D8] time in which nobody could return is charged to nobody: not to one who is away, nor to a takeover", () => {
    const away = event();
    away.join("c1", 0);
    away.drop("c1", 1000);
    away.apply({ type: "postpone", byMs: 5000 }, 2000);
    expect(away.seat()).to.include({ disconnectedAt: 1000, graceExpiresAt: 36_000, extendedByMs: 0 });
    expect(away.expire(35_999)).to.deep.equal([]);
    expect(away.expire(36_000)).to.deep.equal(["participant_left{grace_expired} to everyone"]);

    const replacing = event();
    replacing.join("c1", 0);
    replacing.attempt("c2", 1000, true);
    replacing.apply({ type: "postpone", byMs: 5000 }, 2000);
    expect(replacing.expire(1000 + attemptWindowMs + 4999)).to.deep.equal([]);
    expect(replacing.expire(1000 + attemptWindowMs + 5000)).to.deep.equal([
      "participant_temporarily_disconnected{connection_lost} to everyone",
    ]);

    const here = event();
    here.join("c1", 0);
    const before = here.seat();
    expect(here.apply({ type: "postpone", byMs: 5000 }, 2000)).to.deep.equal([]);
    expect(here.seat()).to.equal(before);
  });
});
