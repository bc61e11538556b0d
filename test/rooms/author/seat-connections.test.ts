// What goes from each connection of a seat to its next, and the hook that tells a room author of each. On the test kit;
// seat-attempts.test.ts has connections that die before they are in.
import { StateView } from "@colyseus/schema";
import { expect } from "chai";
import {
  type Client,
  type ConnectedBy,
  defineEventState,
  EventRoom,
  type ParticipantOf,
  t,
} from "../../../src/holdfast.ts";
import { type Phone, type TestEvent, testEvent, type TestPage } from "../../../src/testing/index.ts";

const shape = defineEventState({ participant: { secret: t.number().default(7).view() } });
type Player = ParticipantOf<typeof shape>;

class ViewRoom extends EventRoom<typeof shape> {
  override schema = shape;
  /** `<device> <how>` for each connection, and the seat hooks between. */
  readonly story: string[] = [];
  readonly clients_: Client[] = [];
  /** `<device> <whether it is shown what is its own>` for each first state that is encoded. */
  readonly shownFirst: string[] = [];
  override messages = {
    mark: (client: Client, mark: unknown) => {
      client.userData = { mark };
    },
    look: (client: Client) => {
      const me = this.participantOf(client);
      if (me === undefined) return;
      client.view = new StateView();
      client.view.add(me);
    },
    ask: (client: Client) => ({ mark: client.userData?.mark, hasView: client.view !== undefined }),
    hide: (_client: Client, { device, secret }: { device: string; secret: number }) => {
      const player = this.state.participants.get(device);
      if (player !== undefined) player.secret = secret;
    },
  };
  override onEventOpened(): void {
    const serializer = Reflect.get(this, "_serializer") as { getFullState(client?: Client): Buffer };
    const getFullState = serializer.getFullState.bind(serializer);
    serializer.getFullState = (client) => {
      const me = client && this.participantOf(client);
      if (me !== undefined) this.shownFirst.push(`${me.device_id} ${client?.view?.has(me) ?? false}`);
      return getFullState(client);
    };
  }
  override onSeatTaken(player: Player): void {
    this.story.push(`${player.device_id} taken`);
  }
  override onSeatReturned(player: Player): void {
    this.story.push(`${player.device_id} returned`);
  }
  override onSeatLeft(player: Player): void {
    this.story.push(`${player.device_id} left`);
  }
  override onSeatConnected(player: Player, client: Client, how: ConnectedBy): void {
    this.story.push(`${player.device_id} ${how}`);
    this.clients_.push(client);
    if (this.participantOf(client) !== player) this.story.push("another participant's client");
    if (!this.state.event_id.startsWith("views")) return;
    if (client.view === undefined) {
      client.view = new StateView();
      client.view.add(player);
    }
    client.send("welcome", { how });
  }
}

describe("from connection to connection of a seat", () => {
  let event: TestEvent<ViewRoom>;
  const begin = async (eventId?: string) => {
    event = await testEvent(ViewRoom, {
      config: { gracePeriodMs: 60_000, logLevel: "silent" },
      ...(eventId === undefined ? {} : { eventId }),
    });
  };
  beforeEach(() => begin());
  afterEach(() => event.close());

  /** Opens an event whose hook gives each participant a view. */
  async function beginWithViews(): Promise<void> {
    await event.close();
    await begin("views");
  }
  const storyOf = (id: string) =>
    event.room.story.filter((word) => word.startsWith(`${id} `)).map((word) => word.slice(id.length + 1));
  const ask = (phone: Phone) => phone.request("ask");
  const lastClient = () => event.room.clients_.at(-1) as Client;

  type Guest = Phone<typeof shape>;
  /** Every way back of a phone to its seat, one after the other; the first three lose their connection first. */
  const ways: readonly { how: ConnectedBy; back: (phone: Guest) => Promise<Guest> }[] = [
    {
      how: "reconnect",
      async back(phone) {
        await phone.drop();
        await phone.return();
        return phone;
      },
    },
    {
      how: "return",
      async back(phone) {
        await phone.drop();
        await phone.reload();
        return phone;
      },
    },
    {
      how: "reconnect",
      async back(phone) {
        await phone.vanish();
        await phone.return();
        return phone;
      },
    },
    { how: "takeover", back: (phone) => phone.takeOver() },
    { how: "reconnect", back: (phone) => phone.takeOver("token") },
  ];

  it("[R8] userData and view go to the next connection: token, join, takeover by either", async () => {
    let phone = await event.join("me");
    expect(phone.roster.me?.secret, "nobody has given it a view").to.equal(undefined);
    await phone.send("mark", 1);
    await phone.send("look");
    await event.advance(100); // a view is shown with the next patch
    expect(phone.roster.me?.secret).to.equal(7);
    for (const [index, { back }] of ways.entries()) {
      phone = await back(phone);
      expect(event.room.participants.get("me")?.status).to.equal("connected");
      expect(await ask(phone), `way ${index}`).to.deep.equal({ mark: index + 1, hasView: true });
      await phone.send("mark", index + 2);
      expect(await ask(phone)).to.include({ mark: index + 2 });
    }
  });

  it("[R8] [R9] and to the next one that our client makes by itself", async () => {
    const page: TestPage<typeof shape> = await event.page("me");
    page.session.send("mark", 1);
    page.session.send("look");
    await event.settle();
    await page.drop();
    await event.advance(2000);
    expect(page.session.status).to.equal("connected");
    expect(await event.until(page.session.request("ask"))).to.deep.equal({ mark: 1, hasView: true });
    expect(page.session.roster.get("me")?.own.secret).to.equal(7);
    expect(storyOf("me")).to.deep.equal(["taken", "join", "reconnect", "returned"]);
  });

  it("[R8] a new seat of the same device has none, and no other seat has", async () => {
    const nothing = { mark: undefined, hasView: false };
    const other = await event.join("other");
    const phone = await event.join("me");
    await phone.send("mark", 1);
    await phone.send("look");
    expect(await ask(phone)).to.deep.equal({ mark: 1, hasView: true });
    await phone.leave();
    const again = await event.join("me");
    expect(await ask(again)).to.deep.equal(nothing);
    expect(await ask(other)).to.deep.equal(nothing);
    await again.send("mark", 2);
    expect(await ask(again)).to.include({ mark: 2 });
    const { participants } = event.room;
    await again.drop();
    participants.expireNow("me");
    await event.settle();
    expect(participants.get("me")).to.equal(undefined);
    expect(await ask(await event.join("me"))).to.deep.equal(nothing);
  });

  it("[R8] what is written to an older connection's client after a takeover has no effect", async () => {
    const phone = await event.join("me");
    const older = lastClient();
    older.userData = { mark: 1 };
    const newer = await phone.takeOver();
    older.userData = { mark: "late" };
    expect(await ask(newer)).to.include({ mark: 1 });
    await newer.drop();
    await newer.reload();
    expect(await ask(newer)).to.include({ mark: 1 });
  });

  it("[R9] onSeatConnected is called for each connection, with how it came, before its first state is encoded", async () => {
    await beginWithViews();
    const witness = await event.join("witness");
    let phone = await event.join("me");
    const told: string[] = ["taken", "join"];
    expect(phone.roster.me?.secret).to.equal(7);
    for (const { how, back } of ways) {
      phone.forget();
      phone = await back(phone);
      expect(phone.roster.me?.secret, `after ${how}`).to.equal(7);
      expect(phone.saw("message")).to.deep.equal([{ type: "message", name: "welcome", payload: { how } }]);
      expect(event.room.participants.get("me")?.status).to.equal("connected");
      told.push(how);
    }
    expect(storyOf("me").filter((word) => word !== "returned")).to.deep.equal(told);
    expect(event.room.story).to.not.include("another participant's client");
    expect(event.room.shownFirst, "in the first state of each").to.deep.equal([
      "witness true",
      ...told.slice(1).map(() => "me true"),
    ]);
    expect(witness.roster.me?.secret, "nobody else sees it").to.equal(undefined);
  });

  it("[R9] a seat that is not in the state yet: after onSeatTaken, in the order of the connections", async () => {
    await event.join("blocker");
    const { participants } = event.room;
    await event.holdStore();
    participants.kick("blocker");
    await event.settle();
    const early = event.join("me").catch((error: unknown) => error);
    await event.settle();
    expect(participants.get("me")).to.not.equal(undefined);
    const newer = event.join("me");
    await event.settle();
    expect(storyOf("me")).to.deep.equal([]);
    await event.releaseStore();
    await newer;
    expect(await early).to.be.instanceOf(Error);
    expect(participants.get("me")?.status).to.equal("connected");
    expect(storyOf("me")).to.deep.equal(["taken", "join", "takeover"]);
  });

  it("[R9] a hook that throws is logged and keeps nobody out; one that kicks its participant is obeyed", async () => {
    await event.join("first");
    const { room } = event;
    const hook = room.onSeatConnected.bind(room);
    room.onSeatConnected = () => {
      throw new Error("the hook's mistake");
    };
    const guest = await event.join("guest");
    expect(Object.keys(guest.roster)).to.have.length(2);
    expect(event.log.filter(({ where }) => where === "onSeatConnected")).to.have.length(1);
    room.onSeatConnected = (player) => void room.participants.kick(player.device_id);
    const kicked = await event.join("unwelcome").catch((error: unknown) => error);
    expect(kicked).to.be.instanceOf(Error);
    await event.settle();
    expect(room.participants.get("unwelcome")).to.equal(undefined);
    room.onSeatConnected = hook;
    await event.join("last");
  });

  it("[R9] after a restart the hook can give the view again; userData has gone with the process", async () => {
    await beginWithViews();
    const phone = await event.join("me");
    await phone.send("mark", 1);
    expect(await ask(phone)).to.include({ mark: 1 });
    await event.restart();
    await phone.return();
    expect(await ask(phone)).to.deep.equal({ mark: undefined, hasView: true });
    expect(phone.roster.me?.secret).to.equal(7);
    expect(storyOf("me")[0]).to.equal("reconnect");
  });

  for (const crowd of [1, 300])
    it(`[R10] a field with .view() is shown to a returner as it is now, and to nobody else, with ${crowd} others`, async () => {
      await beginWithViews();
      await Promise.all(
        Array.from({ length: crowd }, (_, index) => event.join(`other ${index}`, { client: "stock" })),
      );
      const witness = await event.join("witness");
      let phone = await event.join("me");
      let secret = 7;
      const hide = () => witness.send("hide", { device: "me", secret: ++secret });
      for (const { back } of ways) {
        const goes = back(phone);
        await hide(); // on its way back, or just before
        phone = await goes;
        expect(phone.roster.me?.secret, "at once").to.equal(secret);
        await hide();
        const { roster } = phone;
        expect(roster.me?.secret, "as a patch").to.equal(secret);
        expect(Object.keys(roster)).to.have.length(crowd + 2);
        for (const [device, shown] of Object.entries(roster))
          expect(shown.secret, device).to.equal(device === "me" ? secret : undefined);
        expect(witness.roster.me?.secret).to.equal(undefined);
      }
    });
});
