// The history of a state: whole states put together, patches since a number, and how much of both is kept.
import { expect } from "chai";
import fc from "fast-check";
import { acknowledgementOf, keptStateIn } from "../../../src/protocol/session.ts";
import { PatchHistory } from "../../../src/sync/patch-history.ts";

/** One that can follow another as it is. */
const patch = (length: number) => new Uint8Array(length).fill(255);
const historyOf = (wholeBytes: number) => {
  const history = new PatchHistory();
  history.begin(new Uint8Array(wholeBytes));
  return history;
};

describe("the patches of a room", () => {
  it("[P12] are numbered, and those since a number are all of them or none", () => {
    const history = historyOf(1000);
    for (let k = 0; k < 5; k++) history.add(patch(10));
    expect(history.number).to.equal(5);
    expect(history.since(5)).to.deep.equal([]);
    expect(history.since(3)).to.have.length(2);
    expect(history.since(0)).to.have.length(5);
    for (const never of [6, -1, 1.5, Number.NaN])
      expect(history.since(never), String(never)).to.equal(undefined);
  });

  it("[P12] are kept as long as they are less than half of the whole state", () => {
    const unknown = new PatchHistory();
    unknown.add(patch(10));
    expect(unknown.since(0), "nothing is known of the whole").to.equal(undefined);
    const history = historyOf(1000);
    for (let k = 0; k < 100; k++) history.add(patch(100));
    expect(history.since(95)).to.have.length(5);
    expect(history.since(94)).to.equal(undefined);
  });

  it("[P12] end where the state changed without one", () => {
    const history = historyOf(1000);
    history.add(patch(10));
    history.skip();
    history.add(patch(10));
    expect(history.number).to.equal(3);
    expect(history.since(2)).to.have.length(1);
    expect(history.since(1)).to.equal(undefined);
  });

  it("[E17] [P12] are each of them the right one, whatever has been given up meanwhile", () => {
    const step = fc.oneof(
      { arbitrary: fc.record({ add: fc.integer({ min: 2, max: 400 }) }), weight: 6 },
      fc.record({ begin: fc.integer({ min: 1, max: 3000 }) }),
      fc.constant({ skip: true }),
      fc.constant({ whole: true }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const history = new PatchHistory();
        const all: (Uint8Array | undefined)[] = [];
        let whole: Uint8Array | undefined;
        for (const [index, each] of steps.entries()) {
          if ("add" in each) {
            const body = patch(each.add);
            body[1] = index;
            history.add(body);
            all.push(body);
            whole = whole && Buffer.concat([whole, body]);
          } else if ("begin" in each) {
            whole = new Uint8Array(each.begin).fill(index);
            history.begin(whole);
          } else if ("skip" in each) {
            history.skip();
            all.push(undefined);
            whole = undefined;
          }
          const found = history.whole();
          if (found !== undefined) expect(Buffer.compare(found, whole as Uint8Array)).to.equal(0);
          for (let number = 0; number <= all.length; number++) {
            const missed = history.since(number);
            if (missed === undefined) continue;
            expect(missed).to.deep.equal(all.slice(number));
            expect(missed.includes(undefined as never)).to.equal(false);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("[E17] make a whole state with the last one, until they are a quarter of it", () => {
    const history = new PatchHistory();
    history.add(patch(2));
    expect(history.whole()).to.equal(undefined);
    history.begin(new Uint8Array(40_000));
    for (let k = 0; k < 10; k++) history.add(patch(1000));
    expect(history.whole()?.length).to.equal(50_000);
    history.add(patch(1000));
    expect(history.whole()).to.equal(undefined);
    history.begin(new Uint8Array(10));
    for (let k = 0; k < 4; k++) history.add(patch(1024));
    expect(history.whole()?.length, "a few bytes are always cheap enough").to.equal(10 + 4096);
    history.skip();
    expect(history.whole()).to.equal(undefined);
  });

  it("[E17] say where they begin when one is not about another instance than the one before", () => {
    const history = historyOf(100);
    history.add(Uint8Array.of(128, 1));
    expect([...(history.since(0)?.[0] ?? [])]).to.deep.equal([255, 0, 128, 1]);
  });

  it("[P13] what a client says that it has is read exactly, and anything else is nothing", () => {
    const kept = { epoch: 1_764_000_000_000, patch: 77 };
    expect(keptStateIn(acknowledgementOf(kept))).to.deep.equal(kept);
    expect(keptStateIn(Uint8Array.of(10))).to.equal(undefined);
    for (const bad of [
      { epoch: 1, patch: -1 },
      { epoch: Number.NaN, patch: 1 },
      { epoch: 1, patch: 0.5 },
      { epoch: 1, patch: Number.POSITIVE_INFINITY },
    ])
      expect(keptStateIn(acknowledgementOf(bad)), JSON.stringify(bad)).to.equal(undefined);
    for (const length of [0, 2, 9, 16, 18, 400])
      expect(keptStateIn(new Uint8Array(length).fill(10))).to.equal(undefined);
  });
});
