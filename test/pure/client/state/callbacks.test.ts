// Handlers for single changes of the state: within one connection what the SDK's callbacks tell, and on top of it what those
// cannot: registered once, over all connections.
import { Callbacks, Encoder, SetSchema, StateView } from "@colyseus/schema";
import { expect } from "chai";
import fc from "fast-check";
import { RoomCallbacks } from "../../../../src/client/state/callbacks.ts";
import { defineEventState, schema, t } from "../../../../src/schema/index.ts";
import { type AnyCallbacks, CallbackLog } from "../../../../harness/states/callback-log.ts";
import { DecodedState, ServedState } from "../../../../harness/states/decoded-state.ts";
import { board, type Board, Card, Pile, play } from "../../../../harness/states/random-board.ts";
import { Tape } from "../../../../harness/states/random-state.ts";

const everything = {
  round: "value",
  spare: "value",
  participants: "collection",
  piles: "collection",
  stack: "collection",
  names: "collection",
  seen: "collection",
} as const;

const errors = { report: (error: unknown) => expect.fail(String(error)) };

/** The SDK's own, on a copy of its own. What is registered within a patch is told at once what is there, as with ours. */
class OfTheSdk implements AnyCallbacks {
  readonly copy: DecodedState<Board>;
  readonly #callbacks: AnyCallbacks;
  #turn = 0;
  #isUnderWay = false;

  constructor(copy: DecodedState<Board>) {
    this.copy = copy;
    this.#callbacks = Callbacks.get(copy.decoder as never) as unknown as AnyCallbacks;
  }

  decode(bytes: Uint8Array): void {
    this.#turn += 1;
    this.#isUnderWay = true;
    this.copy.decoder.decode(bytes);
    this.#isUnderWay = false;
  }

  listen = (...args: unknown[]) =>
    this.#register("listen", args, (handler, of, name) => {
      const value: unknown = Reflect.get(of, name);
      if (value !== undefined && value !== null) handler(value, undefined);
    });
  onAdd = (...args: unknown[]) =>
    this.#register("onAdd", args, (handler, of, name) =>
      (Reflect.get(of, name) as Map<unknown, unknown>).forEach(handler),
    );
  onRemove = (...args: unknown[]) => this.#register("onRemove", args);
  onChange = (...args: unknown[]) => this.#register("onChange", args);

  #register(
    method: keyof AnyCallbacks,
    args: unknown[],
    tellWhatIsThere?: (handler: (...args: unknown[]) => void, of: object, name: string) => void,
  ): () => void {
    const handler = args.pop() as (...args: unknown[]) => void;
    const since = this.#isUnderWay ? this.#turn : undefined;
    const later = (...told: unknown[]) => {
      if (!this.#isUnderWay || this.#turn !== since) handler(...told);
    };
    const stop = this.#callbacks[method](...args, later);
    if (since !== undefined && tellWhatIsThere !== undefined)
      tellWhatIsThere(handler, ...(args as [object, string]));
    return stop;
  }
}

/** A server's state, and two clients of it: the SDK's callbacks and ours. */
function compare(tape: Tape, isNested: boolean): number {
  const served = new ServedState(new board.State());
  for (let moves = 10 + tape.next(50); moves > 0; moves -= 1) play(tape, served.state);
  served.encoder.discardChanges();
  const reference = new OfTheSdk(new DecodedState<Board>(served.encoder));
  const copy = new DecodedState<Board>(served.encoder);
  const ours = new RoomCallbacks(errors);
  const logs = [new CallbackLog(reference, isNested), new CallbackLog(ours, isNested)] as const;
  const begin = () => {
    for (const log of logs) log.state(everything);
  };
  const isEarly = tape.next(2) === 0;
  if (isEarly) begin();
  const whole = served.encoder.encodeAll();
  reference.decode(whole);
  copy.decode(whole);
  ours.update(copy.state, undefined);
  if (!isEarly) begin();
  let told = 0;
  for (;;) {
    const [should, is] = logs.map((log) => log.take());
    expect(is).to.deep.equal(should);
    told += should!.length;
    if (tape.isOver) return told;
    for (let moves = 1 + tape.next(25); moves > 0; moves -= 1) play(tape, served.state);
    const patch = served.patch();
    reference.decode(patch);
    ours.update(copy.state, copy.decode(patch));
  }
}

describe("callbacks for the state", () => {
  for (const isNested of [false, true])
    it(`[Z7] within one connection they are told what the SDK's are, ${isNested ? "in nested instances and collections, too" : "of the state itself"}`, () => {
      let told = 0;
      fc.assert(
        fc.property(fc.array(fc.nat(10_000), { minLength: 300, maxLength: 900 }), (numbers) => {
          told += compare(new Tape(numbers), isNested);
        }),
        { numRuns: 60, endOnFailure: true },
      );
      expect(told).to.be.greaterThan(1000);
    });

  it("[Z7] fields that are shown to some come and go with the view, as with the SDK's", () => {
    const Secret = schema({ suit: t.string(), secret: t.string().view() }, "Secret");
    const table = defineEventState({ event: { cards: t.map(Secret), hidden: t.map(Secret).view() } });
    const state = new table.State();
    const encoder = new Encoder(state);
    const view = new StateView();
    const card = (suit: string) => Object.assign(new Secret(), { suit, secret: `of ${suit}` });
    const [shown, other] = [card("hearts"), card("spades")];
    state.cards.set("shown", shown);
    state.cards.set("other", other);
    encoder.discardChanges();
    const it = { offset: 0 };
    encoder.encodeAll(it);
    const whole = Buffer.from(encoder.encodeAllView(view, it.offset, { ...it }));
    const reference = new OfTheSdk(new DecodedState(encoder));
    const copy = new DecodedState(encoder);
    const ours = new RoomCallbacks(errors);
    const logs = [new CallbackLog(reference, true), new CallbackLog(ours, true)] as const;
    for (const log of logs) log.state({ cards: "collection", hidden: "collection" });
    reference.decode(whole);
    copy.decode(whole);
    ours.update(copy.state, undefined);
    const told: string[][] = [logs.map((log) => log.take())].map(([should, is]) => {
      expect(is).to.deep.equal(should);
      return is!;
    });
    const step = (change: () => void) => {
      change();
      const at = { offset: 0 };
      encoder.encode(at);
      const patch = Buffer.from(encoder.encodeView(view, at.offset, at));
      encoder.discardChanges();
      reference.decode(patch);
      ours.update(copy.state, copy.decode(patch));
      const [should, is] = logs.map((log) => log.take());
      expect(is).to.deep.equal(should);
      told.push(is!);
    };
    step(() => view.add(shown));
    step(() => (shown.secret = "another"));
    step(() => view.add(state));
    const clubs = card("clubs");
    step(() => state.hidden.set("h", clubs));
    step(() => view.add(clubs));
    step(() => view.remove(shown));
    expect(told[0]?.some((line) => line.includes("of hearts"))).to.equal(false);
    expect(told[1]).to.include('cards.shown.secret is "of hearts", was undefined');
    expect(told[2]).to.include('cards.shown.secret is "another", was "of hearts"');
    expect(told.flat().join()).to.include("hidden + h");
  });

  const play2 = () => {
    const served = new ServedState(new board.State());
    const copy = served.join();
    const reported: unknown[] = [];
    const callbacks = new RoomCallbacks({ report: (error) => reported.push(error) });
    callbacks.update(copy.state, undefined);
    const patch = () => callbacks.update(copy.state, copy.decode(served.patch()));
    return { served, state: served.state, copy, callbacks, reported, patch };
  };

  it("[Z9] what is stopped is told nothing more; a handler that throws stops nobody else; each is told in order", () => {
    const { state, callbacks, reported, patch } = play2();
    const told: string[] = [];
    const stop = callbacks.listen("round", (value: number) => told.push(`one ${value}`), false);
    callbacks.listen("round", () => {
      throw new Error("a handler's");
    });
    callbacks.onAdd("names", () => {
      throw new Error("another's");
    });
    callbacks.listen("round", (value: number) => {
      told.push(`two ${value}`);
      stop();
    });
    expect(told.splice(0)).to.deep.equal(["two 0"]);
    state.round = 1;
    patch();
    state.round = 2;
    state.names.add("n");
    patch();
    expect(told).to.deep.equal(["two 1", "two 2"]);
    expect(reported.map(String)).to.deep.equal([
      "Error: a handler's",
      "Error: a handler's",
      "Error: a handler's",
      "Error: another's",
    ]);
  });

  it("[Z9] one that stops another within a patch is obeyed, and one that begins is told what is there, once", () => {
    const { state, callbacks, patch } = play2();
    const told: string[] = [];
    let stop = () => {};
    callbacks.listen("round", () => stop(), false);
    stop = callbacks.listen("round", () => told.push("stopped in time?"), false);
    callbacks.onAdd("names", () => callbacks.onAdd("seen", (value: number) => told.push(`seen ${value}`)));
    state.seen.add(1);
    patch();
    state.round = 5;
    state.names.add("n");
    state.seen.add(2);
    patch();
    expect(told).to.deep.equal(["seen 1", "seen 2"]);
    state.seen.add(3);
    patch();
    expect(told).to.deep.equal(["seen 1", "seen 2", "seen 3"]);
  });

  it("[Z9] nothing is looked at until something is registered; what cannot be registered is refused", () => {
    const callbacks = new RoomCallbacks(errors);
    const unread = new Proxy({}, { ownKeys: () => expect.fail("it is looked at") });
    callbacks.update(unread, undefined);
    callbacks.update(unread, [{ ref: unread, op: 0, field: "round", value: 1, previousValue: 0 }]);
    expect(() => callbacks.listen(7, "score", () => {})).to.throw(TypeError, "an instance of the state");
    expect(() => callbacks.onAdd({}, "score", () => {})).to.throw(TypeError, "an instance of the state");
    expect(() => callbacks.onAdd("piles")).to.throw(TypeError, "A callback is a function");
    expect(() => callbacks.onRemove(new board.State(), () => {})).to.throw(TypeError, "the name of a field");
  });

  it("[Z9] an instance that a handler was given shows what it is now, and can be registered on like the state's own", () => {
    const { served, state, copy, callbacks, patch } = play2();
    const given: InstanceType<typeof Pile>[] = [];
    callbacks.onAdd("piles", (pile: InstanceType<typeof Pile>) => given.push(pile));
    const pile = Object.assign(new Pile(), { name: "one" });
    pile.top = Object.assign(new Card(), { suit: "hearts", rank: 7 });
    pile.cards.push(Object.assign(new Card(), { suit: "clubs", rank: 1 }));
    state.piles.set("p", pile);
    patch();
    const [held] = given;
    expect(held).to.be.instanceOf(copy.state.piles.get("p")!.constructor);
    expect([held!.name, held!.top!.rank, held!.cards[0]!.suit]).to.deep.equal(["one", 7, "clubs"]);
    expect(JSON.stringify(held)).to.equal(JSON.stringify(pile));
    expect([Object.keys(held!).includes("name"), "top" in held!]).to.deep.equal([true, true]);
    const told: string[] = [];
    callbacks.listen(held, "name", (name: string) => told.push(`by the handle ${name}`), false);
    callbacks.listen(
      copy.state.piles.get("p"),
      "name",
      (name: string) => told.push(`by the state ${name}`),
      false,
    );
    callbacks.onChange(copy.state, () => told.push("the state itself"));
    pile.name = "two";
    state.round = 3;
    patch();
    expect(told).to.have.members(["by the handle two", "by the state two", "the state itself"]);
    expect(served.state.piles.size).to.equal(1);
    state.piles.delete("p");
    patch();
    expect(held!.name, "what it was last").to.equal("two");
  });

  it("[Z9] a collection that is put in the place of another: its items are removed, and the new ones added", () => {
    const { state, callbacks, patch } = play2();
    const told: string[] = [];
    callbacks.onAdd("names", (name: string) => told.push(`+ ${name}`));
    callbacks.onRemove("names", (name: string) => told.push(`- ${name}`));
    state.names.add("a");
    patch();
    state.names = new SetSchema<string>(["b"]);
    patch();
    state.names.add("c");
    patch();
    state.names = undefined as never;
    patch();
    expect(told).to.deep.equal(["+ a", "- a", "+ b", "+ c", "- b", "- c"]);
  });

  it("[V1] a handler that closes the session is the last that is called", () => {
    const served = new ServedState(new (defineEventState({ event: { names: t.array("string") } }).State)());
    const copy = served.join();
    const callbacks = new RoomCallbacks(errors);
    callbacks.update(copy.state, undefined);
    const added: unknown[] = [];
    (callbacks as AnyCallbacks).onAdd("names", (name: unknown) => {
      added.push(name);
      callbacks.end();
    });
    served.state.names.push("one", "two");
    callbacks.update(copy.state, copy.decode(served.patch()));
    callbacks.update(copy.state, undefined);
    expect(added).to.deep.equal(["one"]);
  });
});
