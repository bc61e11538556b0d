// The author's say before there is a seat: options, refusals, the fields that a participant begins with, and its time.
import { Client } from "@colyseus/sdk";
import { expect } from "chai";
import { z } from "zod";
import {
  type Client as RoomClient,
  defineEventState,
  EventRoom,
  MemoryStore,
  type OwnFieldsOf,
  type ParticipantOf,
  Refusal,
  type SeatRequest,
  t,
} from "../../../src/holdfast.ts";
import { askToJoin, refused } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";

const teams = defineEventState({
  participant: {
    team: t.string().default(""),
    score: t.number().default(0),
    isCaptain: t.boolean().default(false),
  },
});
type Player = ParticipantOf<typeof teams>;
/** Its sentence holds what was sent: that is for the client, and for no log. */
const joinOptions = z.object({
  team: z.enum(["red", "blue", "slow", "away", "closed", "wrong", "broken"], {
    error: ({ input }) => `${String(input ?? "nothing")} is no team`,
  }),
});

class TeamRoom extends EventRoom<typeof teams> {
  override schema = teams;
  override joinOptions = joinOptions;
  readonly requests: SeatRequest<typeof joinOptions>[] = [];
  readonly taken: { team: string; score: number }[] = [];
  /** What the next answers throw. */
  readonly odd: unknown[] = [];
  /** What a slow answer waits for. */
  gate = Promise.withResolvers<void>();
  override messages = { who: (client: RoomClient) => client.auth };

  override async onSeatRequested(
    request: SeatRequest<typeof joinOptions>,
  ): Promise<OwnFieldsOf<typeof teams> | undefined> {
    this.requests.push(request);
    if (this.odd.length > 0) throw this.odd.shift();
    const { options } = request;
    if (options?.team === "slow") await this.gate.promise;
    if (options?.team === "closed") throw new Refusal(409, "This team is full", { reason: "full" });
    if (options?.team === "broken") throw new Error("the database is away");
    if (options?.team === "wrong") return { score: "many" as never };
    if (!request.isNew) return undefined;
    return { team: request.options.team, isCaptain: this.requests.length === 1 };
  }
  override onSeatTaken({ team, score }: Player): void {
    this.taken.push({ team, score });
  }
}

describe("seats that are asked for", () => {
  const store = new MemoryStore();
  let app: TestApp;
  const start = (port = 0) =>
    startApp({ room: TeamRoom, store, config: { port, gracePeriodMs: 60_000, joinsPerMinutePerIp: 0 } });
  before(async () => {
    app = await start();
  });
  after(() => app.close());
  const roomOf = (event: string) => app.room(event) as unknown as TeamRoom;
  const join = (me: object, team: unknown) => Phone.join(app.url, { ...me, team } as never);

  it("[A27] the author gets who asks and its options, and gives the fields that the participant begins with", async () => {
    const me = { ...identity(), display_name: "Ann" };
    const phone = await join(me, "red");
    expect(roomOf(me.event_id).requests).to.deep.equal([
      {
        deviceId: me.device_id,
        userId: me.device_id,
        displayName: "Ann",
        role: "participant",
        claims: {},
        isNew: true,
        options: { team: "red" },
      },
    ]);
    expect(phone.sees(me.device_id)).to.include({ team: "red", score: 0, isCaptain: true });
    expect(roomOf(me.event_id).taken).to.deep.equal([{ team: "red", score: 0 }]);
  });

  it("[A27] they are stored with the seat: what was acknowledged survives, and what is played for stays", async () => {
    const me = identity();
    const commits: string[] = [];
    const commit = store.commit.bind(store);
    store.commit = async (batch) => {
      for (const { upserts } of batch)
        for (const { record, own } of upserts)
          if (record.deviceId === me.device_id) commits.push(own ?? "none");
      return commit(batch);
    };
    await join(me, "blue");
    expect(commits[0], "the commit of the join itself").to.equal(
      '{"team":"blue","score":0,"isCaptain":true}',
    );
    store.commit = commit;
    await app.close();
    app = await start(app.port);
    const back = await Phone.join(app.url, me);
    expect(back.sees(me.device_id)).to.include({ team: "blue", isCaptain: true });
  });

  it("[A27] options that the schema refuses are 400 with its sentence, a seat or a line of what was sent", async () => {
    const me = identity();
    for (const team of ["green hunter2", undefined, 5]) {
      const { code, message } = await refused(join(me, team));
      expect(code).to.equal(400);
      expect(message).to.equal(`Invalid join options: team: ${team ?? "nothing"} is no team`);
    }
    expect(roomOf(me.event_id).participants.list()).to.have.length(0);
    expect(roomOf(me.event_id).requests).to.have.length(0);
    expect(app.text()).to.not.contain("hunter2");
    const body = await askToJoin(app.url, { ...me, team: "red", more: "x".repeat(4096) });
    expect(JSON.parse(body.text)).to.include({ code: 400, reason: "invalid_field" });
  });

  it("[A27] a Refusal reaches the client with its code; an error, and fields that are none, are 503 and a line", async () => {
    const me = identity();
    expect(await refused(join(me, "closed"))).to.deep.equal({ code: 409, message: "This team is full" });
    const later = "The event cannot say just now whether you may join; retry in 1000 ms";
    const linesFrom = app.lines.length;
    for (const team of ["broken", "wrong"])
      expect(await refused(join(me, team))).to.deep.equal({ code: 503, message: later });
    const errors = app.lines.slice(linesFrom).filter(({ where }) => where === "onSeatRequested");
    expect(errors.map(({ err }) => (err as Error).message)).to.deep.equal([
      "the database is away",
      "onSeatRequested: score must be a number",
    ]);
    expect(errors[0]).to.include({ event_id: me.event_id, device_id: me.device_id });
    expect(roomOf(me.event_id).participants.list()).to.have.length(0);
    await join(me, "red");
  });

  it("[A27] whatever else it throws is 503 and a line, too, and ends nothing", async () => {
    const me = identity();
    const watching = await Phone.join(app.url, { event_id: me.event_id, role: "observer" });
    const odd = [null, undefined, Symbol("odd"), Object.create(null), new Refusal(1000 as never, "Never"), 7];
    const linesFrom = app.lines.length;
    for (const thrown of odd) {
      roomOf(me.event_id).odd.push(thrown);
      expect((await refused(join(me, "red"))).code, typeof thrown).to.equal(503);
    }
    const errors = app.lines.slice(linesFrom).filter(({ level }) => level === 50);
    expect(errors).to.have.length(odd.length);
    await join(me, "red");
    expect(watching.closedWith).to.equal(undefined);
  });

  it("[A27] while one waits nobody else does, and a second join of the same makes no second seat or question", async () => {
    const event = newEvent();
    const [slow, quick] = [identity(event), identity(event)];
    const first = join(slow, "slow");
    await until("asked", () => app.room(event) !== undefined && roomOf(event).requests.length === 1);
    const second = join(slow, "slow");
    const phone = await join(quick, "red");
    expect(phone.participants()?.size).to.equal(1);
    expect(roomOf(event).requests).to.have.length(2);
    roomOf(event).gate.resolve();
    const came = await Promise.allSettled([first, second]); // the newest has the seat, however far the other has come
    expect(came.map(({ status }) => status)).to.include("fulfilled");
    await until("it has come", () => phone.participants()?.size === 2);
    expect(roomOf(event).requests).to.have.length(2);
    expect(roomOf(event).taken).to.have.length(2);
  });

  it("[A27] rules are asked again after it: who had no place meanwhile is refused", async () => {
    const event = newEvent();
    const slow = join(identity(event), "slow");
    await until("asked", () => app.room(event) !== undefined && roomOf(event).requests.length === 1);
    roomOf(event).maxClients = 1;
    await join(identity(event), "red");
    roomOf(event).gate.resolve();
    expect(await refused(slow)).to.deep.equal({ code: 409, message: "The event is full" });
  });

  it("[A27] a room that has come instead of the one that was asked is asked, too", async () => {
    const me = identity();
    const coming = join(me, "slow");
    await until(
      "asked",
      () => app.room(me.event_id) !== undefined && roomOf(me.event_id).requests.length === 1,
    );
    const first = roomOf(me.event_id);
    await first.disconnect();
    await until("it has gone", () => app.room(me.event_id) === undefined);
    first.gate.resolve();
    await until(
      "the next is asked",
      () => app.room(me.event_id) !== undefined && roomOf(me.event_id).requests.length === 1,
    );
    roomOf(me.event_id).gate.resolve();
    await coming;
    expect(roomOf(me.event_id)).to.not.equal(first);
    expect(roomOf(me.event_id).taken).to.have.length(1);
  });

  it("[A28] a return is told apart, needs no options, and is let in but for a Refusal; a token asks nobody", async () => {
    const me = identity();
    let phone = await join(me, "red");
    const room = roomOf(me.event_id);
    const isAway = () => until("away", () => room.participants.list("temporarily_disconnected")[0]);
    const back = async (team?: string): Promise<Phone> => {
      phone.drop();
      await isAway();
      return Phone.join(app.url, (team === undefined ? me : { ...me, team }) as never);
    };
    phone = await back();
    expect(room.requests.at(-1)).to.deep.include({ isNew: false, options: undefined });
    phone = await back("broken");
    expect(room.requests.at(-1)).to.deep.include({ isNew: false, options: { team: "broken" } });
    expect(phone.sees(me.device_id), "what it has stays").to.include({ team: "red" });
    expect(await refused(back("closed"))).to.include({ code: 409 });
    await until("away", () => room.participants.get(me.device_id)?.status === "temporarily_disconnected");
    phone = await Phone.join(app.url, me);
    const asked = room.requests.length;
    phone.drop({ reconnect: true });
    await until("reconnected", () => phone.reconnections === 1);
    expect(room.requests).to.have.length(asked);
  });

  it("[A28] who comes back to a seat that has gone meanwhile is asked about as one who is new", async () => {
    const me = identity();
    const phone = await join(me, "red");
    const room = roomOf(me.event_id);
    const back = join(me, "slow");
    await until("asked", () => room.requests.length === 2);
    await phone.room.leave();
    await until("left", () => room.participants.list().length === 0);
    room.gate.resolve();
    const again = await back;
    expect(room.requests.map(({ isNew }) => isNew)).to.deep.equal([true, false, true]);
    expect(again.sees(me.device_id)).to.include({ team: "slow" });
  });

  it("[A28] nor does a reservation for a return become a new seat", async () => {
    const me = identity();
    const phone = await join(me, "red");
    const room = roomOf(me.event_id);
    const { status, text } = await askToJoin(app.url, me); // no options: the page was loaded again
    expect(status).to.equal(200);
    await phone.room.leave();
    await until("left", () => room.participants.list().length === 0);
    const entered = new Client(app.url).consumeSeatReservation(JSON.parse(text));
    const why = await entered.then(
      () => "in",
      ({ code, message }: { code: number; message: string }) => `${code} ${message}`,
    );
    expect(why).to.equal("503 The reserved seat is gone; join again; retry in 0 ms");
    expect(room.participants.list()).to.have.length(0);
    expect(room.taken).to.have.length(1);
  });

  it("[A28] observers have no seat: nobody is asked about them", async () => {
    const event = newEvent();
    const watching = await Phone.join(app.url, { event_id: event, role: "observer" });
    expect(roomOf(event).requests).to.have.length(0);
    expect(watching.participants()?.size).to.equal(0);
  });
});
