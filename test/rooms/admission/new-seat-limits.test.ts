// What a room author says of new seats (lock, unlock, maxClients) and of the listing (metadata, private), by Colyseus's names.
import { type IRoomCache, matchMaker } from "@colyseus/core";
import { expect } from "chai";
import { type EventMetadata, type Client, EventRoom } from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, type JoinOptions, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";

class LimitedRoom extends EventRoom {
  override maxClients = 3;
  override messages = {
    lock: () => this.lock(),
    unlock: () => this.unlock(),
    matchmaking: (_client: Client, updates: object) => this.setMatchmaking(updates),
    room_for: (_client: Client, seats: number) => {
      this.maxClients = seats;
    },
    metadata: (_client: Client, metadata: Record<string, unknown>) => this.setMetadata(metadata),
    hide: () => this.setPrivate(true),
  };
  override onEventOpened(): void {
    const { event_id } = this.state;
    if (event_id.startsWith("locked")) void this.lock();
    if (event_id.startsWith("private")) void this.setPrivate(true);
    if (event_id.startsWith("early")) this.metadata = { title: "set as it opened", event_id: "forged" };
  }
}

describe("new seats and the listing, as the room author says", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ room: LimitedRoom, config: { gracePeriodMs: 60_000 } });
  });
  after(() => app.close());

  const roomsOf = async (event: string): Promise<IRoomCache[]> =>
    (await matchMaker.query({})).filter(({ metadata }) => metadata?.event_id === event);
  /** Refused over HTTP, within 100 ms, with no further room for it. */
  async function refused(event: string, code: number, words: RegExp): Promise<void> {
    const startedAt = performance.now();
    const answer = await matchmake(app.url, identity(event));
    expect(performance.now() - startedAt).to.be.lessThan(500);
    expect(answer).to.include({ status: code });
    expect(answer.error).to.match(words);
    expect(await roomsOf(event)).to.have.length(1);
  }

  it("[R13] lock() takes no new seats, at once and with 409; every return is let in; unlock() takes them again", async () => {
    const event = newEvent();
    const me = identity(event);
    const away = identity(event);
    let phone = await Phone.join(app.url, me);
    const gone = await Phone.join(app.url, away);
    gone.drop();
    await until("away", () => app.room(event)?.participants.counts.held === 1);
    const { reservation } = await matchmake(app.url, identity(event));
    await phone.room.request("lock");
    await refused(event, 409, /takes no new participants now/);
    const late = new RawClient(app.url, reservation as never);
    await until("refused at its socket, too", () => late.error?.code === 409);
    expect((await roomsOf(event))[0]?.locked).to.equal(true);

    await Phone.join(app.url, away);
    phone.drop({ reconnect: true });
    await until("reconnected", () => phone.reconnections === 1);
    phone.room.reconnection.enabled = false;
    phone = await Phone.reconnect(app.url, phone.room.reconnectionToken);
    phone = await Phone.join(app.url, me);
    const observer = await Phone.join(app.url, { event_id: event, role: "observer" } as JoinOptions);
    expect(observer.participants()?.size, "an observer takes no seat").to.equal(2);

    await phone.room.request("unlock");
    await Phone.join(app.url, identity(event));
    expect((await roomsOf(event))[0]?.locked).to.equal(false);
    await phone.room.request("matchmaking", { locked: true });
    await refused(event, 409, /takes no new participants now/);
    await phone.room.request("matchmaking", { locked: false });
    await phone.room.request("room_for", 9);
    expect((await matchmake(app.url, identity(event))).status).to.equal(200);
  });

  it("[R13] maxClients is how many seats there are, held ones too; it can be changed, and never refuses a return", async () => {
    const event = newEvent();
    const people = [identity(event), identity(event), identity(event)];
    const phones: Phone[] = [];
    for (const person of people) phones.push(await Phone.join(app.url, person));
    await refused(event, 409, /full/);
    phones[0]?.drop();
    await until("held", () => app.room(event)?.participants.counts.held === 1);
    await refused(event, 409, /full/);
    await Phone.join(app.url, people[0] as JoinOptions);
    await phones[1]?.room.request("room_for", 4);
    await Phone.join(app.url, identity(event));
    await refused(event, 409, /full/);
    await phones[1]?.room.request("room_for", 1);
    await refused(event, 409, /full/);
    phones[1]?.drop();
    await Phone.join(app.url, people[1] as JoinOptions);
    expect(app.room(event)?.participants.counts.connected).to.equal(4);
    await phones[2]?.room.leave();
    await refused(event, 409, /full/);
    expect((await roomsOf(event))[0]?.maxClients).to.equal(1);
  });

  it("[R13] an event that is locked or private as it opens has one room, however many come at once", async () => {
    const locked = `locked ${newEvent()}`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => matchmake(app.url, identity(locked))));
    expect(answers.map(({ status }) => status)).to.deep.equal(Array.from({ length: 20 }, () => 409));
    expect(await roomsOf(locked)).to.have.length(1);
    const hidden = `private ${newEvent()}`;
    const all = await Promise.all(Array.from({ length: 3 }, () => Phone.join(app.url, identity(hidden))));
    await until("everyone in one", () => all.every((phone) => phone.participants()?.size === 3));
    const [row] = await roomsOf(hidden);
    expect(row?.private).to.equal(true);
    expect(app.lines.filter(({ level }) => Number(level) >= 40)).to.deep.equal([]);
  });

  it("[R13] the server closes although its rooms are locked then, and is free to begin again", async () => {
    const event = newEvent();
    const phone = await Phone.join(app.url, identity(event));
    await phone.room.request("lock");
    phone.room.reconnection.enabled = false;
    await app.close();
    expect(matchMaker.getLocalRoomById("any")).to.equal(undefined);
    app = await startApp({ room: LimitedRoom, config: { gracePeriodMs: 60_000 } });
    await Phone.join(app.url, identity());
  });

  it("[R14] an author's metadata is listed beside ours, which wins, and stays when ours is written again", async () => {
    const event = newEvent();
    const phone = await Phone.join(app.url, identity(event));
    const row = async () => (await roomsOf(event))[0]?.metadata;
    const listed = async () => {
      const { event_details: details, ...rest } = (await row()) as EventMetadata;
      expect(details).to.include({ title: "", is_locked: false });
      return rest;
    };
    await phone.room.request("metadata", { title: "Friday", event_id: "forged", connected: -1 });
    expect(await listed()).to.include({ title: "Friday", event_id: event });
    await Phone.join(app.url, identity(event));
    await until("counted", async () => (await listed()).connected === 2);
    expect(await listed()).to.deep.equal({
      title: "Friday",
      event_id: event,
      connected: 2,
      held: 0,
      left: 0,
    });
    await phone.room.request("matchmaking", { metadata: { round: 2 } });
    expect(await listed()).to.deep.equal({ round: 2, event_id: event, connected: 2, held: 0, left: 0 });
    expect(app.room(event)?.metadata).to.include({ round: 2, event_id: event });
    await phone.room.request("hide");
    expect((await roomsOf(event))[0]?.private).to.equal(true);
    await Phone.join(app.url, identity(event));
    expect(app.room(event)?.participants.counts.connected).to.equal(3);
  });

  it("[R14] metadata that is set as the event opens is there from the first row on", async () => {
    const event = `early ${newEvent()}`;
    await Phone.join(app.url, identity(event));
    expect((await roomsOf(event))[0]?.metadata).to.include({ title: "set as it opened", event_id: event });
  });
});
