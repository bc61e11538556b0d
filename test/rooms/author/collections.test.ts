// Who comes between two patches, in a room whose author keeps collections: the first state holds nothing that the next patch
// tells once more (an array that is moved twice is another array).
// About the order of the real frames, and what the real SDK makes of them.
import { Protocol } from "@colyseus/core";
import { expect } from "chai";
import { type Client, defineEventState, EventRoom, schema, t } from "../../../src/holdfast.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";

const Item = schema({ name: t.string() }, "Item");
const shape = defineEventState({
  event: {
    words: t.array("string"),
    items: t.array(Item),
    last: t.number().default(0),
    byName: t.map(Item),
    seen: t.set("string"),
    pile: t.collection(Item),
  },
});

class ListRoom extends EventRoom<typeof shape> {
  override schema = shape;
  #count = 0;
  movesArrays = true;
  /** Collections of other kinds, changed alike. */
  #moveOthers(count: number): void {
    const { byName, seen, pile } = this.state;
    byName.set(`k${count % 5}`, new Item({ name: `m${count}` }));
    byName.delete(`k${(count + 2) % 5}`);
    seen.add(`s${count}`);
    seen.delete(`s${count - 4}`);
    pile.add(new Item({ name: `p${count}` }));
    const [oldest] = [...pile.values()];
    if (pile.size > 2 && oldest !== undefined) pile.delete(oldest);
  }
  /** The lists move on: what has been in them longest goes. */
  move(): void {
    if (this.movesArrays) this.#moveArrays();
    this.#count += 1;
    this.#moveOthers(this.#count);
    this.state.last = this.#count;
  }
  #moveArrays(): void {
    const { words, items } = this.state;
    for (let i = 0; i < 2; i++) {
      this.#count += 1;
      words.push(`w${this.#count}`);
      items.push(new Item({ name: `i${this.#count}` }));
      if (words.length > 3) words.shift();
      if (items.length > 3) items.shift();
    }
  }
}

describe("collections of a room author's", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ room: ListRoom, config: { gracePeriodMs: 60_000 } });
  });
  after(() => app.close());

  /** Has the lists move right before each whole state is encoded. */
  function moveBeforeFirstStates(room: ListRoom): { readonly count: number } {
    const serializer = Reflect.get(room, "_serializer") as { getFullState(client?: Client): Buffer };
    const getFullState = serializer.getFullState.bind(serializer);
    const moved = { count: 0 };
    serializer.getFullState = (client) => {
      moved.count += 1;
      room.move();
      return getFullState(client);
    };
    return moved;
  }

  for (const [what, movesArrays] of [
    ["arrays and other collections", true],
    ["other collections alone", false],
  ] as const)
    it(`[G19] joins, returns and reconnections between two patches: everyone has ${what} as they are`, async () => {
      const event = newEvent();
      const me = identity(event);
      const witness = await Phone.join(app.url, identity(event));
      const room = app.room(event) as unknown as ListRoom;
      room.movesArrays = movesArrays;
      for (let i = 0; i < 3; i++) room.move();
      const moved = moveBeforeFirstStates(room);
      type Named = { name: string };
      interface Lists {
        words: Iterable<string>;
        items: Iterable<Named>;
        byName: Iterable<readonly [string, Named]>;
        seen: { values(): Iterable<string> };
        pile: { values(): Iterable<Named> };
      }
      const listsOf = ({ words, items, byName, seen, pile }: Lists) => ({
        words: [...words],
        items: [...items].map(({ name }) => name),
        byName: [...byName].map(([key, { name }]) => `${key} ${name}`).toSorted(),
        seen: [...seen.values()].toSorted(),
        pile: [...pile.values()].map(({ name }) => name),
      });
      const agree = async (phone: Phone) => {
        for (const each of [phone, witness]) {
          await until("the patch", () => each.room.state.last === room.state.last);
          expect(listsOf(each.room.state)).to.deep.equal(listsOf(room.state));
        }
      };
      let phone = await Phone.join(app.url, me);
      await agree(phone);
      phone.drop({ reconnect: true });
      await until("reconnected", () => phone.reconnections === 1);
      await agree(phone);
      phone.drop();
      phone = await Phone.join(app.url, me);
      await agree(phone);
      phone = await Phone.reconnect(app.url, phone.room.reconnectionToken);
      await agree(phone);
      const raw = await RawClient.join(app.url, identity(event));
      const all = await until("its first state", () => raw.codes.length > 1 && raw.codes);
      expect(all.slice(0, 2), "the state comes first").to.deep.equal([
        Protocol.JOIN_ROOM,
        Protocol.ROOM_STATE,
      ]);
      room.move();
      await agree(phone);
      expect(moved.count).to.equal(5);
    });
});
