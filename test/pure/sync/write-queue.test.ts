// The one queue of a room's sockets: each is written what it was sent, in that order, once, and no sooner than it may be.
import { systemClock } from "../../../src/clock.ts";
import { expect } from "chai";
import fc from "fast-check";
import { Lane } from "../../../src/sync/lane.ts";
import {
  type PatchDelivery,
  type Receiver,
  type SpeakingPermission,
  WriteQueue,
} from "../../../src/sync/write-queue.ts";
import { quiet, until } from "../../../harness/wait.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const busy = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until; );
};

/** A client that remembers what it was written. What is for the end of a turn is written at once: order is the queue's. */
class Ear implements Receiver {
  readonly lane = new Lane();
  readonly costMs: number;
  isJoined = true;
  isOpen = true;
  received = "";
  expected = "";
  writes = 0;
  /** So many of them for the end of the turn. */
  soon = 0;
  ownBytes = 0;

  constructor(costMs = 0) {
    this.costMs = costMs;
  }
  writeNow(frames: Buffer, ownBytes: number) {
    busy(this.costMs);
    this.writes += 1;
    this.received += frames.toString();
    this.ownBytes += ownBytes;
  }
  writeSoon(frames: Buffer, ownBytes: number) {
    this.soon += 1;
    this.writeNow(frames, ownBytes);
  }
  sendLater() {}
}
const ears = (count: number, costMs = 0) => Array.from({ length: count }, () => new Ear(costMs));
const bytes = (message: string) => Buffer.from(message);

class Scene implements SpeakingPermission, PatchDelivery {
  mayAnnounce = true;
  maySpeak = true;
  deliveries = 0;
  writingMs = 0;
  readonly queue = new WriteQueue(this, systemClock);

  patch(to: readonly Ear[], message: string, announces = true) {
    this.queue.sendPatch(to, bytes(message), announces, this);
  }
  delivered(writingMs: number) {
    this.deliveries += 1;
    this.writingMs = writingMs;
  }
  send(message: string, to: Ear) {
    this.queue.send(to, bytes(message), message.length);
  }
  broadcast(message: string, to: readonly Ear[]) {
    this.queue.broadcast(to, bytes(message), bytes(message));
  }
}

const quietTurns = async () => {
  for (let i = 0; i < 4; i++) await turn();
};

describe("a room's write queue", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });
  const counts = (of: readonly Ear[]) => of.filter(({ received }) => received !== "").length;

  describe("patches", () => {
    it("[E19] are written to a few in one turn, and to many in slices between which others have their turn", async () => {
      const few = ears(10);
      scene.patch(few, "hello");
      expect([scene.deliveries, counts(few)]).to.deep.equal([1, 10]);
      const many = ears(200, 1);
      let turns = 0;
      scene.patch(many, "hello");
      while (scene.queue.isSendingPatch) {
        turns += 1;
        await turn();
      }
      expect(turns).to.be.greaterThan(3);
      expect([scene.deliveries, counts(many)]).to.deep.equal([2, 200]);
      expect(scene.writingMs).to.be.within(200, 2000);
    });

    it("[E19] are overtaken by nothing that is sent meanwhile, to one or to all; nobody gets anything twice", async () => {
      const many = ears(100, 1);
      const last = many.at(-1) as Ear;
      scene.patch(many, "P");
      expect([last.received, scene.queue.lacksPatch(last)]).to.deep.equal(["", false]); // it is written what it lacks
      expect(last.received).to.equal("P");
      scene.send("a", many.at(-2) as Ear);
      expect(many.at(-2)?.received).to.equal("Pa");
      scene.queue.finishPatch();
      scene.patch(many, "Q");
      scene.broadcast("b", many);
      await until("all have both", () => many.every(({ received }) => received.endsWith("Qb")));
      expect(many.map(({ received }) => received)).to.deep.equal(
        many.map((_, i) => (i === 98 ? "PaQb" : "PQb")),
      );
      expect(scene.deliveries).to.equal(2);
    });

    it("[E19] go to those who have the state", () => {
      const [joining, joined] = [new Ear(), new Ear()];
      joining.isJoined = false;
      scene.patch([joining, joined], "P");
      expect([joining.received, joined.received]).to.deep.equal(["", "P"]);
    });

    it("[K4] stand still while nothing may be announced, go on when it may, and not at all when the room is gone", async () => {
      const many = ears(100, 1);
      scene.patch(many, "P");
      scene.mayAnnounce = false;
      const sent = counts(many);
      await quiet(60);
      scene.queue.finishPatch();
      expect(scene.queue.lacksPatch(many.at(-1) as Ear)).to.equal(true);
      expect([counts(many), scene.deliveries]).to.deep.equal([sent, 0]);
      scene.mayAnnounce = true;
      await until("all have it", () => scene.deliveries === 1);
      expect(counts(many)).to.equal(100);
      scene.patch(many, "Q");
      scene.queue.stop();
      await quiet(40);
      expect([scene.queue.isSendingPatch, scene.deliveries]).to.deep.equal([false, 1]);
      expect(many.at(-1)?.received).to.equal("P");
    });

    it("[K4] of a room author's own state wait for no lease", () => {
      scene.mayAnnounce = false;
      const few = ears(3);
      scene.patch(few, "P", false);
      expect(counts(few)).to.equal(3);
    });
  });

  describe("what may not be sent", () => {
    const [one, other] = [0, 1];
    let two: Ear[];
    beforeEach(() => {
      two = ears(2);
    });
    const received = (messages: string, who = one) =>
      until(`${messages}; received ${two[who]?.received}`, () => two[who]?.received === messages);

    it("[K18] is not written; then everything in its order, once", async () => {
      scene.maySpeak = scene.mayAnnounce = false;
      const [ann] = two as [Ear, Ear];
      scene.send("a", ann);
      scene.patch(two, "P", false);
      scene.send("b", ann);
      expect(counts(two)).to.equal(0);
      scene.maySpeak = true;
      scene.send("c", ann); // before anything kept has been asked about
      await received("aPbc");
      await received("P", other);
      scene.send("d", ann);
      expect(ann.received).to.equal("aPbcd");
      expect(ann.ownBytes, "what nobody else is sent is counted, also when it had to wait").to.equal(4);
    });

    it("[K18] keeps its place among what everyone is sent", async () => {
      scene.maySpeak = false;
      const [ann] = two as [Ear, Ear];
      scene.broadcast("a", two);
      scene.send("b", ann);
      scene.broadcast("c", two);
      scene.maySpeak = true;
      await received("abc");
      await received("ac", other);
    });

    it("[K18] is never sent of an event that is lost", async () => {
      scene.maySpeak = false;
      const [ann] = two as [Ear, Ear];
      scene.send("a", ann);
      scene.broadcast("b", two);
      scene.queue.stop();
      scene.maySpeak = true;
      scene.send("c", ann);
      await quiet(60); // longer than it waits between two looks
      expect(two.map((ear) => ear.received)).to.deep.equal(["c", ""]);
    });

    it("[K19] keeps back what comes behind it, for those who wait for it, but for signs of life", async () => {
      scene.mayAnnounce = false;
      const [ann] = two as [Ear, Ear];
      const third = new Ear();
      scene.patch(two, "P");
      scene.send("a", ann);
      scene.broadcast("b", [...two, third]);
      scene.send("c", third);
      scene.queue.sendSignOfLife(ann, bytes("!"));
      await quiet(30);
      expect([ann.received, third.received]).to.deep.equal(["!", "bc"]);
      scene.mayAnnounce = true;
      await received("!Pab");
      await received("Pb", other);
      scene.send("d", ann);
      expect(ann.received).to.equal("!Pabd");
    });

    it("[K19] comes between what was sent before it and after it", async () => {
      scene.maySpeak = scene.mayAnnounce = false;
      const [ann] = two as [Ear, Ear];
      scene.send("a", ann);
      scene.patch(two, "P");
      scene.send("b", ann);
      scene.maySpeak = true; // Redis is out of reach: an author's messages flow, announcements do not
      await received("a");
      scene.mayAnnounce = true;
      await received("aPb");
    });
  });

  describe("broadcasts", () => {
    it("[E22] of one moment leave in one write for each, in order, also when they come a turn apart", async () => {
      const three = ears(3);
      scene.broadcast("one ", three);
      scene.broadcast("two ", three);
      await turn();
      scene.broadcast("three ", three);
      await until("they have left", () => three[0]?.writes !== 0);
      for (const { writes, received } of three)
        expect([writes, received]).to.deep.equal([1, "one two three "]);
    });

    it("[E22] wait for no more than 2 ms, however many come", async () => {
      const one = ears(1);
      const [line] = one as [Ear];
      const startedAt = performance.now();
      while (line.writes === 0 && performance.now() - startedAt < 5000) {
        scene.broadcast(".", one);
        busy(0.25); // so many fit into 2 ms, and fewer on a slow machine
        await turn();
      }
      expect(performance.now() - startedAt).to.be.at.least(2);
      expect(line.received.length, "messages of 0.25 ms each").to.be.within(1, 10);
    });

    it("[E22] to ever others leave in one write for each, too, and with the patch that follows them", async () => {
      const three = ears(3);
      for (const one of three) {
        const others = three.filter((each) => each !== one);
        scene.broadcast("moved ", others); // as a room does with what one has sent to it
      }
      scene.patch(three, "P");
      await quietTurns();
      for (const { received, writes, soon } of three) {
        expect(received).to.equal("moved moved P");
        expect([writes, soon], "all but the patch wait for the end of the turn").to.deep.equal([3, 2]);
      }
    });

    it("[E22] leave before the room goes, unless nothing may be sent", async () => {
      const three = ears(3);
      scene.broadcast("bye", three);
      scene.queue.stop();
      expect(three.map(({ received }) => received)).to.deep.equal(["bye", "bye", "bye"]);
      scene.maySpeak = false;
      scene.broadcast("never", three);
      scene.queue.stop();
      scene.maySpeak = true;
      await quiet(60); // longer than it waits between two looks
      expect(three.map(({ received }) => received)).to.deep.equal(["bye", "bye", "bye"]);
    });

    it("[E22] of many bytes wait for nothing", () => {
      const two = ears(2);
      scene.broadcast("small", two);
      scene.broadcast("x".repeat(17_000), two);
      expect(two.map(({ received }) => received.length)).to.deep.equal([17_005, 17_005]);
    });
  });

  it("[E19] [E22] [K18] [K19] whatever is sent to whomever, and whatever may be sent when: each receives its own, in order, once", async () => {
    const who = fc.nat({ max: 3 });
    const step = fc.oneof(
      fc.record({ what: fc.constantFrom("all" as const, "patch" as const, "own" as const) }),
      fc.record({ what: fc.constantFrom("but" as const, "one" as const), who }),
      fc.record({ what: fc.constantFrom("in" as const, "out" as const), who }),
      fc.record({ what: fc.constantFrom("turn" as const, "finish" as const) }),
      fc.record({ what: fc.constantFrom("speak" as const, "announce" as const), may: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const each = new Scene();
        const four = ears(4);
        const expectAll = (of: readonly Ear[], message: string) => {
          for (const ear of of) if (ear.isJoined) ear.expected += message;
        };
        for (const [i, one] of steps.entries()) {
          const ear = four["who" in one ? one.who : 0] as Ear;
          const message = `${i} `;
          if (one.what === "speak") each.maySpeak = one.may;
          else if (one.what === "announce") each.mayAnnounce = one.may;
          else if (one.what === "turn") await turn();
          else if (one.what === "finish") each.queue.finishPatch();
          else if (one.what === "in") ear.isJoined = true;
          else if (one.what === "out") ear.isJoined = false;
          else if (one.what === "one") {
            ear.expected += message;
            each.send(message, ear);
          } else if (one.what === "all" || one.what === "but") {
            const audience = one.what === "all" ? four : four.filter((other) => other !== ear);
            expectAll(audience, message);
            each.broadcast(message, audience);
          } else if (!each.queue.isSendingPatch) {
            expectAll(four, message);
            each.patch(four, message, one.what === "patch");
          }
          for (const { received, expected } of four) expect(expected.startsWith(received)).to.equal(true);
        }
        each.maySpeak = each.mayAnnounce = true;
        each.queue.finishPatch();
        each.queue.flushBatch();
        for (const one of four) each.queue.catchUp(one);
        await quietTurns();
        for (const { received, expected } of four) expect(received).to.equal(expected);
        each.queue.stop();
      }),
      { numRuns: 400, endOnFailure: true },
    );
  });
});
