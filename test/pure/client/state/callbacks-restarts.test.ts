// Handlers for single changes of the state, over connections: after a state of another encoder they are told what differs, by
// key, each item once, as if the connection had never been lost.
import { expect } from "chai";
import fc from "fast-check";
import { RoomCallbacks } from "../../../../src/client/state/callbacks.ts";
import {
  fieldsOf,
  isArray,
  isCollection,
  isInstance,
  isMap,
} from "../../../../src/client/state/internals.ts";
import { DecodedState, ServedState } from "../../../../harness/states/decoded-state.ts";
import { board, type Board, Card, play } from "../../../../harness/states/random-board.ts";
import { Tape } from "../../../../harness/states/random-state.ts";

const errors = {
  report: (error: unknown) => {
    throw error;
  },
};

/** A client of servers that come and go, each of which begins with another encoder. */
class Client {
  readonly callbacks = new RoomCallbacks(errors);
  served: ServedState<Board>;
  #copy: DecodedState<Board>;

  constructor(state: Board) {
    this.served = new ServedState(state);
    this.#copy = this.served.join();
    this.callbacks.update(this.#copy.state, undefined);
  }

  get state(): Board {
    return this.#copy.state;
  }

  patch(): void {
    this.callbacks.update(this.state, this.#copy.decode(this.served.patch()));
  }

  /** Another server has the event now; `change` is what happens there before this client is back. */
  restart(isReversed: boolean, change: (state: Board) => void = () => {}): void {
    const state = copyOf(this.served.state, isReversed) as Board;
    change(state);
    this.served = new ServedState(state);
    this.#copy = this.served.join();
    this.callbacks.update(this.state, undefined);
  }
}

/** As a server restores it: other instances, in an order of its own. */
function copyOf(value: unknown, isReversed: boolean): unknown {
  if (!isCollection(value) && !isInstance(value)) return value;
  const Class = value.constructor as new () => object;
  const copy = new Class() as Record<string, unknown> & { set: Function; push: Function; add: Function };
  if (isMap(value)) {
    const entries = [...value.entries()];
    for (const [key, one] of isReversed ? entries.toReversed() : entries)
      copy.set(key, copyOf(one, isReversed));
  } else if (isCollection(value)) {
    const all = [...(value as Iterable<unknown>)].map((one) => copyOf(one, isReversed));
    if (isArray(value)) copy.push(...all);
    else for (const one of isReversed ? all.toReversed() : all) copy.add(one);
  } else
    for (const name of fieldsOf(value) ?? []) {
      const own: unknown = Reflect.get(value, name);
      if (own !== undefined && own !== null) copy[name] = copyOf(own, isReversed);
    }
  return copy;
}

/** What an application knows that keeps only what it is told. */
class Mirror {
  readonly #callbacks: RoomCallbacks;
  readonly root: Record<string, unknown>;

  constructor(callbacks: RoomCallbacks, fields: readonly string[], state: object) {
    this.#callbacks = callbacks;
    this.root = this.#instance([], fields, state);
  }

  #instance(of: unknown[], fields: readonly string[], sample: object): Record<string, unknown> {
    const mirror: Record<string, unknown> = {};
    for (const name of fields) {
      const value: unknown = Reflect.get(sample, name);
      if (name === "words") this.#list(of[0] as object, name, mirror);
      else if (isCollection(value))
        mirror[name] = this.#collection(of, name, isArray(value) || !isMap(value));
      else
        this.#callbacks.listen(...of, name, (now: unknown, before: unknown) => {
          expect(text(before), name).to.equal(text(mirror[name]));
          if (now === undefined) delete mirror[name];
          else mirror[name] = isInstance(now) ? this.#instance([now], fieldsOf(now) ?? [], now) : now;
        });
    }
    return mirror;
  }

  /** An array of plain values: whatever it is told, it looks again. */
  #list(of: object, name: string, mirror: Record<string, unknown>): void {
    const look = () => {
      mirror[name] = [...(Reflect.get(of, name) as Iterable<unknown>)];
    };
    look();
    for (const method of ["onAdd", "onRemove", "onChange"] as const) this.#callbacks[method](of, name, look);
  }

  /** By key; where there is none that lasts, what is in it. */
  #collection(of: unknown[], name: string, isKeyless: boolean): Record<string, unknown> | unknown[] {
    const byKey: Record<string, unknown> = {};
    const all: unknown[] = [];
    const mirrored = new Map<unknown, unknown>();
    this.#callbacks.onAdd(...of, name, (value: unknown, key: unknown) => {
      if (!isKeyless) expect(byKey, `${name} + ${key}, twice`).not.to.have.property(String(key));
      const mirror = isInstance(value) ? this.#instance([value], fieldsOf(value) ?? [], value) : value;
      mirrored.set(value, mirror);
      byKey[String(key)] = mirror;
      all.push(mirror);
    });
    this.#callbacks.onRemove(...of, name, (value: unknown, key: unknown) => {
      if (!isKeyless) expect(byKey, `${name} - ${key}, twice`).to.have.property(String(key));
      delete byKey[String(key)];
      if (!isKeyless) return;
      const place = all.indexOf(mirrored.get(value) ?? value);
      expect(place, `${name} - ${text(value)}, which it never had`).to.be.at.least(0);
      all.splice(place, 1);
    });
    this.#callbacks.onChange(...of, name, (key: unknown, value: unknown) => {
      if (isKeyless || value === undefined || isInstance(value)) return;
      byKey[String(key)] = value;
    });
    return isKeyless ? all : byKey;
  }
}

const text = (value: unknown) => JSON.stringify(sorted(value)) ?? "undefined";

/** Without the order of keys, and of what has none. */
function sorted(value: unknown): unknown {
  if (isMap(value as object)) return sorted(Object.fromEntries((value as Map<string, unknown>).entries()));
  if (isCollection(value)) return sorted([...(value as Iterable<unknown>)]);
  if (Array.isArray(value)) return value.map(text).toSorted();
  if (typeof value !== "object" || value === null) return value;
  const names = fieldsOf(value) ?? Object.keys(value);
  const entries = names.map((name): [string, unknown] => [name, Reflect.get(value, name)]);
  return Object.fromEntries(
    entries
      .filter(([, one]) => one !== undefined)
      .map(([name, one]): [string, unknown] => [name, sorted(one)])
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function live(tape: Tape): number {
  const first = new board.State();
  for (let moves = tape.next(40); moves > 0; moves -= 1) play(tape, first);
  const client = new Client(first);
  const mirror = new Mirror(client.callbacks, fieldsOf(client.state) ?? [], client.state);
  let restarts = 0;
  while (!tape.isOver) {
    expect(text(mirror.root)).to.equal(text(client.state));
    const change = (state: Board) => {
      for (let moves = tape.next(12); moves > 0; moves -= 1) play(tape, state);
    };
    if (tape.next(3) > 0) {
      change(client.served.state);
      client.patch();
      continue;
    }
    restarts += 1;
    client.restart(tape.next(2) === 0, change);
  }
  expect(text(mirror.root)).to.equal(text(client.state));
  return restarts;
}

describe("callbacks over connections", () => {
  it("[Z8] whoever keeps only what it is told has what there is, over any patches and restarts", () => {
    let restarts = 0;
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 300, maxLength: 900 }), (numbers) => {
        restarts += live(new Tape(numbers));
      }),
      { numRuns: 60, endOnFailure: true },
    );
    expect(restarts).to.be.greaterThan(200);
  });

  it("[Z8] registered once: over a restart with another order each item is told once, and nothing that is as it was", () => {
    const state = new board.State();
    for (const device of ["ann", "bob", "cy"]) {
      const participant = new board.Participant();
      Object.assign(participant, { device_id: device, score: 1 });
      participant.hand.push(Object.assign(new Card(), { suit: `of ${device}`, rank: 1 }));
      participant.hand.push(Object.assign(new Card(), { suit: "spare", rank: 2 }));
      state.participants.set(device, participant);
    }
    const client = new Client(state);
    const { callbacks } = client;
    const told: string[] = [];
    callbacks.onAdd(
      "participants",
      (player: Board["participants"] extends Map<string, infer P> ? P : never, id: string) => {
        told.push(`+ ${id}`);
        const { device_id } = player;
        callbacks.onChange(player, () => told.push(`${device_id} has ${player.score}`));
        callbacks.onRemove(player, "hand", (card: { suit: string }) => told.push(`${id} - ${card.suit}`));
        callbacks.onAdd(player, "hand", (card: { suit: string }) =>
          callbacks.listen(card, "rank", (rank: number) => told.push(`${id} ${card.suit} ${rank}`), false),
        );
      },
    );
    callbacks.onRemove("participants", (player: { score: number }, id: string) =>
      told.push(`- ${id} ${player.score}`),
    );
    told.length = 0;
    client.restart(true);
    expect(told, "nothing has changed").to.deep.equal([]);
    client.restart(true, (restored) => {
      restored.participants.get("ann")!.score = 5;
      restored.participants.get("ann")!.hand.shift();
      restored.participants.get("ann")!.hand[0]!.rank = 9;
      restored.participants.delete("bob");
      const dora = new board.Participant();
      dora.device_id = "dora";
      restored.participants.set("dora", dora);
    });
    expect(told.toSorted()).to.deep.equal(
      ["+ dora", "- bob 1", "ann - spare", "ann has 5", "ann spare 9"].toSorted(),
    );
    told.length = 0;
    client.served.state.participants.get("ann")!.score = 6;
    client.served.state.participants.get("cy")!.hand[1]!.rank = 7;
    client.patch();
    expect(told.toSorted(), "by the patches of the new encoder, too").to.deep.equal(
      ["ann has 6", "cy spare 7"].toSorted(),
    );
  });
});
