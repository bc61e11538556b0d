// What goes from each connection of a seat to its next, and the hook that tells a room author of each.
import { StateView } from "@colyseus/schema";
import { expect } from "chai";
import {
  type Client,
  type ConnectedBy,
  defineEventState,
  EventRoom,
  MemoryStore,
  type ParticipantOf,
  t,
} from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, type JoinOptions, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";

const shape = defineEventState({ participant: { secret: t.number().default(7).view() } });
type Player = ParticipantOf<typeof shape>;

class ViewRoom extends EventRoom<typeof shape> {
  override schema = shape;
  /** `<device> <how>` for each connection, and the seat hooks between. */
  readonly story: string[] = [];
  readonly clients_: Client[] = [];
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

/** Its commits wait while it is held. */
class HeldStore extends MemoryStore {
  gate: { opened: Promise<void>; open(): void } | undefined;
  isWaiting = false;
  hold(): void {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    this.gate = { opened, open };
  }
  override async commit(...batch: Parameters<MemoryStore["commit"]>): Promise<void> {
    this.isWaiting = true;
    await this.gate?.opened;
    this.isWaiting = false;
    await super.commit(...batch);
  }
}

describe("from connection to connection of a seat", () => {
  let app: TestApp;
  let store: HeldStore;
  before(async () => {
    store = new HeldStore();
    app = await startApp({ room: ViewRoom, store, config: { gracePeriodMs: 60_000 } });
  });
  after(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as ViewRoom;
  const isAway = (event: string, id: string) =>
    until("away", () => roomOf(event).participants.get(id)?.status === "temporarily_disconnected");
  const isHere = (event: string, id: string) =>
    until("here", () => roomOf(event).participants.get(id)?.status === "connected");
  const ask = (phone: Phone) => phone.room.request("ask");
  const storyOf = (event: string, id: string) =>
    roomOf(event)
      .story.filter((word) => word.startsWith(`${id} `))
      .map((word) => word.slice(id.length + 1));

  /** Every way back to a seat, one after the other; `drop` says whether its connection is gone first. */
  const ways: readonly { how: ConnectedBy; back: (phone: Phone, me: JoinOptions) => Promise<Phone> }[] = [
    {
      how: "reconnect",
      async back(phone) {
        const before = phone.reconnections;
        phone.drop({ reconnect: true });
        await until("reconnected", () => phone.reconnections > before);
        return phone;
      },
    },
    {
      how: "reconnect",
      async back(phone, me) {
        const token = phone.room.reconnectionToken;
        phone.drop();
        await isAway(me.event_id as string, me.device_id as string);
        return Phone.reconnect(app.url, token);
      },
    },
    {
      how: "return",
      async back(phone, me) {
        phone.drop();
        await isAway(me.event_id as string, me.device_id as string);
        return Phone.join(app.url, me);
      },
    },
    { how: "takeover", back: (_phone, me) => Phone.join(app.url, me) },
    {
      how: "reconnect",
      back: (phone) => Phone.reconnect(app.url, phone.room.reconnectionToken),
    },
  ];

  it("[R8] userData and view go to the next connection: SDK reconnection, token, join, takeover by either", async () => {
    const event = newEvent();
    const me = identity(event);
    let phone = await Phone.join(app.url, me);
    expect(phone.sees(me.device_id)?.secret, "nobody has given it a view").to.equal(undefined);
    phone.room.send("mark", 1);
    phone.room.send("look");
    await until("the view", () => phone.sees(me.device_id)?.secret === 7);
    for (const [index, { back }] of ways.entries()) {
      phone = await back(phone, me);
      await isHere(event, me.device_id);
      expect(await ask(phone), `way ${index}`).to.deep.equal({ mark: index + 1, hasView: true });
      phone.room.send("mark", index + 2);
      await until("marked", async () => (await ask(phone)).mark === index + 2);
    }
  });

  it("[R8] an attempt that dies before it acknowledges hands them on, with what the hook has put there", async () => {
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    phone.room.send("mark", "kept");
    await until("marked", async () => (await ask(phone)).mark === "kept");
    phone.drop();
    await isAway(event, me.device_id);
    const silent = await RawClient.join(app.url, me, { acknowledges: false });
    const client = roomOf(event).clients_.at(-1) as Client;
    client.userData.seen = true;
    silent.socket.terminate();
    await until("gone", () => roomOf(event).clients.length === 0);
    await Phone.join(app.url, me);
    expect(roomOf(event).clients_.at(-1)?.userData).to.deep.equal({ mark: "kept", seen: true });
  });

  it("[R8] a new seat of the same device has none, and no other seat has", async () => {
    const event = newEvent();
    const me = identity(event);
    const other = await Phone.join(app.url, identity(event));
    const phone = await Phone.join(app.url, me);
    phone.room.send("mark", 1);
    phone.room.send("look");
    await until("marked", async () => (await ask(phone)).hasView);
    await phone.room.leave();
    const again = await Phone.join(app.url, me);
    expect(await ask(again)).to.deep.equal({ mark: undefined, hasView: false });
    expect(await ask(other)).to.deep.equal({ mark: undefined, hasView: false });
    again.room.send("mark", 2);
    await until("marked", async () => (await ask(again)).mark === 2);
    const { participants } = roomOf(event);
    again.drop();
    await isAway(event, me.device_id);
    participants.expireNow(me.device_id);
    await until("left", () => participants.get(me.device_id) === undefined);
    expect(await ask(await Phone.join(app.url, me))).to.deep.equal({ mark: undefined, hasView: false });
  });

  it("[R8] what is written to an older connection's client after a takeover has no effect", async () => {
    const event = newEvent();
    const me = identity(event);
    await Phone.join(app.url, me);
    const older = roomOf(event).clients_.at(-1) as Client;
    older.userData = { mark: 1 };
    const newer = await Phone.join(app.url, me);
    older.userData = { mark: "late" };
    expect((await ask(newer)).mark).to.equal(1);
    newer.drop();
    await isAway(event, me.device_id);
    expect((await ask(await Phone.join(app.url, me))).mark).to.equal(1);
  });

  it("[R9] onSeatConnected is called for each connection, with how it came, before its first state is encoded", async () => {
    const event = `views ${newEvent()}`;
    const me = identity(event);
    const id = me.device_id;
    const witness = await Phone.join(app.url, identity(event));
    let phone = await Phone.join(app.url, me);
    const told: string[] = ["taken", "join"];
    expect(phone.sees(id)?.secret, "in the first state").to.equal(7);
    for (const { how, back } of ways) {
      phone.forget();
      phone = await back(phone, me);
      expect(phone.sees(id)?.secret, `in the first state after ${how}`).to.equal(7);
      await until("welcome", () =>
        phone.heard.some(({ type, payload }) => type === "welcome" && payload.how === how),
      );
      await isHere(event, id);
      told.push(how);
    }
    const heard = storyOf(event, id).filter((word) => word !== "returned");
    expect(heard).to.deep.equal(told);
    expect(roomOf(event).story).to.not.include("another participant's client");
    expect(witness.sees(id)?.secret, "nobody else sees it").to.equal(undefined);
  });

  it("[R9] also for one that dies before its acknowledgement, by a join or a token; never for an observer", async () => {
    const event = newEvent();
    const me = identity(event);
    const id = me.device_id;
    const first = await RawClient.join(app.url, me, { acknowledges: false });
    expect(storyOf(event, id)).to.deep.equal(["taken", "join"]);
    first.socket.terminate();
    await isAway(event, id);
    const second = await RawClient.join(app.url, me, { acknowledges: false });
    second.socket.terminate();
    await until("gone", () => roomOf(event).clients.length === 0);
    const third = await RawClient.join(app.url, me);
    await isHere(event, id);
    third.socket.terminate();
    await isAway(event, id);
    const fourth = third.reconnect(app.url, { acknowledges: false });
    await until("JOIN_ROOM", () => fourth.token);
    fourth.socket.terminate();
    await Phone.join(app.url, { event_id: event, role: "observer" } as JoinOptions);
    expect(storyOf(event, id)).to.deep.equal(["taken", "join", "return", "return", "returned", "reconnect"]);
    expect(roomOf(event).story.filter((word) => !word.startsWith(`${id} `))).to.deep.equal([]);
  });

  it("[R9] a seat that is not in the state yet: after onSeatTaken, in the order of the connections", async () => {
    const event = newEvent();
    const blocker = identity(event);
    await Phone.join(app.url, blocker);
    const me = identity(event);
    const id = me.device_id;
    store.hold();
    roomOf(event).participants.kick(blocker.device_id);
    await until("a commit under way", () => store.isWaiting);
    const early = Phone.join(app.url, me);
    await until("decided", () => roomOf(event).participants.get(id));
    const newer = Phone.join(app.url, me);
    const older = await early.catch((error: unknown) => error);
    expect(older).to.be.instanceOf(Error);
    expect(storyOf(event, id)).to.deep.equal([]);
    store.gate?.open();
    await newer;
    await isHere(event, id);
    expect(storyOf(event, id)).to.deep.equal(["taken", "join", "takeover"]);
  });

  it("[R9] two seats of a device in one tick: the hook tells of each connection with its own seat", async () => {
    const event = newEvent();
    const blocker = identity(event);
    await Phone.join(app.url, blocker);
    const me = identity(event);
    const id = me.device_id;
    const room = roomOf(event);
    const told: number[] = [];
    const hook = room.onSeatConnected.bind(room);
    room.onSeatConnected = (player, client, how) => {
      if (player.device_id === id) told.push(player.joined_at);
      hook(player, client, how);
    };
    store.hold();
    room.participants.kick(blocker.device_id);
    await until("a commit under way", () => store.isWaiting);
    const early = Phone.join(app.url, me).catch((error: unknown) => error);
    const first = await until("the first seat", () => room.participants.get(id)?.joinedAt);
    for (const { ref } of room.clients) (ref as unknown as { terminate(): void }).terminate();
    await until("away", () => room.participants.get(id)?.status === "temporarily_disconnected");
    room.participants.expireNow(id);
    const again = Phone.join(app.url, me);
    const second = await until("the second seat", () => {
      const joinedAt = room.participants.get(id)?.joinedAt;
      return joinedAt !== first && joinedAt;
    });
    store.gate?.open();
    await again;
    await early;
    await until("both hooks", () => told.length === 2);
    expect(told).to.deep.equal([first, second]);
  });

  it("[R9] a hook that throws is logged and keeps nobody out; one that kicks its participant is obeyed", async () => {
    const event = newEvent();
    await Phone.join(app.url, identity(event));
    const room = roomOf(event);
    const hook = room.onSeatConnected.bind(room);
    room.onSeatConnected = () => {
      throw new Error("the hook's mistake");
    };
    const guest = await Phone.join(app.url, identity(event));
    expect(guest.participants()?.size).to.equal(2);
    await until("the log", () => app.lines.some(({ where }) => where === "onSeatConnected"));
    const unwelcome = identity(event);
    room.onSeatConnected = (player) => void room.participants.kick(player.device_id);
    const kicked = await Phone.join(app.url, unwelcome).catch((error: unknown) => error);
    expect(kicked).to.be.instanceOf(Error);
    await until("gone", () => room.participants.get(unwelcome.device_id) === undefined);
    room.onSeatConnected = hook;
    await Phone.join(app.url, identity(event));
  });

  it("[R9] after a restart the hook can give the view again; userData has gone with the process", async () => {
    const event = `views ${newEvent()}`;
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    phone.room.send("mark", 1);
    await until("marked", async () => (await ask(phone)).mark === 1);
    phone.room.reconnection.enabled = false;
    const token = phone.room.reconnectionToken;
    await app.close();
    app = await startApp({ room: ViewRoom, store, config: { gracePeriodMs: 60_000 } });
    const back = await Phone.reconnect(app.url, token);
    expect(await ask(back)).to.deep.equal({ mark: undefined, hasView: true });
    expect(back.sees(me.device_id)?.secret).to.equal(7);
    expect(storyOf(event, me.device_id)[0]).to.equal("reconnect");
  });

  it("[R10] a field with .view() is shown to a returner as it is now, and to nobody else, also in a large state", async function () {
    this.timeout(60_000);
    for (const crowd of [1, 300]) {
      const event = `views ${newEvent()}`;
      const me = identity(event);
      const id = me.device_id;
      const others = await Promise.all(
        Array.from({ length: crowd }, () => RawClient.join(app.url, identity(event), { isDeaf: true })),
      );
      const witness = await Phone.join(app.url, identity(event));
      let phone = await Phone.join(app.url, me);
      let secret = 7;
      for (const { back } of ways) {
        secret += 1;
        const goes = back(phone, me);
        witness.room.send("hide", { device: id, secret }); // on its way back, or just before
        phone = await goes;
        await until(`secret ${secret}`, () => phone.sees(id)?.secret === secret);
        secret += 1;
        witness.room.send("hide", { device: id, secret });
        await until(`secret ${secret}, as a patch`, () => phone.sees(id)?.secret === secret);
        expect(phone.participants()?.size).to.equal(crowd + 2);
        for (const [device, shown] of phone.participants() ?? [])
          expect(shown.secret, device).to.equal(device === id ? secret : undefined);
        expect(witness.sees(id)?.secret).to.equal(undefined);
      }
      for (const other of others) other.socket.terminate();
    }
  });
});
