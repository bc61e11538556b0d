// A quiet time, and a budget for those who drop and return over and over.
import { expect } from "chai";
import { flapped, quietTimeOf } from "../../../src/seats/flaps.ts";
import { Roster } from "../../../src/seats/roster.ts";
import type { HeldSeat } from "../../../src/seats/seat.ts";
import { announcedAbsence, statusOf } from "../../../src/seats/seat.ts";
import { recordOf, restoreSeat } from "../../../src/seats/snapshot.ts";
import { expire } from "./expire.ts";

const graceMs = 30_000;

class Story {
  readonly roster: Roster;
  readonly told: string[] = [];
  now = 1_000_000;
  #count = 0;

  constructor(policy: { quietTimeMs?: number; flapsPerMinute?: number; gracePeriodMs?: number }) {
    this.roster = new Roster({ gracePeriodMs: graceMs, heartbeatTimeoutMs: 90_000, ...policy });
    const participant = { eventId: "e", deviceId: "d", userId: "u", displayName: "", proof: "" };
    const session = { id: "s", tokenHash: "h" };
    this.#hear(this.roster.apply("d", { type: "join", connection: "c0", session, participant }, this.now));
    this.told.length = 0;
  }

  get seat(): HeldSeat {
    return this.roster.get("d") as HeldSeat;
  }

  after(ms: number): this {
    this.now += ms;
    for (const change of expire(this.roster, this.now)) this.#hear(change);
    return this;
  }

  drop(): this {
    const connection = `c${this.#count}`;
    this.#hear(this.roster.apply("d", { type: "drop", connection, reason: "connection_lost" }, this.now));
    return this;
  }

  comeBack(): this {
    this.#count += 1;
    const connection = `c${this.#count}`;
    this.#hear(this.roster.apply("d", { type: "return_attempted", connection, session: null }, this.now));
    this.#hear(this.roster.apply("d", { type: "return_completed", connection }, this.now));
    return this;
  }

  do(type: "kick" | "close_event" | "expire_now" | { postponeMs: number }): this {
    const event =
      typeof type === "string" ? { type } : ({ type: "postpone", byMs: type.postponeMs } as const);
    this.#hear(this.roster.apply("d", event, this.now));
    return this;
  }

  #hear(change: ReturnType<Roster["apply"]>): void {
    for (const effect of change?.effects ?? []) {
      if (effect.type !== "announce") continue;
      const { type, payload } = effect.announcement;
      const reason = "reason" in payload ? ` ${payload.reason}` : "";
      this.told.push(`${type.slice("participant_".length)}${reason} to ${effect.audience}`);
    }
  }
}

const away = "temporarily_disconnected connection_lost to everyone";

describe("quiet time", () => {
  it("[F1] a drop that is over sooner is told to nobody but the one who came back", () => {
    const story = new Story({ quietTimeMs: 1000 });
    story.drop();
    expect([statusOf(story.seat), announcedAbsence(story.seat)]).to.deep.equal(["connected", undefined]);
    expect(story.roster.counts).to.include({ connected: 1, held: 0 });
    story.after(999).comeBack();
    expect(story.told).to.deep.equal(["reconnected to self"]);
    story.after(100_000);
    expect(story.told).to.have.length(1);
  });

  it("[F1] one that lasts is told once, when the quiet time is over, with its own instants", () => {
    const story = new Story({ quietTimeMs: 1000 });
    const droppedAt = story.now;
    expect(story.drop().roster.nextDeadline()).to.equal(droppedAt + 1000);
    story.after(1000);
    expect(story.told).to.deep.equal([away]);
    expect(announcedAbsence(story.seat)).to.include({
      disconnectedAt: droppedAt,
      graceExpiresAt: droppedAt + graceMs,
    });
    story.after(10).comeBack();
    expect(story.told).to.deep.equal([away, "reconnected to everyone"]);
  });

  it("[F1] [S11] the deadline counts from the drop, and who never returns is told as away and as left", () => {
    const story = new Story({ quietTimeMs: 1000 });
    story.drop().after(graceMs - 1);
    expect(story.told).to.deep.equal([away]);
    story.after(1);
    expect(story.told).to.deep.equal([away, "left grace_expired to everyone"]);
  });

  it("[F1] after a stall both are due, and told in order", () => {
    const story = new Story({ quietTimeMs: 1000 });
    story.drop().after(graceMs + 5000);
    expect(story.told).to.deep.equal([away, "left grace_expired to everyone"]);
  });

  it("[F1] [S12] [S17] a kick and the event's end need no drop before them; the end of a grace does", () => {
    for (const [act, told] of [
      ["kick", ["left kicked to everyone"]],
      ["close_event", ["left event_closed to everyone"]],
      ["expire_now", [away, "left grace_expired to everyone"]],
    ] as const)
      expect(new Story({ quietTimeMs: 1000 }).drop().do(act).told, act).to.deep.equal(told);
  });

  it("[F1] [D8] time in which nobody could return is not charged", () => {
    const story = new Story({ quietTimeMs: 1000 });
    story.drop().do({ postponeMs: 5000 });
    expect(story.roster.nextDeadline()).to.equal(story.now + 6000);
  });

  it("[F1] [D3] a restart shows everyone as away, whatever was told before", () => {
    const story = new Story({ quietTimeMs: 1000 });
    const record = recordOf(story.drop().seat);
    const policy = { gracePeriodMs: graceMs, heartbeatTimeoutMs: 0, quietTimeMs: 1000 };
    const restored = restoreSeat(record, "e", story.now + 50, story.now + 20, policy);
    expect(statusOf(restored)).to.equal("temporarily_disconnected");
    expect(restored.graceExpiresAt).to.equal(story.now + 50 + graceMs - 20);
  });
});

describe("flap budget", () => {
  it("[F2] beyond it a drop is told only when it lasts 5 s; who is calm for a while has it again", () => {
    const story = new Story({ flapsPerMinute: 2 });
    for (let k = 0; k < 2; k++) story.drop().after(100).comeBack().after(100);
    expect(story.told.filter((told) => told === away)).to.have.length(2);
    for (let k = 0; k < 10; k++) story.drop().after(100).comeBack().after(100);
    expect(story.told.filter((told) => told === away)).to.have.length(2);
    story.drop().after(4999);
    expect(story.told.filter((told) => told === away)).to.have.length(2);
    story.after(1);
    expect(story.told.filter((told) => told === away)).to.have.length(3);
    story.comeBack().after(60_000).drop();
    expect(story.told.filter((told) => told === away)).to.have.length(4);
  });

  it("[F2] without a budget, or within it, all is told at once", () => {
    const story = new Story({});
    for (let k = 0; k < 50; k++) story.drop().after(10).comeBack().after(10);
    expect(story.told.filter((told) => told === away)).to.have.length(50);
  });

  it("[F2] never waits for more than half the grace, nor less than the quiet time of everyone", () => {
    const full = flapped(flapped(null, 0, 1), 0, 1);
    const policy = { flapsPerMinute: 1, gracePeriodMs: 4000 };
    expect(quietTimeOf(full, 0, policy)).to.equal(2000);
    expect(quietTimeOf(full, 0, { ...policy, quietTimeMs: 3000 })).to.equal(3000);
    expect(quietTimeOf(full, 120_000, policy)).to.equal(0);
  });
});
