// Who comes between two patches, in a room whose author keeps collections: the first state holds nothing that the next patch
// tells once more (an array that is moved twice is another array).
// On the test kit: its phones, and a page with our client, in which the real SDK decodes.
import { expect } from "chai";
import { type Client, defineEventState, EventRoom, schema, t } from "../../../src/holdfast.ts";
import { type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

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

interface Named {
  readonly name: string;
}
/** The lists as plain data. */
interface Lists {
  readonly last: number;
  readonly words: readonly string[];
  readonly items: readonly Named[];
  readonly byName: Readonly<Record<string, Named>>;
  readonly seen: object;
  readonly pile: object;
}
const listsOf = (state: unknown) => {
  const { last, words, items, byName, seen, pile } = JSON.parse(JSON.stringify(state)) as Lists;
  return {
    last,
    words,
    items: items.map(({ name }) => name),
    byName: Object.entries(byName)
      .map(([key, { name }]) => `${key} ${name}`)
      .toSorted(),
    seen: Object.values(seen as Record<string, string>).toSorted(),
    pile: Object.values(pile as Record<string, Named>).map(({ name }) => name),
  };
};

/** What has been written to a client's socket, in bytes. */
const writtenTo = (client: Client) =>
  (Reflect.get(client.ref, "_socket") as { readonly bytesWritten: number }).bytesWritten;

describe("collections of a room author's", () => {
  let event: TestEvent<ListRoom>;
  beforeEach(async () => {
    event = await testEvent(ListRoom, { config: { gracePeriodMs: 60_000 } });
  });
  afterEach(() => event.close());

  /** Has the lists move right before each whole state is encoded. */
  function moveBeforeFirstStates(room: ListRoom): { count: number; sentTooEarly: number } {
    const serializer = Reflect.get(room, "_serializer") as { getFullState(client: Client): Buffer };
    const getFullState = serializer.getFullState.bind(serializer);
    const moved = { count: 0, sentTooEarly: 0 };
    serializer.getFullState = (client) => {
      moved.count += 1;
      room.move();
      const before = writtenTo(client);
      const state = getFullState(client);
      moved.sentTooEarly += writtenTo(client) - before;
      return state;
    };
    return moved;
  }

  for (const [what, movesArrays] of [
    ["arrays and other collections", true],
    ["other collections alone", false],
  ] as const)
    it(`[G19] joins, returns and reconnections between two patches: everyone has ${what} as they are`, async () => {
      const { room } = event;
      room.movesArrays = movesArrays;
      const witness = await event.join("witness");
      const page = await event.page("page");
      for (let i = 0; i < 3; i++) room.move();
      await event.settle();
      const moved = moveBeforeFirstStates(room);
      const agree = async (what: string, phone: Phone<typeof shape>) => {
        await event.settle();
        const truth = listsOf(room.state);
        expect(truth.last, "the lists have moved").to.be.greaterThan(0);
        for (const [who, state] of [
          ["who came", phone.state],
          ["the witness", witness.state],
          ["the page", page.session.roomState],
        ] as const)
          expect(listsOf(state), `${what}: ${who}`).to.deep.equal(truth);
      };
      const phone = await event.join("me");
      await agree("a join", phone);
      await phone.drop();
      await phone.return();
      await agree("a token", phone);
      await phone.drop();
      await phone.reload();
      await agree("a join that returns", phone);
      const second = await phone.takeOver("token");
      await agree("a takeover by a token", second);
      await page.drop();
      await event.advance(2000);
      expect(page.session.status).to.equal("connected");
      await agree("the page's own reconnection", second);
      await page.reload();
      await agree("a page that is loaded again", second);
      room.move();
      await agree("a patch", second);
      expect(moved, "and nobody is sent a patch before its first state").to.deep.equal({
        count: 6,
        sentTooEarly: 0,
      });
    });
});
