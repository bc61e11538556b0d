// The one queue of a room's sockets: each is written what it was sent, in that order, once, and no sooner than it may be.
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
  heard = "";
  expected = "";
  writes = 0;
  ownBytes = 0;

  constructor(costMs = 0) {
    this.costMs = costMs;
  }
  writeNow(frames: Buffer, ownBytes: number) {
    busy(this.costMs);
    this.writes += 1;
    this.heard += frames.toString();
    this.ownBytes += ownBytes;
  }
  writeSoon(frames: Buffer, ownBytes: number) {
    this.writeNow(frames, ownBytes);
  }
  sendLater() {}
}
const ears = (count: number, costMs = 0) => Array.from({ length: count }, () => new Ear(costMs));
const bytes = (word: string) => Buffer.from(word);

class Scene implements SpeakingPermission, PatchDelivery {
  mayAnnounce = true;
  maySpeak = true;
  deliveries = 0;
  writingMs = 0;
  readonly queue = new WriteQueue(this);

  patch(to: readonly Ear[], word: string, announces = true) {
    this.queue.sendPatch(to, bytes(word), announces, this);
  }
  delivered(writingMs: number) {
    this.deliveries += 1;
    this.writingMs = writingMs;
  }
  say(word: string, to: Ear) {
    this.queue.send(to, bytes(word), word.length);
  }
  broadcast(word: string, to: readonly Ear[]) {
    this.queue.broadcast(to, bytes(word), bytes(word));
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
  const counts = (of: readonly Ear[]) => of.filter(({ heard }) => heard !== "").length;

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
      expect([last.heard, scene.queue.lacksPatch(last)]).to.deep.equal(["", false]); // it is written what it lacks
      expect(last.heard).to.equal("P");
      scene.say("a", many.at(-2) as Ear);
      expect(many.at(-2)?.heard).to.equal("Pa");
      scene.queue.finishPatch();
      scene.patch(many, "Q");
      scene.broadcast("b", many);
      await until("all have both", () => many.every(({ heard }) => heard.endsWith("Qb")));
      expect(many.map(({ heard }) => heard)).to.deep.equal(many.map((_, i) => (i === 98 ? "PaQb" : "PQb")));
      expect(scene.deliveries).to.equal(2);
    });

    it("[E19] go to those who have the state", () => {
      const [joining, joined] = [new Ear(), new Ear()];
      joining.isJoined = false;
      scene.patch([joining, joined], "P");
      expect([joining.heard, joined.heard]).to.deep.equal(["", "P"]);
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
      expect(many.at(-1)?.heard).to.equal("P");
    });

    it("[K4] of a room author's own state wait for no lease", () => {
      scene.mayAnnounce = false;
      const few = ears(3);
      scene.patch(few, "P", false);
      expect(counts(few)).to.equal(3);
    });
  });

  describe("what may not be said", () => {
    const [one, other] = [0, 1];
    let two: Ear[];
    beforeEach(() => {
      two = ears(2);
    });
    const heard = (words: string, who = one) =>
      until(`${words}; heard ${two[who]?.heard}`, () => two[who]?.heard === words);

    it("[K18] is not written; then everything in its order, once", async () => {
      scene.maySpeak = scene.mayAnnounce = false;
      const [ann] = two as [Ear, Ear];
      scene.say("a", ann);
      scene.patch(two, "P", false);
      scene.say("b", ann);
      expect(counts(two)).to.equal(0);
      scene.maySpeak = true;
      scene.say("c", ann); // before anything kept has been asked about
      await heard("aPbc");
      await heard("P", other);
      scene.say("d", ann);
      expect(ann.heard).to.equal("aPbcd");
      expect(ann.ownBytes, "what nobody else is sent is counted, also when it had to wait").to.equal(4);
    });

    it("[K18] keeps its place among what everyone is sent", async () => {
      scene.maySpeak = false;
      const [ann] = two as [Ear, Ear];
      scene.broadcast("a", two);
      scene.say("b", ann);
      scene.broadcast("c", two);
      scene.maySpeak = true;
      await heard("abc");
      await heard("ac", other);
    });

    it("[K18] is never said of an event that is lost", async () => {
      scene.maySpeak = false;
      const [ann] = two as [Ear, Ear];
      scene.say("a", ann);
      scene.broadcast("b", two);
      scene.queue.stop();
      scene.maySpeak = true;
      scene.say("c", ann);
      await quiet(60); // longer than it waits between two looks
      expect(two.map((ear) => ear.heard)).to.deep.equal(["c", ""]);
    });

    it("[K19] keeps back what comes behind it, for those who wait for it, but for signs of life", async () => {
      scene.mayAnnounce = false;
      const [ann] = two as [Ear, Ear];
      const third = new Ear();
      scene.patch(two, "P");
      scene.say("a", ann);
      scene.broadcast("b", [...two, third]);
      scene.say("c", third);
      scene.queue.sendSignOfLife(ann, bytes("!"));
      await quiet(30);
      expect([ann.heard, third.heard]).to.deep.equal(["!", "bc"]);
      scene.mayAnnounce = true;
      await heard("!Pab");
      await heard("Pb", other);
      scene.say("d", ann);
      expect(ann.heard).to.equal("!Pabd");
    });

    it("[K19] comes between what was said before it and after it", async () => {
      scene.maySpeak = scene.mayAnnounce = false;
      const [ann] = two as [Ear, Ear];
      scene.say("a", ann);
      scene.patch(two, "P");
      scene.say("b", ann);
      scene.maySpeak = true; // Redis is out of reach: an author's messages flow, announcements do not
      await heard("a");
      scene.mayAnnounce = true;
      await heard("aPb");
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
      for (const { writes, heard } of three) expect([writes, heard]).to.deep.equal([1, "one two three "]);
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
      expect(line.heard.length, "words of 0.25 ms each").to.be.within(1, 10);
    });

    it("[E22] of many bytes wait for nothing", () => {
      const two = ears(2);
      scene.broadcast("small", two);
      scene.broadcast("x".repeat(17_000), two);
      expect(two.map(({ heard }) => heard.length)).to.deep.equal([17_005, 17_005]);
    });
  });

  it("[E19] [E22] [K18] [K19] whatever is sent to whomever, and whatever may be said when: each hears its own, in order, once", async () => {
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
        const expectAll = (of: readonly Ear[], word: string) => {
          for (const ear of of) if (ear.isJoined) ear.expected += word;
        };
        for (const [i, one] of steps.entries()) {
          const ear = four["who" in one ? one.who : 0] as Ear;
          const word = `${i} `;
          if (one.what === "speak") each.maySpeak = one.may;
          else if (one.what === "announce") each.mayAnnounce = one.may;
          else if (one.what === "turn") await turn();
          else if (one.what === "finish") each.queue.finishPatch();
          else if (one.what === "in") ear.isJoined = true;
          else if (one.what === "out") ear.isJoined = false;
          else if (one.what === "one") {
            ear.expected += word;
            each.say(word, ear);
          } else if (one.what === "all" || one.what === "but") {
            const audience = one.what === "all" ? four : four.filter((other) => other !== ear);
            expectAll(audience, word);
            each.broadcast(word, audience);
          } else if (!each.queue.isSendingPatch) {
            expectAll(four, word);
            each.patch(four, word, one.what === "patch");
          }
          for (const { heard, expected } of four) expect(expected.startsWith(heard)).to.equal(true);
        }
        each.maySpeak = each.mayAnnounce = true;
        each.queue.finishPatch();
        each.queue.flushBatch();
        for (const one of four) each.queue.catchUp(one);
        await quietTurns();
        for (const { heard, expected } of four) expect(heard).to.equal(expected);
        each.queue.stop();
      }),
      { numRuns: 400, endOnFailure: true },
    );
  });
});
