// Parts of the state as plain values: frozen, and the same objects for as long as they say the same.
import { ArraySchema, Metadata, Schema } from "@colyseus/schema";
import { expect } from "chai";
import fc from "fast-check";
import { immutableCopy } from "../../../../src/client/state/immutable-copy.ts";
import { defineEventState, schema, t } from "../../../../src/schema/index.ts";

const Point = schema({ x: t.number(), y: t.number() }, "Point");
const board = defineEventState({
  event: {
    points: t.map(Point),
    list: t.array(Point),
    names: t.set("string"),
    numbers: t.collection("number"),
    at: t.ref(Point).optional(),
    word: t.string().optional(),
  },
});

const point = (x: number, y: number) => Object.assign(new Point(), { x, y });

function isFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

describe("an immutable copy", () => {
  it("[Z4] is plain and frozen all the way down; what a field has not got is left out", () => {
    const state = new board.State();
    state.points.set("p", point(1, 2));
    state.list.push(point(3, 4));
    state.names.add("n");
    state.numbers.add(5);
    const copy = immutableCopy(state);
    expect(copy).to.deep.include({
      points: { p: { x: 1, y: 2 } },
      list: [{ x: 3, y: 4 }],
      names: ["n"],
      numbers: [5],
    });
    expect("at" in copy || "word" in copy).to.equal(false);
    expect(isFrozen(copy)).to.equal(true);
    state.list[0]!.x = 9;
    expect(copy.list).to.deep.equal([{ x: 3, y: 4 }]);
  });

  it("[Z4] shares with the one before whatever says the same, the whole of it, too", () => {
    const state = new board.State();
    for (const key of ["p", "q"]) state.points.set(key, point(1, 2));
    state.list.push(point(1, 1), point(2, 2));
    const before = immutableCopy(state);
    expect(immutableCopy(state, before)).to.equal(before);
    state.points.get("q")!.y = 3;
    const after = immutableCopy(state, before);
    expect(after).not.to.equal(before);
    expect(after.points.p).to.equal(before.points.p);
    expect(after.list).to.equal(before.list);
    state.list.shift();
    expect(immutableCopy(state, after).points).to.equal(after.points);
  });

  it("[Z4] keys in another order, one more, one less and NaN are told apart; __proto__ is a key", () => {
    const one = immutableCopy({ a: 1, b: Number.NaN });
    expect(immutableCopy({ a: 1, b: Number.NaN }, one)).to.equal(one);
    for (const other of [{ b: Number.NaN, a: 1 }, { a: 1 }, { a: 1, b: Number.NaN, c: 0 }, { a: 1, c: 2 }])
      expect(immutableCopy(other, one)).not.to.equal(one);
    expect(immutableCopy([1, 2], [1, 2, 3])).to.deep.equal([1, 2]);
    expect(immutableCopy({ 0: 1 }, [1])).to.deep.equal({ 0: 1 });
    const odd = immutableCopy(Object.fromEntries([["__proto__", { x: 1 }]]));
    expect(Object.keys(odd)).to.deep.equal(["__proto__"]);
    expect(immutableCopy(Object.fromEntries([["__proto__", { x: 1 }]]), odd)).to.equal(odd);
    const selected = { state: new board.State(), when: new Date(0), nothing: null };
    expect(immutableCopy(selected).when, "what is neither plain nor of the state").to.equal(selected.when);
  });

  it("[Z4] of any plain value it is equal to it, and the same again", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
        const copy = immutableCopy(value, immutableCopy(other));
        expect(copy).to.deep.equal(value);
        expect(isFrozen(copy)).to.equal(true);
        expect(Object.is(immutableCopy(structuredClone(value), copy), copy)).to.equal(true);
      }),
    );
  });

  it("[Z31] of what contains itself there is none, and a sentence says so", () => {
    const Tree = class extends Schema {
      children = new ArraySchema<Schema>();
    };
    Metadata.setFields(Tree, { children: [Schema] });
    const tree = new Tree();
    tree.children.push(tree);
    expect(() => immutableCopy(tree)).to.throw(TypeError, "contains itself");
    const deep = (depth: number): unknown => (depth === 0 ? {} : { deeper: deep(depth - 1) });
    expect(() => immutableCopy(deep(100))).to.not.throw();
    expect(() => immutableCopy(deep(101))).to.throw(TypeError, "deeper than 100");
  });
});
