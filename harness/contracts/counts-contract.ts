// How many clients the framework says are connected: in its listing of rooms (the monitor, `matchMaker.query`) and in its
// statistics. One for each socket that has a place in a room, at every moment, whatever way the socket came or went.
import { type IRoomCache, matchMaker } from "@colyseus/core";
import { expect } from "chai";
import { type TestApp } from "../servers/app.ts";
import { identity, type JoinOptions, newEvent, Phone } from "../clients/phone.ts";
import { matchmake, RawClient } from "../clients/raw-client.ts";
import { until } from "../wait.ts";

/** The suite, on the server that `start` starts. */
export function countsContract(start: () => Promise<TestApp>): void {
  let app: TestApp;
  before(async () => {
    app = await start();
  });
  after(() => app.close());

  async function listed(event: string): Promise<number | undefined> {
    const rooms: IRoomCache[] = await matchMaker.query({});
    return rooms.find(({ metadata }) => metadata?.event_id === event)?.clients;
  }
  /** The listing's and the statistics' count both become, and stay, `clients`; nobody else is on this server. */
  async function counts(event: string, clients: number): Promise<void> {
    const said = async () => `${await listed(event)} listed, ${matchMaker.stats.local.ccu} in all`;
    const wanted = `${clients} listed, ${clients} in all`;
    await until(`${wanted}`, async () => (await said()) === wanted, 3000).catch(async () => {
      expect(await said()).to.equal(wanted);
    });
  }
  const statusOf = (event: string, id: string) => app.room(event)?.participants.get(id)?.status;
  const isAway = (event: string, id: string) =>
    until("away", () => statusOf(event, id) === "temporarily_disconnected");
  const isHere = (event: string, id: string) => until("here", () => statusOf(event, id) === "connected");

  async function leaves(event: string, ...phones: Phone[]): Promise<void> {
    await Promise.all(phones.map((phone) => phone.room.leave()));
    await counts(event, 0);
  }

  it("[R6] the SDK's reconnection and client.reconnect take one away while they last, and give it back", async () => {
    const event = newEvent();
    const me = identity(event);
    const id = me.device_id;
    let phone = await Phone.join(app.url, me);
    await counts(event, 1);
    for (let turn = 1; turn <= 3; turn++) {
      phone.drop({ reconnect: true });
      await until("back", () => phone.reconnections === turn);
      await isHere(event, id);
      await counts(event, 1);
    }
    for (let turn = 0; turn < 2; turn++) {
      const token = phone.room.reconnectionToken;
      phone.drop();
      await isAway(event, id);
      await counts(event, 0);
      phone = await Phone.reconnect(app.url, token);
      await counts(event, 1);
    }
    await leaves(event, phone);
  });

  it("[R6] a seat that is taken over, by a join or by its token, counts once", async () => {
    const event = newEvent();
    const me = identity(event);
    let phone = await Phone.join(app.url, me);
    for (let turn = 0; turn < 3; turn++) {
      const older = phone;
      const token = older.room.reconnectionToken;
      older.room.reconnection.enabled = false;
      phone = turn === 1 ? await Phone.join(app.url, me) : await Phone.reconnect(app.url, token);
      await until("replaced", () => older.closedWith === 4501);
      await counts(event, 1);
    }
    phone.drop();
    await isAway(event, me.device_id);
    await counts(event, 0);
    const last = await Phone.join(app.url, me);
    await counts(event, 1);
    await leaves(event, last);
  });

  it("[R6] attempts that die before they acknowledge count for nothing, by a join or by a token", async () => {
    const event = newEvent();
    const me = identity(event);
    const id = me.device_id;
    const witness = await Phone.join(app.url, identity(event));
    const first = await RawClient.join(app.url, me);
    await counts(event, 2);
    first.socket.terminate();
    await isAway(event, id);
    for (let turn = 0; turn < 4; turn++) {
      const silent =
        turn % 2 === 0
          ? first.reconnect(app.url, { acknowledges: false })
          : await RawClient.join(app.url, me, { acknowledges: false });
      await until("JOIN_ROOM", () => silent.token);
      await counts(event, 2);
      silent.socket.terminate();
      await counts(event, 1);
    }
    await leaves(event, witness);
  });

  it("[R6] a join that is refused at its socket, and a wrong token, count for nothing", async () => {
    const event = newEvent();
    const me = identity(event);
    const witness = await Phone.join(app.url, identity(event));
    const { reservation } = await matchmake(app.url, me);
    await counts2(event, 2, 1);
    app.room(event)?.participants.kick(me.device_id);
    const guest = await Phone.join(app.url, me);
    app.room(event)?.participants.kick(me.device_id);
    await until("kicked", () => guest.closedWith === 4500);
    const late = new RawClient(app.url, reservation as never);
    await until("refused", () => late.error?.code === 403);
    await counts(event, 1);
    const wrong = late.reconnect(app.url, { reconnectionToken: "no-such-token-0123456789" } as object);
    await until("refused", () => wrong.closedWith !== undefined);
    await counts(event, 1);
    await leaves(event, witness);
  });
  /** A reservation is listed, as the framework does it; who has no socket yet is nobody's user. */
  async function counts2(event: string, clients: number, ccu: number): Promise<void> {
    await until(`${clients} listed`, async () => (await listed(event)) === clients, 3000);
    expect(matchMaker.stats.local.ccu).to.equal(ccu);
  }

  it("[R6] a kick, a close with 4010, a flood and an observer are counted as they come and go", async () => {
    const event = newEvent();
    const [a, b, c] = [identity(event), identity(event), identity(event)];
    const kicked = await Phone.join(app.url, a);
    const asked = await RawClient.join(app.url, b);
    const flooding = await RawClient.join(app.url, c);
    const observer = await Phone.join(app.url, { event_id: event, role: "observer" } as JoinOptions);
    await counts(event, 4);
    app.room(event)?.participants.kick(a.device_id);
    await until("kicked", () => kicked.closedWith === 4500);
    await counts(event, 3);
    for (let k = 0; k < 400; k++) flooding.beat();
    await until("closed", () => flooding.closedWith === 4503);
    await counts(event, 2);
    const room = app.room(event);
    const client = room?.clients.find((each) => room.participantOf(each)?.device_id === b.device_id);
    client?.leave(4010);
    await until("come back", () => asked.closedWith === 4010);
    await counts(event, 1);
    const back = asked.reconnect(app.url);
    await until("back", () => back.token);
    await isHere(event, b.device_id);
    await counts(event, 2);
    room?.participants.kick(b.device_id);
    await counts(event, 1);
    observer.drop();
    await counts(event, 0);
  });

  it("[R6] two sockets that come with one token at once count as one", async () => {
    const event = newEvent();
    const me = identity(event);
    const first = await RawClient.join(app.url, me);
    for (let turn = 0; turn < 3; turn++) {
      const pair = [first.reconnect(app.url), first.reconnect(app.url)];
      await until("one of them is gone", () => pair.filter((each) => each.closedWith).length === 1);
      await isHere(event, me.device_id);
      await counts(event, 1);
    }
    app.room(event)?.participants.kick(me.device_id);
    await counts(event, 0);
  });
}
