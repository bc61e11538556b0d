// Private fields (`.view()`), plain and nested, over every way back to a seat in one process: the returner sees its own as
// they are now, and nobody else's. Beside it a witness that never leaves, with fields of its own.
// About the real SDK and our client over real sockets: each way back is theirs.
import "../../../harness/clients/use-ws.ts";
import { expect } from "chai";
import { joinEvent } from "../../../src/client/index.ts";
import { MemoryStore } from "../../../src/holdfast.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import {
  Dealt,
  type Participants,
  seesItsOwn,
  seesNothing,
} from "../../../harness/contracts/private-fields.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { CardRoom } from "../../../harness/servers/card-room.ts";
import { until } from "../../../harness/wait.ts";

type Me = ReturnType<typeof identity>;

describe("private fields over every way back", function () {
  this.timeout(60_000);
  let app: TestApp;
  const store = new MemoryStore();
  const start = () => startApp({ room: CardRoom, store, config: { gracePeriodMs: 60_000 } });
  before(async () => {
    app = await start();
  });
  after(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as CardRoom;
  const isAway = ({ event_id, device_id }: Me) =>
    until("away", () => roomOf(event_id).participants.get(device_id)?.status === "temporarily_disconnected");

  interface Table {
    readonly event: string;
    readonly witness: Phone;
    readonly others: Dealt;
    /** Deals to one: everything private of it changes. */
    deal(to: Dealt): void;
  }
  async function table(): Promise<Table> {
    const event = newEvent();
    const me = identity(event);
    const witness = await Phone.join(app.url, me);
    const others = new Dealt(me.device_id);
    const deal = (to: Dealt) => void witness.room.send("deal", to.next());
    deal(others);
    return { event, witness, others, deal };
  }

  /** Both see what is theirs, and then what is dealt to both, as a patch. */
  async function bothSee(what: string, at: Table, phone: () => Participants, own: Dealt): Promise<void> {
    for (const when of ["at once", "after a patch"]) {
      await seesItsOwn(`${what}, ${when}`, phone, own, 2);
      await seesItsOwn(`${what}, the witness, ${when}`, () => at.witness.participants(), at.others, 2);
      at.deal(own);
      at.deal(at.others);
    }
    await seesItsOwn(`${what}, at last`, phone, own, 2);
  }

  /** The ways back of a stock client; `during` runs while it is away, or just before a takeover. */
  const ways: Record<string, (phone: Phone, me: Me, during: () => void) => Promise<Phone>> = {
    async "the SDK by itself"(phone, me, during) {
      const before = phone.reconnections;
      during();
      phone.drop({ reconnect: true });
      await until("reconnected", () => phone.reconnections > before);
      expect(me.device_id).to.be.a("string");
      return phone;
    },
    async "a token"(phone, me, during) {
      const token = phone.room.reconnectionToken;
      phone.drop();
      await isAway(me);
      during();
      return Phone.reconnect(app.url, token);
    },
    async "a join"(phone, me, during) {
      phone.drop();
      await isAway(me);
      during();
      return Phone.join(app.url, me);
    },
    "a takeover by a join"(_phone, me, during) {
      during();
      return Phone.join(app.url, me);
    },
    "a takeover by a token"(phone, _me, during) {
      during();
      return Phone.reconnect(app.url, phone.room.reconnectionToken);
    },
  };

  for (const [way, back] of Object.entries(ways))
    it(`[G16] ${way}: its own fields as they are now, and nobody else's, twice`, async () => {
      const at = await table();
      const me = identity(at.event);
      const own = new Dealt(me.device_id);
      let phone = await Phone.join(app.url, me);
      at.deal(own);
      await bothSee("the first time", at, () => phone.participants(), own);
      for (const time of ["once", "twice"]) {
        phone = await back(phone, me, () => {
          at.deal(own);
          at.deal(own);
        });
        await bothSee(`${way}, ${time}`, at, () => phone.participants(), own);
      }
      expect(
        roomOf(at.event)
          .connected.slice(2)
          .every((how) => how.endsWith("with a view")),
      ).to.equal(true);
    });

  it("[G16] our client, over its socket and by a join", async () => {
    const at = await table();
    const proxy = await app.proxy();
    const session = joinEvent({ url: proxy.url, storage: new FakeStorage(), eventId: at.event });
    await session.joined();
    const own = new Dealt(session.deviceId);
    const participants = () => (session.roomState as { participants?: Participants })?.participants;
    at.deal(own);
    await bothSee("our client", at, participants, own);
    for (const time of ["once", "twice"]) {
      proxy.reset({ refuse: true });
      await until("the outage is noticed", () => session.status === "reconnecting");
      at.deal(own);
      proxy.heal();
      await until("back", () => session.status === "connected", 15_000);
      await bothSee(`our client, ${time}`, at, participants, own);
    }
    await session.leave();
  });

  it("[G17] a restart: whoever comes back, by a token or a join, sees what was stored of its own", async () => {
    const at = await table();
    const [one, two] = [identity(at.event), identity(at.event)];
    const [ones, twos] = [new Dealt(one.device_id), new Dealt(two.device_id)];
    const [first, second] = [await Phone.join(app.url, one), await Phone.join(app.url, two)];
    for (const own of [ones, twos, ones]) at.deal(own);
    await seesItsOwn("before", () => first.participants(), ones, 3);
    const token = first.room.reconnectionToken;
    for (const phone of [at.witness, first, second]) phone.room.reconnection.enabled = false;
    await app.close();
    app = await start();
    const back = await Phone.reconnect(app.url, token);
    const joined = await Phone.join(app.url, two);
    for (const _ of [1, 2]) {
      await seesItsOwn("the token's", () => back.participants(), ones, 3);
      await seesItsOwn("the join's", () => joined.participants(), twos, 3);
      for (const own of [ones, twos]) back.room.send("deal", own.next());
    }
    expect(roomOf(at.event).connected).to.deep.equal(["reconnect", "return"]);
  });

  it("[G18] an observer sees nothing private, nor does a new seat of a device that had one", async () => {
    const at = await table();
    const me = identity(at.event);
    const own = new Dealt(me.device_id);
    const phone = await Phone.join(app.url, me);
    at.deal(own);
    await seesItsOwn("before", () => phone.participants(), own, 2);
    await phone.room.leave();
    await until("left", () => at.witness.participants()?.size === 1);
    const observer = await Phone.join(app.url, { event_id: at.event, role: "observer" });
    const again = await Phone.join(app.url, me);
    const fresh = new Dealt(me.device_id);
    at.deal(fresh);
    await seesItsOwn("the new seat", () => again.participants(), fresh, 2);
    for (const device of observer.participants()?.keys() ?? [])
      seesNothing("the observer", observer.participants(), device);
  });
});
