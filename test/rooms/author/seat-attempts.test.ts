// Connections to a seat that die before they are in: what they had goes to the next, and the hook is told of each. Over real
// sockets, by a client that does not acknowledge.
import { expect } from "chai";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";
import {
  type Client,
  type ConnectedBy,
  EventRoom,
  MemoryStore,
  type Participant,
} from "../../../src/holdfast.ts";

class ToldRoom extends EventRoom {
  readonly story: string[] = [];
  readonly clients_: Client[] = [];
  override onSeatTaken({ device_id }: Participant): void {
    this.story.push(`${device_id} taken`);
  }
  override onSeatReturned({ device_id }: Participant): void {
    this.story.push(`${device_id} returned`);
  }
  override onSeatConnected({ device_id }: Participant, client: Client, how: ConnectedBy): void {
    this.story.push(`${device_id} ${how}`);
    this.clients_.push(client);
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

describe("attempts to connect to a seat", () => {
  let app: TestApp;
  const store = new HeldStore();
  before(async () => {
    app = await startApp({ room: ToldRoom, store, config: { gracePeriodMs: 60_000 } });
  });
  after(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as ToldRoom;
  const isAway = (event: string, id: string) =>
    until("away", () => roomOf(event).participants.get(id)?.status === "temporarily_disconnected");
  const isHere = (event: string, id: string) =>
    until("here", () => roomOf(event).participants.get(id)?.status === "connected");
  const isGone = (event: string) => until("gone", () => roomOf(event).clients.length === 0);

  it("[R8] one that dies before it acknowledges hands userData on, with what the hook has put there", async () => {
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    const { clients_ } = roomOf(event);
    (clients_[0] as Client).userData = { mark: "kept" };
    phone.drop();
    await isAway(event, me.device_id);
    const silent = await RawClient.join(app.url, me, { acknowledges: false });
    (clients_.at(-1) as Client).userData.seen = true;
    silent.socket.terminate();
    await isGone(event);
    await Phone.join(app.url, me);
    expect(clients_).to.have.length(3);
    expect(clients_.at(-1)?.userData).to.deep.equal({ mark: "kept", seen: true });
  });

  it("[R9] the hook is told of one that dies before its acknowledgement, by a join or a token; never of an observer", async () => {
    const event = newEvent();
    const me = identity(event);
    const id = me.device_id;
    const first = await RawClient.join(app.url, me, { acknowledges: false });
    const { story } = roomOf(event);
    expect(story).to.deep.equal([`${id} taken`, `${id} join`]);
    first.socket.terminate();
    await isAway(event, id);
    const second = await RawClient.join(app.url, me, { acknowledges: false });
    second.socket.terminate();
    await isGone(event);
    const third = await RawClient.join(app.url, me);
    await isHere(event, id);
    third.socket.terminate();
    await isAway(event, id);
    const fourth = third.reconnect(app.url, { acknowledges: false });
    await until("JOIN_ROOM", () => fourth.token);
    fourth.socket.terminate();
    await Phone.join(app.url, { event_id: event, role: "observer" });
    const words = ["taken", "join", "return", "return", "returned", "reconnect"];
    expect(story).to.deep.equal(words.map((word) => `${id} ${word}`));
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
});
