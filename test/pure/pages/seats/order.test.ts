// In which order a host's list stands, when that may change, and what is chosen in it.
import { expect } from "chai";
import fc from "fast-check";
import { isSameOrder, keptOrder, SeatSorter, sortableAt } from "../../../../src/pages/core/seats/order.ts";
import type { SeatRow } from "../../../../src/pages/core/seats/rows.ts";
import { linesBeyond, visibleLines } from "../../../../src/pages/core/seats/visible-lines.ts";
import { allOf, extended, nobody, toggled, without } from "../../../../src/pages/core/seats/selection.ts";

function row(name: string, more: Partial<SeatRow> = {}): SeatRow {
  return {
    key: name,
    kind: "connected",
    name,
    mark: "",
    deviceId: name,
    userId: "",
    since: 0,
    until: 0,
    reason: "",
    isKeptOut: false,
    joinedAt: 0,
    drops: 0,
    isExpected: undefined,
    ...more,
  };
}

describe("pages: the order of a host's list", () => {
  const rows = [
    row("zoe", { drops: 3 }),
    row("Ann 10"),
    row("émile", { kind: "away", until: 20 }),
    row("Ann 9"),
    row("Bob", { kind: "away", until: 10 }),
    row("Cem", { kind: "left", since: 5 }),
    row("Dan", { kind: "left", since: 9 }),
    row("Eve", { kind: "never-came" }),
  ];
  const sorter = new SeatSorter("en");

  it("[B116] by trouble, by deadline, and by name", () => {
    expect(sorter.sort(rows, "trouble")).to.deep.equal([
      "Bob",
      "émile",
      "Eve",
      "zoe",
      "Ann 9",
      "Ann 10",
      "Dan",
      "Cem",
    ]);
    expect(sorter.sort(rows, "deadline")).to.deep.equal([
      "Bob",
      "émile",
      "Ann 9",
      "Ann 10",
      "Cem",
      "Dan",
      "Eve",
      "zoe",
    ]);
    expect(sorter.sort(rows, "name")).to.deep.equal([
      "Ann 9",
      "Ann 10",
      "Bob",
      "Cem",
      "Dan",
      "émile",
      "Eve",
      "zoe",
    ]);
  });

  it("[B116] a renamed person moves, a new one gets a place", () => {
    const renamed = [
      ...rows.map((each) => (each.key === "zoe" ? { ...each, name: "Aaron" } : each)),
      row("Bea"),
    ];
    expect(sorter.sort(renamed, "name").slice(0, 4)).to.deep.equal(["zoe", "Ann 9", "Ann 10", "Bea"]);
  });

  it("[B117] while it is kept nobody moves: who is new comes last, who is no row any more goes", () => {
    const key = fc.constantFrom(..."abcdefghij");
    const keys = fc.uniqueArray(key);
    fc.assert(
      fc.property(keys, keys, keys, (shown, wanted, there) => {
        const isRow = (each: string) => there.includes(each) || wanted.includes(each);
        const kept = keptOrder(shown, wanted, isRow);
        expect(new Set(kept).size, "nobody twice").to.equal(kept.length);
        expect(kept.slice(0, shown.filter(isRow).length)).to.deep.equal(shown.filter(isRow));
        for (const each of wanted) expect(kept).to.include(each);
        expect(isSameOrder(kept, keptOrder(kept, wanted, isRow))).to.equal(true);
      }),
    );
  });

  it("[B117] it is sorted again when it was let alone and nothing changed; never while it is held", () => {
    const calm = { isHeld: false, touchedAt: 0, firstChangeAt: 100_000, lastChangeAt: 101_000 };
    expect(sortableAt(calm)).to.equal(102_500);
    expect(sortableAt({ ...calm, touchedAt: 100_000 })).to.equal(105_000);
    expect(sortableAt({ ...calm, lastChangeAt: 190_000 }), "always something").to.equal(110_000);
    expect(sortableAt({ ...calm, isHeld: true })).to.equal(Number.POSITIVE_INFINITY);
  });
});

describe("pages: the lines of a host's list that are drawn", () => {
  it("[B119] those in the window and a few beyond, and the one with the focus wherever it is", () => {
    const page = { scrolled: 1000, height: 800, listTop: 400 };
    expect(visibleLines(page, 100, 1000, -1)).to.deep.equal(Array.from({ length: 20 }, (_, at) => at));
    expect(visibleLines({ ...page, scrolled: 50_400 }, 100, 1000, 3).slice(0, 3)).to.deep.equal([
      3, 494, 495,
    ]);
    expect(visibleLines({ ...page, scrolled: 0, listTop: 9000 }, 100, 1000, 999)).to.deep.equal([999]);
    expect(visibleLines(page, 100, 0, 0)).to.deep.equal([]);
  });

  it("[B119] whatever is scrolled to: every line in sight is drawn once, in order, and not many more", () => {
    const pixels = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(
        pixels,
        fc.nat(2000),
        pixels,
        fc.nat(1000),
        fc.integer({ min: -1, max: 1100 }),
        (scrolled, height, listTop, count, kept) => {
          const lines = visibleLines({ scrolled, height, listTop }, 60, count, kept);
          expect(lines).to.deep.equal([...new Set(lines)].toSorted((a, b) => a - b));
          expect(lines.length).to.be.at.most(height / 60 + 2 * linesBeyond + 3);
          for (let line = 0; line < count; line += 1) {
            const top = listTop + line * 60;
            if (top < scrolled + height && top + 60 > scrolled) expect(lines).to.include(line);
          }
        },
      ),
    );
  });
});

describe("pages: what is chosen in a host's list", () => {
  const order = ["a", "b", "c", "d", "e"];
  const chosen = ({ keys }: { keys: ReadonlySet<string> }) => [...keys].toSorted().join("");

  it("[B118] one by one, a range in either direction, all of a filter, and nobody again", () => {
    const one = toggled(nobody, "b");
    expect(chosen(toggled(one, "b"))).to.equal("");
    expect(chosen(extended(one, "d", order))).to.equal("bcd");
    expect(chosen(extended(toggled(one, "e"), "c", order))).to.equal("bcde");
    expect(chosen(extended(nobody, "c", order))).to.equal("c");
    expect(chosen(extended(one, "gone", order))).to.equal("b");
    expect(chosen(allOf(one, order))).to.equal("abcde");
    expect(chosen(allOf(allOf(one, order), order))).to.equal("");
  });

  it("[B118] whoever is no row any more is not chosen either", () => {
    const some = allOf(nobody, order);
    expect(chosen(without(some, (key) => key !== "c"))).to.equal("abde");
    expect(without(some, () => true)).to.equal(some);
  });
});
