// The presence log and the outbox rule: what may be told again, and what takes effect once.
import { expect } from "chai";
import fc from "fast-check";
import type { HistoryEntry } from "../../../src/protocol/messages.ts";
import { getMessageBytes, Protocol } from "@colyseus/core";
import { announcementFrame } from "../../../src/rooms/internals/message-frames.ts";
import { authorsAnnouncement } from "../../../src/seats/authors-announcement.ts";
import { entryBytes } from "../../../src/seats/entry-size.ts";
import { judge, type OutboxTaken, taking } from "../../../src/seats/outbox.ts";
import { epochAfter, PresenceLog, replayBytes } from "../../../src/seats/presence-log.ts";

const told = (device_id: string): HistoryEntry => ({
  type: "participant_joined",
  payload: { device_id, user_id: device_id },
});
const limits = { replayEvents: 5, replayAgeMs: 1000 };
const seqs = (events: readonly HistoryEntry[] | undefined) => events?.map(({ payload }) => payload.seq);

describe("the presence log", () => {
  it("[P1] places each announcement: epoch, the next seq, the instant", () => {
    const log = new PresenceLog(7, limits);
    expect(log.position).to.deep.equal({ epoch: 7, seq: 0 });
    expect(log.append(told("a"), 10.7).payload).to.include({ device_id: "a", epoch: 7, seq: 1, at: 10 });
    expect(log.append(told("b"), 11).payload).to.include({ epoch: 7, seq: 2 });
    expect(log.position).to.deep.equal({ epoch: 7, seq: 2 });
  });

  it("[P1] a new room's epoch is higher than any before, also when nothing is remembered", () => {
    expect(epochAfter(0, 5000.9)).to.equal(5000);
    expect(epochAfter(9000, 5000)).to.equal(9001); // the wall clock went back between two starts
  });

  it("[P2] what was told after a position, whole or not at all", () => {
    const log = new PresenceLog(7, limits);
    for (const id of "abcdefg") log.append(told(id), 100);
    expect(seqs(log.since({ epoch: 7, seq: 7 }, 100))).to.deep.equal([]);
    expect(seqs(log.since({ epoch: 7, seq: 4 }, 100))).to.deep.equal([5, 6, 7]);
    expect(seqs(log.since({ epoch: 7, seq: 2 }, 100))).to.deep.equal([3, 4, 5, 6, 7]);
    expect(log.since({ epoch: 7, seq: 1 }, 100), "more than is kept").to.equal(undefined);
    expect(log.since({ epoch: 7, seq: 8 }, 100), "never reached").to.equal(undefined);
    expect(log.since({ epoch: 6, seq: 6 }, 100), "another room").to.equal(undefined);
    expect(log.since({}, 100)).to.equal(undefined);
    expect(log.since({ epoch: 7, seq: -1 }, 100)).to.equal(undefined);
    expect(log.since({ epoch: 7, seq: 6.5 }, 100)).to.equal(undefined);
  });

  it("[P2] what is too old cannot be told again", () => {
    const log = new PresenceLog(7, limits);
    log.append(told("a"), 0);
    log.append(told("b"), 900);
    expect(seqs(log.since({ epoch: 7, seq: 0 }, 1000))).to.deep.equal([1, 2]);
    expect(log.since({ epoch: 7, seq: 0 }, 1001)).to.equal(undefined);
    expect(seqs(log.since({ epoch: 7, seq: 1 }, 1001))).to.deep.equal([2]);
    expect(seqs(log.since({ epoch: 7, seq: 2 }, 99_999))).to.deep.equal([]);
  });

  it("[P2] agrees with a list that forgets nothing, over random histories", () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 400 }), from: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const log = new PresenceLog(1, limits);
        const all: { seq: number; at: number }[] = [];
        let now = 0;
        for (const { wait, from } of steps) {
          now += wait;
          all.push({ seq: log.append(told("x"), now).payload.seq as number, at: now });
          const missed = all.filter(({ seq }) => seq > from);
          const isKept = missed.length <= 5 && missed.every(({ at }) => at >= now - 1000);
          const expected = from <= all.length && isKept ? missed.map(({ seq }) => seq) : undefined;
          expect(seqs(log.since({ epoch: 1, seq: from }, now))).to.deep.equal(expected);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a room author's announcements in the presence log", () => {
  const say = (type: string, payload?: unknown) => authorsAnnouncement(type, payload);

  it("[G1] have the next place, as joins and leaves do", () => {
    const log = new PresenceLog(7, limits);
    log.append(told("a"), 1);
    const placed = log.append(say("round", { n: 1 }), 2);
    expect(placed).to.deep.equal({
      type: "announcement",
      payload: { type: "round", payload: { n: 1 }, epoch: 7, seq: 2, at: 2 },
    });
    log.append(told("b"), 3);
    const kinds = log.since({ epoch: 7, seq: 0 }, 3)?.map(({ type }) => type);
    expect(kinds).to.deep.equal(["participant_joined", "announcement", "participant_joined"]);
  });

  it("[G8] their bytes count: no more than 256 KB is kept or sent again, whatever they say", () => {
    const log = new PresenceLog(1, { replayEvents: 100_000, replayAgeMs: 1e9 });
    const payloads = [
      "x".repeat(8000),
      Array(1600).fill(0.5),
      "\u{1F600}".repeat(2000),
      { k: Array(1600).fill(null) },
    ];
    for (let i = 0; i < 2000; i++) log.append(say("t".repeat(100), payloads[i % payloads.length]), i);
    const kept = [];
    for (let seq = 2000; seq >= 0; seq--) kept.push(log.since({ epoch: 1, seq }, 2000)?.length);
    const most = kept.indexOf(undefined) - 1;
    expect(kept.slice(0, most + 1)).to.deep.equal(Array.from({ length: most + 1 }, (_, i) => i));
    expect(kept.slice(most + 1).every((each) => each === undefined)).to.equal(true);
    const bytes = getMessageBytes.raw(Protocol.ROOM_DATA, "presence_resumed", {
      events: log.since({ epoch: 1, seq: 2000 - most }, 2000),
    }).length;
    expect(bytes).to.be.within(replayBytes * 0.7, replayBytes);
  });

  it("[G8] an entry never takes more bytes than it counts for", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 128, unit: "binary" }),
        fc.jsonValue(),
        (type, payload) => {
          const entry = say(type, payload);
          const placed = new PresenceLog(2 ** 52, limits).append(entry, 2 ** 52);
          const bytes = getMessageBytes.raw(Protocol.ROOM_DATA, "presence_resumed", [placed]).length;
          expect(bytes - 20).to.be.at.most(entryBytes(entry));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("[G7] a type is a name, a payload JSON of 8,192 bytes at most; anything else is refused with a sentence", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    for (const type of ["", "x".repeat(129), 7 as never, undefined as never])
      expect(() => say(type)).to.throw(TypeError, "announce: a type is a name of 1 to 128 characters");
    for (const payload of [() => 1, 1n, { a: 1n }, circle, Symbol("s")])
      expect(() => say("t", payload)).to.throw(
        TypeError,
        'announce("t"): its payload cannot be written as JSON',
      );
    const nested = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as unknown;
    expect(announcementFrame(say("t", nested(100))).length, "a frame can be made of it").to.be.greaterThan(
      100,
    );
    for (const depth of [102, 4000])
      expect(() => say("t", nested(depth))).to.throw(
        TypeError,
        'announce("t"): its payload is nested too deep',
      );
    expect(say("t", "x".repeat(8190)).payload).to.include({ type: "t" });
    expect(() => say("t", "x".repeat(8191))).to.throw(
      RangeError,
      'announce("t"): its payload has 8193 bytes as JSON, more than 8192',
    );
    expect(() => say("t", "\u00e9".repeat(5000))).to.throw(RangeError, "has 10002 bytes");
  });

  it("[G4] stays as it was when it was asked for; a payload that there is not is not there", () => {
    const payload = { at: new Date(0), list: [1], nothing: undefined };
    const entry = say("t", payload);
    payload.list.push(2);
    expect(entry.payload).to.deep.equal({
      type: "t",
      payload: { at: "1970-01-01T00:00:00.000Z", list: [1] },
    });
    expect(Object.keys(say("t").payload)).to.deep.equal(["type"]);
    expect(say("t", null).payload).to.deep.equal({ type: "t", payload: null });
  });
});

describe("presence events over drops", () => {
  it("[P3] live plus replayed is what a witness saw, or the client is told that it is not", () => {
    const step = fc.record({
      does: fc.constantFrom("tell" as const, "tell" as const, "drop" as const, "return" as const),
      wait: fc.integer({ min: 0, max: 300 }),
    });
    let [whole, partly] = [0, 0];
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 80, size: "max" }), (steps) => {
        const log = new PresenceLog(1, limits);
        let seen: number[] = [];
        let sinceResync: number[] = [];
        let [now, isHere, from] = [0, true, 0];
        for (const { does, wait } of steps) {
          now += wait;
          if (does === "drop") isHere = false;
          else if (does === "return" && !isHere) {
            isHere = true;
            const missed = seqs(log.since({ epoch: 1, seq: from }, now));
            if (missed === undefined) [seen, sinceResync] = [[], []];
            else seen = [...seen, ...(missed as number[])];
            if (missed === undefined) partly += 1;
            else whole += 1;
            from = log.position.seq;
          } else if (does === "tell") {
            const { seq } = log.append(told("x"), now).payload;
            sinceResync.push(seq as number);
            if (isHere) {
              seen = [...seen, seq as number];
              from = seq as number;
            }
          }
        }
        const expected = isHere ? sinceResync : sinceResync.filter((seq) => seq <= from);
        expect(seen).to.deep.equal(expected);
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(whole, partly), "both kinds of return happened").to.be.greaterThan(300);
  });
});

describe("the outbox rule", () => {
  it("[P4] the next applies, an earlier one is known, a later one waits", () => {
    expect(judge(null, "s", 1)).to.equal("apply");
    expect(judge(null, "s", 2)).to.equal("gap");
    const taken: OutboxTaken = { stream: "s", last: 3, refused: [] };
    expect([1, 3, 4, 5].map((n) => judge(taken, "s", n))).to.deep.equal(["again", "again", "apply", "gap"]);
    expect(judge(taken, "other", 1), "a device that lost its storage").to.equal("apply");
    expect(judge(taken, "other", 4)).to.equal("gap");
  });

  it("[P4] any order of deliveries and repeats applies 1, 2, 3, ... once each", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 200, size: "max" }),
        (deliveries) => {
          let taken: OutboxTaken | null = null;
          const applied: number[] = [];
          let next = 1;
          for (const n of deliveries) {
            if (n === next) next += 1;
            if (judge(taken, "s", n) !== "apply") continue;
            applied.push(n);
            taken = taking(taken, "s", n, undefined, 64);
          }
          expect(applied).to.deep.equal(Array.from({ length: next - 1 }, (_, index) => index + 1));
        },
      ),
    );
  });

  it("[P6] refusals are remembered as long as they can be asked for again", () => {
    let taken = taking(null, "s", 1, "no", 3);
    taken = taking(taken, "s", 2, undefined, 3);
    expect(taken).to.deep.equal({ stream: "s", last: 2, refused: [{ n: 1, error: "no" }] });
    taken = taking(taken, "s", 3, undefined, 3);
    expect(taken.refused).to.deep.equal([{ n: 1, error: "no" }]);
    taken = taking(taken, "s", 4, undefined, 3);
    expect(taken.refused).to.deep.equal([]);
    expect(taking(taken, "new", 1, undefined, 3)).to.deep.equal({ stream: "new", last: 1, refused: [] });
  });
});
