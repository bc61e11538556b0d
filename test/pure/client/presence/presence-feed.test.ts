// Live events, and those missed: together exactly what one who never dropped has received.
import { expect } from "chai";
import fc from "fast-check";
import { type Received, PresenceFeed } from "../../../../src/client/presence/presence-feed.ts";
import type { HistoryEntry } from "../../../../src/protocol/messages.ts";
import type { PresenceResumed } from "../../../../src/protocol/session.ts";
import { PresenceLog } from "../../../../src/seats/presence-log.ts";

/** Every third is a room author's. */
const event = (seq: number, epoch = 1): HistoryEntry =>
  seq % 3 === 0
    ? { type: "announcement", payload: { type: `t${seq}`, epoch, seq, at: 0 } }
    : { type: "participant_joined", payload: { device_id: `d${seq}`, user_id: "u", epoch, seq, at: 0 } };
const answer = (over: Partial<PresenceResumed>): PresenceResumed => ({
  resumed: false,
  epoch: 1,
  seq: 0,
  events: [],
  joined_at: 1,
  outbox: null,
  server_time: 0,
  ...over,
});
const seqs = ({ events }: Received) => events.map(({ payload }) => payload.seq);

/** A feed that has received up to `seq`, on a connection that is lost. */
function feedAt(seq: number): PresenceFeed {
  const feed = new PresenceFeed("me");
  feed.connected();
  feed.resumed(answer({ seq }));
  return feed;
}

describe("client presence feed", () => {
  it("[C10] the first connection asks for no past, and what comes live is announced at once", () => {
    const feed = new PresenceFeed("me");
    expect(feed.connected()).to.deep.equal({});
    expect(seqs(feed.live(event(4)))).to.deep.equal([4]);
    expect(feed.resumed(answer({ seq: 5 }))).to.deep.include({ resumed: false, events: [] });
    expect(seqs(feed.live(event(6)))).to.deep.equal([6]);
  });

  it("[C10] after a return the live wait for the missed; the missed first, each once", () => {
    const feed = feedAt(3);
    expect(feed.connected()).to.deep.equal({ epoch: 1, seq: 3 });
    expect(seqs(feed.live(event(6)))).to.deep.equal([]);
    const caught = feed.resumed(answer({ resumed: true, seq: 6, events: [event(4), event(5), event(6)] }));
    expect(caught.resumed).to.equal(true);
    expect(seqs(caught)).to.deep.equal([4, 5, 6]);
    expect(seqs(feed.live(event(6)))).to.deep.equal([]);
    expect(seqs(feed.live(event(7)))).to.deep.equal([7]);
  });

  it("[C10] not resumed: no part of what was missed, and nothing newer is lost", () => {
    const feed = feedAt(3);
    feed.connected();
    feed.live(event(9, 2));
    feed.live(event(10, 2));
    const caught = feed.resumed(answer({ epoch: 2, seq: 9 }));
    expect(caught.resumed).to.equal(false);
    expect(seqs(caught)).to.deep.equal([10]);
  });

  it("[C10] an answer with a hole is no answer", () => {
    for (const events of [
      [event(4), event(6)],
      [event(4), event(5)],
      [event(5), event(6)],
      [],
      [event(4), event(5), event(6, 2)],
    ]) {
      const feed = feedAt(3);
      feed.connected();
      const caught = feed.resumed(answer({ resumed: true, seq: 6, events }));
      expect(caught).to.deep.include({ resumed: false, events: [] });
      expect(seqs(feed.live(event(7)))).to.deep.equal([7]);
    }
  });

  it("[C10] a hole in what comes live is asked about, and filled before anything goes on", () => {
    const feed = feedAt(3);
    feed.connected();
    feed.resumed(answer({ resumed: true, seq: 3 }));
    expect(feed.live(event(6))).to.deep.equal({ events: [], ask: true });
    expect(feed.live(event(7))).to.deep.equal({ events: [], ask: false });
    expect(feed.question()).to.deep.equal({ epoch: 1, seq: 3 });
    const caught = feed.resumed(
      answer({ resumed: true, seq: 7, events: [event(4), event(5), event(6), event(7)] }),
    );
    expect(seqs(caught)).to.deep.equal([4, 5, 6, 7]);
  });

  it("[C10] a hole that cannot be filled any more is announced as one; what came after the answer is announced", () => {
    const feed = feedAt(3);
    feed.connected();
    feed.resumed(answer({ resumed: true, seq: 3 }));
    for (const seq of [6, 7, 9]) feed.live(event(seq));
    const caught = feed.resumed(answer({ seq: 8 }));
    expect(seqs(caught)).to.deep.equal([9]);
    expect(caught).to.include({ resumed: false, isGap: true, ask: false });
    expect(feed.resumed(answer({ seq: 9 })), "nothing was missed").to.include({ isGap: false });
  });

  it("[C10] late events of an older epoch are dropped", () => {
    const feed = feedAt(3);
    feed.connected();
    feed.resumed(answer({ epoch: 2, seq: 1 }));
    expect(seqs(feed.live(event(4, 1)))).to.deep.equal([]);
    expect(seqs(feed.live(event(2, 2)))).to.deep.equal([2]);
  });

  it("[C10] what is sent to the returner alone is not an event; a room without numbers is passed on as it is", () => {
    const feed = new PresenceFeed("me");
    feed.connected();
    const ownReturn = (device_id: string): HistoryEntry => ({
      type: "participant_reconnected",
      payload: { device_id, user_id: "u" },
    });
    expect(feed.live(ownReturn("me")).events).to.deep.equal([]);
    expect(feed.live(ownReturn("you")).events).to.deep.equal([ownReturn("you")]);
    const older = feedAt(3);
    older.connected();
    expect(older.live(ownReturn("you")).events).to.deep.equal([]);
    expect(older.unanswered().events).to.deep.equal([ownReturn("you")]);
  });

  it("[C10] [G3] over 1,000 random histories, live and replayed equal what a witness received", () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant("announce" as const) },
      { weight: 2, arbitrary: fc.constant("cut" as const) },
      { weight: 2, arbitrary: fc.constant("return" as const) },
      { weight: 2, arbitrary: fc.constant("answer" as const) },
      { weight: 1, arbitrary: fc.constant("repeat" as const) },
      { weight: 1, arbitrary: fc.constant("restart" as const) },
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120, size: "max" }),
        fc.integer({ min: 1, max: 30 }),
        (steps, kept) => {
          new History(kept).play(steps);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** A room with its log, a witness that never drops, and a client that does. */
class History {
  readonly #keep: number;
  #epoch = 1;
  #log: PresenceLog;
  #sent: HistoryEntry[] = [];
  readonly #feed = new PresenceFeed("me");
  readonly #announced: HistoryEntry[] = [];
  /** Where the witness's story was taken up again as it is: before it nothing is owed. */
  #from = 0;
  #isOpen = false;
  #question: { epoch?: number; seq?: number } | undefined;
  #count = 0;

  constructor(keep: number) {
    this.#keep = keep;
    this.#log = this.#newLog();
  }

  play(steps: readonly ("announce" | "cut" | "return" | "answer" | "repeat" | "restart")[]): void {
    for (const step of ["return", "answer", ...steps, "cut", "return", "answer", "announce"] as const)
      this[step]();
    const owed = this.#sent.slice(this.#from);
    expect(this.#announced.slice(-owed.length || this.#announced.length).map(idOf)).to.deep.equal(
      owed.map(idOf),
    );
    const ids = this.#announced.map(idOf);
    expect(new Set(ids).size, "each once").to.equal(ids.length);
    const order = new Map(this.#sent.map((sent, index) => [idOf(sent), index]));
    const places = ids.map((id) => order.get(id) ?? -1);
    expect(places, "in order").to.deep.equal(places.toSorted((a, b) => a - b));
  }

  announce(): void {
    this.#count += 1;
    const placed = this.#log.append(event(this.#count), 0);
    this.#sent.push(placed);
    if (this.#isOpen) this.#take(this.#feed.live(placed));
  }

  cut(): void {
    this.#isOpen = false;
    this.#question = undefined;
  }

  return(): void {
    this.cut();
    this.#isOpen = true;
    this.#question = this.#feed.connected();
  }

  answer(): void {
    if (!this.#isOpen || this.#question === undefined) return;
    const events = this.#log.since(this.#question, 0);
    const isFirst = this.#question.seq === undefined;
    this.#question = undefined;
    const caught = this.#feed.resumed(
      answer({ resumed: events !== undefined, ...this.#log.position, events: [...(events ?? [])] }),
    );
    // The first time nothing is missing but what came live since the connection.
    if (!caught.resumed && !(isFirst && this.#announced.length > 0)) this.#from = this.#sent.length;
    this.#take(caught);
  }

  /** The network delivers something twice. */
  repeat(): void {
    const last = this.#sent.at(-1);
    if (this.#isOpen && last !== undefined && this.#question === undefined) this.#take(this.#feed.live(last));
  }

  restart(): void {
    this.cut();
    this.#epoch += 1;
    this.#log = this.#newLog();
  }

  #newLog(): PresenceLog {
    return new PresenceLog(this.#epoch, { replayEvents: this.#keep, replayAgeMs: 60_000 });
  }

  #take({ events, ask }: Received): void {
    expect(ask, "nothing is missing on a whole connection").to.equal(false);
    this.#announced.push(...events);
  }
}

const idOf = ({ payload }: HistoryEntry) => `${payload.epoch}:${payload.seq}`;
