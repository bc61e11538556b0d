// Private fields (`.view()`), plain and nested, over every way back to a seat: the returner sees its own as they are now, and
// nobody else's. Beside it a witness that never leaves, with fields of its own. On the test kit: its phones, and our client.
import { expect } from "chai";
import { Dealt } from "../../../harness/contracts/private-fields.ts";
import { CardRoom, type cards } from "../../../harness/servers/card-room.ts";
import { type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

type Guest = Phone<typeof cards>;
/** Participants as plain data, by device id. */
type Roster = Readonly<Record<string, Shown>>;
interface Shown {
  readonly secret?: string;
  readonly hand?: readonly { readonly name: string }[];
  readonly notes?: Readonly<Record<string, number>>;
}

/** It sees its own private fields as they are, of so many participants, and nobody else's. (A collection that is not shown may be there, and is empty.) */
function seesItsOwn(what: string, roster: Roster, own: Dealt | undefined, count: number): void {
  expect(Object.keys(roster), what).to.have.length(count);
  for (const [device, { secret, hand = [], notes = {} }] of Object.entries(roster)) {
    const seen = { secret, hand: hand.map(({ name }) => name), notes };
    const isOwn = device === own?.device;
    expect(seen, `${what}: ${device}`).to.deep.equal(
      isOwn ? own?.now : { secret: undefined, hand: [], notes: {} },
    );
  }
}

describe("private fields over every way back", () => {
  let event: TestEvent<CardRoom>;
  let witness: Guest;
  let others: Dealt;
  beforeEach(async () => {
    event = await testEvent(CardRoom, { config: { gracePeriodMs: 60_000 } });
    witness = await event.join("witness");
    others = new Dealt("witness");
    await deal(others);
  });
  afterEach(() => event.close());

  /** Deals to one: everything private of it changes. */
  const deal = (to: Dealt) => witness.send("deal", to.next());

  /** Both see what is theirs, and then what is dealt to both, as a patch. */
  async function bothSee(what: string, roster: () => Roster, own: Dealt): Promise<void> {
    for (const when of ["at once", "after a patch", "at last"]) {
      seesItsOwn(`${what}, ${when}`, roster(), own, 2);
      seesItsOwn(`${what}, the witness, ${when}`, witness.roster as Roster, others, 2);
      if (when === "at last") return;
      await deal(own);
      await deal(others);
    }
  }

  /** The ways back of a phone; `during` runs while it is away, or just before a takeover. */
  const ways: Record<string, (phone: Guest, during: () => Promise<void>) => Promise<Guest>> = {
    async "a token"(phone, during) {
      await phone.drop();
      await during();
      await phone.return();
      return phone;
    },
    async "a join"(phone, during) {
      await phone.drop();
      await during();
      await phone.reload();
      return phone;
    },
    async "a takeover by a join"(phone, during) {
      await during();
      return phone.takeOver();
    },
    async "a takeover by a token"(phone, during) {
      await during();
      return phone.takeOver("token");
    },
  };

  for (const [way, back] of Object.entries(ways))
    it(`[G16] ${way}: its own fields as they are now, and nobody else's, twice`, async () => {
      const own = new Dealt("me");
      let phone: Guest = await event.join("me");
      await deal(own);
      const roster = () => phone.roster as Roster;
      await bothSee("the first time", roster, own);
      for (const time of ["once", "twice"]) {
        phone = await back(phone, async () => {
          await deal(own);
          await deal(own);
        });
        await bothSee(`${way}, ${time}`, roster, own);
      }
      const { connected } = event.room;
      expect(connected).to.have.length(4);
      for (const how of connected.slice(2)) expect(how).to.match(/ with a view$/);
    });

  it("[G16] our client, over its socket by itself, and a page that is loaded again", async () => {
    const page = await event.page("me");
    const own = new Dealt("me");
    const roster = () =>
      (JSON.parse(JSON.stringify(page.session.roomState)) as { participants: Roster }).participants;
    await deal(own);
    await bothSee("our client", roster, own);
    for (const time of ["once", "twice"]) {
      await page.unplug();
      expect(page.session.status).to.equal("reconnecting");
      await deal(own);
      await page.plug();
      await event.advance(2000);
      expect(page.session.status).to.equal("connected");
      await bothSee(`our client, ${time}`, roster, own);
      await page.reload();
      await bothSee(`our client, loaded again, ${time}`, roster, own);
    }
    expect(event.room.connected.slice(2)).to.deep.equal([
      "reconnect with a view",
      "return with a view",
      "reconnect with a view",
      "return with a view",
    ]);
  });

  it("[G17] a restart: whoever comes back, by a token or a join, sees what was stored of its own", async () => {
    const [first, second] = [await event.join("one"), await event.join("two")];
    const [ones, twos] = [new Dealt("one"), new Dealt("two")];
    for (const own of [ones, twos, ones]) await deal(own);
    seesItsOwn("before", first.roster as Roster, ones, 3);
    await event.restart();
    await first.return();
    await second.reload();
    for (const _ of [1, 2]) {
      seesItsOwn("the token's", first.roster as Roster, ones, 3);
      seesItsOwn("the join's", second.roster as Roster, twos, 3);
      for (const own of [ones, twos]) await first.send("deal", own.next());
    }
    expect(event.room.connected).to.deep.equal(["reconnect", "return"]);
  });

  it("[G18] an observer sees nothing private, nor does a new seat of a device that had one", async () => {
    const own = new Dealt("me");
    const phone = await event.join("me");
    await deal(own);
    seesItsOwn("before", phone.roster as Roster, own, 2);
    await phone.leave();
    expect(Object.keys(witness.roster)).to.deep.equal(["witness"]);
    const observer = await event.observe();
    const again = await event.join("me");
    const fresh = new Dealt("me");
    await deal(fresh);
    seesItsOwn("the new seat", again.roster as Roster, fresh, 2);
    seesItsOwn("the observer", observer.roster as Roster, undefined, 2);
  });
});
