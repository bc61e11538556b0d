// A change that throws is taken back as if it had never begun: everything the framework knows is compared, and every byte.
import { $changes, Schema } from "@colyseus/schema";
import { expect } from "chai";
import fc from "fast-check";
import { recordChangesOf } from "../../../src/rooms/internals/undo/install.ts";
import { takenBackOnThrow } from "../../../src/rooms/internals/undo/log.ts";
import { graphOf } from "../../../harness/states/object-graph.ts";
import { mutate, randomShape, type Shape, Tape, Twin } from "../../../harness/states/random-state.ts";

/** Not part of what is compared: what no state owns, and buffers. */
const hidden = new Set<PropertyKey>(
  "encDescriptor metadata types context _nodePool sharedBuffer unreliableSharedBuffer _root id _slot _bit activeViews _nextViewId _freeViewIds".split(
    " ",
  ),
);
const behind = (object: object): object =>
  (Reflect.get(object, $changes) as { refTarget: object } | undefined)?.refTarget ?? object;

const everything = (twin: Twin) =>
  graphOf([twin.state, twin.encoder, twin.views, twin.removed], hidden, behind);

const refused = new Error("refused");

/** Runs some changes and throws; whether the framework throws before that is all the same. */
function refuse(tape: Tape, twin: Twin): void {
  const removed = twin.removed.length;
  expect(() =>
    takenBackOnThrow(() => {
      for (let changes = 1 + tape.next(5); changes > 0; changes--) mutate(tape, twin);
      throw refused;
    }),
  ).to.throw();
  twin.removed.length = removed;
}

function accept(tape: Tape, twin: Twin, isHandler: boolean): string {
  const changes = 1 + tape.next(3);
  const change = () => {
    for (let i = 0; i < changes; i++) mutate(tape, twin);
  };
  try {
    if (isHandler) takenBackOnThrow(change);
    else change();
    return "";
  } catch (error) {
    return String(error);
  }
}

function attempt(encode: () => string[]): string[] | string {
  try {
    return encode();
  } catch (error) {
    return String(error);
  }
}

const patchOf = (twin: Twin) => attempt(() => twin.patch());
const wholeOf = (twin: Twin) => attempt(() => twin.whole());

/** One tape, two states: the second one never sees what is refused. They must say the same to every client. */
function compare(numbers: readonly number[], hasViews: boolean): number {
  const tape = new Tape(numbers);
  const shape: Shape = randomShape(tape, hasViews);
  recordChangesOf(shape.State);
  const [one, other] = [new Twin(shape, hasViews), new Twin(shape, hasViews)];
  let refusals = 0;
  while (!tape.isOver) {
    const step = tape.next(6);
    if (step < 3) {
      refusals += 1;
      const before = everything(one);
      refuse(tape, one);
      const after = everything(one);
      const different = before.lines.flatMap((line, i) =>
        line === after.lines[i] ? [] : [`${i}: ${line} -- then ${after.lines[i]}`],
      );
      if (different.length > 0) throw new Error(different.join("\n"));
      expect(after.lines.length).to.equal(before.lines.length);
      for (const [i, object] of before.objects.entries())
        if (object instanceof Schema) expect(after.objects[i]).to.equal(object);
    } else if (step < 5) {
      const { at } = tape;
      const [said, begins] = [accept(tape, one, step === 4), one.removed.length];
      tape.at = at;
      expect(accept(tape, other, step === 4)).to.equal(said);
      expect(other.removed.length).to.equal(begins);
    } else {
      const [said, shouldSay] = [one, other].map(tape.next(4) === 0 ? wholeOf : patchOf);
      expect(said).to.deep.equal(shouldSay);
      if (typeof said === "string") return refusals; // the framework cannot encode this state any more
    }
  }
  expect(patchOf(one)).to.deep.equal(patchOf(other));
  expect(wholeOf(one)).to.deep.equal(wholeOf(other));
  expect(JSON.stringify(one.state)).to.equal(JSON.stringify(other.state));
  return refusals;
}

describe("a change that is taken back", function () {
  this.timeout(120_000);
  const warn = console.warn;
  before(() => (console.warn = () => {}));
  after(() => (console.warn = warn));

  for (const hasViews of [false, true])
    it(`[P14] [P15] states of any shape, ${hasViews ? "with" : "without"} views: nothing is left of it, nothing else is lost`, () => {
      let refusals = 0;
      const numRuns = Number(process.env.RUNS ?? 60);
      fc.assert(
        fc.property(fc.array(fc.nat(10_000), { minLength: 300, maxLength: 800 }), (numbers) => {
          refusals += compare(numbers, hasViews);
        }),
        {
          numRuns,
          endOnFailure: process.env.SHRINK === undefined,
          ...(process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) }),
        },
      );
      expect(refusals).to.be.greaterThan(5 * numRuns);
    });
});
