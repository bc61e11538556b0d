// What a room author is promised, over real sockets: the SDK's own ways back, several changes in one tick, requests over HTTP, and
// refusals that explain. author.test.ts has what needs none of that.
import { RoomPlugin } from "@colyseus/core";
import { expect } from "chai";
import { z } from "zod";
import {
  type AnyEventRoom,
  type Client,
  createApp,
  defineEventState,
  EventRoom,
  type LeaveReason,
  MemoryStore,
  type ParticipantOf,
  t,
  validate,
} from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ServerFakeClock } from "../../../harness/fake-clock.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";

const quiz = defineEventState({
  participant: { score: t.number().default(0) },
  event: { question: t.string() },
});
const QuizState = quiz.State;
type Player = ParticipantOf<typeof quiz>;

class QuizRoom extends EventRoom<typeof quiz> {
  override schema = quiz;
  /** What the hooks heard: `[tick] what device score`. */
  readonly heard: string[] = [];
  tick = 0;

  override messages = {
    answer: validate(z.object({ points: z.int() }), (client: Client, { points }) => {
      const player = this.participantOf(client);
      if (player !== undefined) player.score += points;
    }),
    boom: () => {
      throw new Error("the author's mistake");
    },
  };

  override onBeforePatch(): void {
    this.tick += 1;
  }
  override onEventOpened(): void {
    this.state.question = "ready?";
  }
  override onSeatTaken(player: Player): void {
    this.#note("taken", player);
  }
  override onSeatAway(player: Player): void {
    this.#note("away", player);
  }
  override onSeatReturned(player: Player): void {
    this.#note("returned", player);
  }
  override onSeatLeft(player: Player, reason: LeaveReason): void {
    this.#note(`left{${reason}}`, player);
  }
  /** What was heard of one device, without the ticks. */
  story(deviceId: string): string[] {
    return this.heard
      .filter((word) => word.split(" ")[2] === deviceId)
      .map((word) => word.replace(/^\S+ /, ""));
  }
  #note(what: string, { device_id, score }: Player): void {
    this.heard.push(`[${this.tick}] ${what} ${device_id} ${score}`);
  }
}

/** A store whose commits wait while it is held, so that what is decided meanwhile falls into one tick. */
class HeldStore extends MemoryStore {
  gate: { opened: Promise<void>; open(): void } | undefined;
  isWaiting = false;

  hold(): void {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    this.gate = { opened, open };
  }
  release(): void {
    this.gate?.open();
  }
  override async commit(...batch: Parameters<MemoryStore["commit"]>): Promise<void> {
    this.isWaiting = true;
    await this.gate?.opened;
    this.isWaiting = false;
    await super.commit(...batch);
  }
}

describe("room authors, over real sockets", () => {
  let app: TestApp;
  let store: HeldStore;
  before(async () => {
    store = new HeldStore();
    app = await startApp({ room: QuizRoom, store, config: { gracePeriodMs: 60_000 } });
  });
  after(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as QuizRoom;

  /** A witness, and a participant with 5 points. */
  async function game() {
    const event = newEvent();
    const me = identity(event);
    const id = me.device_id;
    const witness = await Phone.join(app.url, identity(event));
    const phone = await Phone.join(app.url, me);
    phone.room.send("answer", { points: 5 });
    await until("5 points", () => witness.sees(id)?.score === 5);
    return { event, me, id, witness, phone, room: roomOf(event) };
  }

  /** Lets everything that `act` makes the room decide be stored, and so applied, in one go. */
  async function inOneTick(event: string, act: () => Promise<void>): Promise<void> {
    const blocker = identity(event);
    await Phone.join(app.url, blocker);
    store.hold();
    roomOf(event).participants.kick(blocker.device_id);
    await until("a commit under way", () => store.isWaiting);
    await act().finally(() => store.release());
  }

  /** The ticks in which the last `count` hooks about a device were called. */
  const ticksOf = (room: QuizRoom, id: string, count: number) => [
    ...new Set(
      room.heard
        .filter((word) => word.split(" ")[2] === id)
        .slice(-count)
        .map((word) => word.split(" ")[0]),
    ),
  ];

  const isAway = (room: QuizRoom, id: string) =>
    until("away", () => room.participants.get(id)?.status === "temporarily_disconnected");
  const isHere = (room: QuizRoom, id: string) =>
    until("here", () => room.participants.get(id)?.status === "connected");

  describe("fields and messages", () => {
    it("[R1] a score survives a drop and a return by the SDK's reconnection, client.reconnect, a join and a takeover", async () => {
      const { me, id, witness, phone, room } = await game();
      phone.drop({ reconnect: true });
      await witness.hears("participant_reconnected", id);
      expect(phone.sees(id)?.score).to.equal(5);

      const token = phone.room.reconnectionToken;
      phone.drop();
      await isAway(room, id);
      witness.forget();
      const second = await Phone.reconnect(app.url, token);
      await witness.hears("participant_reconnected", id);
      expect(second.sees(id)?.score).to.equal(5);

      second.drop();
      await isAway(room, id);
      witness.forget();
      const third = await Phone.join(app.url, me);
      await witness.hears("participant_reconnected", id);
      expect(third.sees(id)?.score).to.equal(5);

      const fourth = await Phone.join(app.url, me);
      await until("replaced", () => third.closedWith === 4501);
      fourth.room.send("answer", { points: 2 });
      await until("7 points", () => witness.sees(id)?.score === 7 && fourth.sees(id)?.score === 7);
    });

    it("[R1] one who left and joined again in the same tick starts at 0, for everyone", async () => {
      const { event, me, id, witness, phone, room } = await game();
      witness.forget();
      let again: Promise<Phone> | undefined;
      await inOneTick(event, async () => {
        void phone.room.leave();
        await until("left", () => room.participants.get(id) === undefined);
        again = Phone.join(app.url, me);
        await until("joined", () => room.participants.get(id));
      });
      expect((await again)?.sees(id)?.score).to.equal(0);
      await witness.hears("participant_joined", id);
      expect(witness.sees(id)?.score).to.equal(0);
      expect(witness.story(id)).to.deep.equal(["participant_left{consented}", "participant_joined"]);
      expect(ticksOf(room, id, 2)).to.have.length(1);
      (await again)?.room.send("answer", { points: 1 });
      await until("the new entry lives", () => witness.sees(id)?.score === 1);
    });

    it("[R1] own fields cannot take the names of Holdfast's", () => {
      expect(() => defineEventState({ participant: { status: t.number() } })).to.throw(
        TypeError,
        "every participant has a field status already",
      );
      expect(() => defineEventState({ event: { participants: t.number() } })).to.throw(
        TypeError,
        "every event has a field participants already",
      );
    });
  });

  describe("hooks", () => {
    it("[R2] taken, away, returned and left, once each, in order, with the participant as it is then", async () => {
      const { id, phone, witness, room } = await game();
      phone.drop({ reconnect: true });
      await witness.hears("participant_reconnected", id);
      await phone.room.leave();
      await witness.hears("participant_left", id);
      expect(room.story(id)).to.deep.equal([
        `taken ${id} 0`,
        `away ${id} 5`,
        `returned ${id} 5`,
        `left{consented} ${id} 5`,
      ]);
    });

    it("[R2] no hook is called before its change is stored", async () => {
      const { event, id, phone, witness, room } = await game();
      await inOneTick(event, async () => {
        phone.drop();
        await isAway(room, id);
        expect(room.story(id)).to.deep.equal([`taken ${id} 0`]);
      });
      await witness.hears("participant_temporarily_disconnected", id);
      expect(room.story(id)).to.deep.equal([`taken ${id} 0`, `away ${id} 5`]);
    });

    it("[R2] a drop and a return in one tick are two hooks", async () => {
      const { event, id, phone, witness, room } = await game();
      await inOneTick(event, async () => {
        phone.drop({ reconnect: true });
        await isAway(room, id);
        await isHere(room, id);
      });
      await witness.hears("participant_reconnected", id);
      expect(room.story(id)).to.deep.equal([`taken ${id} 0`, `away ${id} 5`, `returned ${id} 5`]);
      expect(ticksOf(room, id, 2)).to.have.length(1);
    });

    it("[R2] a join and a leave in one tick are two hooks", async () => {
      const { event, witness, room } = await game();
      const guest = identity(event);
      const id = guest.device_id;
      let joining: Promise<unknown> | undefined;
      await inOneTick(event, async () => {
        joining = Phone.join(app.url, guest).catch(() => {});
        await until("decided", () => room.participants.get(id));
        room.participants.kick(id);
      });
      await witness.hears("participant_left", id);
      expect(room.story(id)).to.deep.equal([`taken ${id} 0`, `left{kicked} ${id} 0`]);
      expect(ticksOf(room, id, 2)).to.have.length(1);
      await joining;
    });

    it("[R2] a leave and a new join in one tick: left tells of the one who left, taken of the new one", async () => {
      const { event, me, id, phone, room } = await game();
      let again: Promise<Phone> | undefined;
      await inOneTick(event, async () => {
        void phone.room.leave();
        await until("left", () => room.participants.get(id) === undefined);
        again = Phone.join(app.url, me);
        await until("joined", () => room.participants.get(id));
      });
      await again;
      expect(room.story(id)).to.deep.equal([`taken ${id} 0`, `left{consented} ${id} 5`, `taken ${id} 0`]);
    });

    it("[R2] a leave, a new join and a kick in one tick: every hook tells of its own seat", async () => {
      const { event, me, id, phone, witness, room } = await game();
      let joining: Promise<unknown> | undefined;
      await inOneTick(event, async () => {
        void phone.room.leave();
        await until("left", () => room.participants.get(id) === undefined);
        joining = Phone.join(app.url, me).catch(() => {});
        await until("joined", () => room.participants.get(id));
        room.participants.kick(id);
      });
      await until("all hooks", () => room.story(id).length === 4);
      const lives = [`taken ${id} 0`, `left{consented} ${id} 5`, `taken ${id} 0`, `left{kicked} ${id} 0`];
      expect(room.story(id)).to.deep.equal(lives);
      expect(ticksOf(room, id, 3)).to.have.length(1);
      await until("gone for the others", () => witness.sees(id) === undefined);
      await joining;
    });
  });

  describe("participants", () => {
    it("[R3] closeEvent tells everyone, closes with 4502 and refuses joins", async () => {
      const { event, me, id, phone, witness, room } = await game();
      await room.closeEvent();
      await until("closed", () => phone.closedWith === 4502 && witness.closedWith === 4502);
      expect(witness.story(id).at(-1)).to.equal("participant_left{event_closed}");
      expect(room.story(id).at(-1)).to.equal(`left{event_closed} ${id} 5`);
      expect(room.participants.counts).to.deep.equal({ connected: 0, held: 0, left: 2 });
      await room.closeEvent(); // a second word changes nothing
      const late = await matchmake(app.url, { ...me, event_id: event });
      expect(late.status).to.equal(410);
    });
  });

  describe("classes", () => {
    const refusedWith = (room: unknown, words: RegExp) =>
      expect(() => createApp({ room: room as new () => AnyEventRoom })).to.throw(TypeError, words);

    it("[R4] an override of what a seat's life hangs on is refused by createApp with a sentence", () => {
      const names = [
        "onCreate",
        "onJoin",
        "onDrop",
        "onReconnect",
        "onLeave",
        "onDispose",
        "onBeforeShutdown",
      ];
      for (const name of [
        ...names,
        "onAuth",
        "broadcastPatch",
        "disconnect",
        "hasReservedSeat",
        "participants",
        "timers",
        "requestSeat",
      ]) {
        class Wrong extends EventRoom {}
        Object.defineProperty(Wrong.prototype, name, { value: () => {} });
        refusedWith(Wrong, new RegExp(`^Wrong overrides ${name}, .*use onEventOpened, onSeatTaken`));
      }
      class StaticAuth extends EventRoom {
        static override async onAuth(): Promise<boolean> {
          return true;
        }
      }
      refusedWith(StaticAuth, /^StaticAuth overrides onAuth/);
    });

    it("[R4] an inherited override is refused too, and so is what is no EventRoom", () => {
      class Wrong extends EventRoom {
        override onLeave(): void {}
      }
      class Heir extends Wrong {}
      refusedWith(Heir, /^Heir overrides onLeave/);
      for (const other of [Date, {}, () => {}]) refusedWith(other, /must be a class that extends EventRoom/);
    });

    it("[R4] a hook, or another name of EventRoom's, given as a field is refused by createApp, too", () => {
      class Sly extends QuizRoom {
        override onLeave = () => {};
      }
      refusedWith(Sly, /^Sly has a field onLeave, which EventRoom needs itself; use onEventOpened/);
      for (const name of ["onJoin", "onCreate", "onReconnect", "onMessage", "onUncaughtException"]) {
        class Wrong extends EventRoom {
          constructor() {
            super();
            Object.assign(this, { [name]: () => {} });
          }
        }
        refusedWith(Wrong, new RegExp(`^Wrong has a field ${name}, which EventRoom needs itself`));
      }
      for (const name of [
        "participants",
        "closeEvent",
        "broadcast",
        "lock",
        "setMetadata",
        "metadata",
        "roomId",
      ]) {
        class Wrong extends EventRoom {
          constructor() {
            super();
            Object.defineProperty(this, name, { value: {} });
          }
        }
        refusedWith(Wrong, new RegExp(`^Wrong has a field ${name}, which would hide what EventRoom has`));
      }
    });

    it("[R16] what Colyseus would never call, or would break the event, is refused by createApp", () => {
      class Stateful extends EventRoom {
        constructor() {
          super();
          this.state = new QuizState() as never;
        }
      }
      refusedWith(Stateful, /^Stateful has a state of its own; add fields with defineEventState/);
      class Disposing extends EventRoom {
        override autoDispose = true;
      }
      refusedWith(Disposing, /^Disposing sets autoDispose; .*EVENT_RETENTION_MS/);
      class Cached extends EventRoom {
        override onCacheRoom() {
          return {};
        }
      }
      refusedWith(Cached, /^Cached has onCacheRoom, .*devMode only; use onSave/);
      class Plugin extends RoomPlugin {
        override readonly pluginName = "seen";
        override onJoin() {}
      }
      class Needy extends RoomPlugin {
        static dependencies = [Plugin];
        override readonly pluginName = "needy";
      }
      for (const plugin of [new Plugin(), new Needy()]) {
        class Plugged extends EventRoom {
          override plugins = { plugin };
        }
        refusedWith(Plugged, /^Plugged has a plugin with onJoin, which is not called in an event/);
      }
    });

    it("[R16] a plugin with messages only works", async () => {
      class Chat extends RoomPlugin {
        override readonly pluginName = "chat";
        protected override messages = { say: (_client: Client, word: string) => `heard ${word}` };
      }
      class Chatty extends EventRoom {
        override plugins = { chat: new Chat() };
      }
      await app.close();
      app = await startApp({ room: Chatty });
      try {
        const phone = await Phone.join(app.url, identity());
        expect(await phone.room.request("say", "hello")).to.equal("heard hello");
      } finally {
        await app.close();
        store = new HeldStore();
        app = await startApp({ room: QuizRoom, store, config: { gracePeriodMs: 60_000 } });
      }
    });

    it("[R16] what would break a living event is refused where it is said", async () => {
      const { room, phone, id } = await game();
      const client = room.clients[0] as Client;
      expect(() => Reflect.apply(room.allowReconnection, room, [client, 10])).to.throw(
        TypeError,
        "every seat is held",
      );
      expect(() => {
        room.roomId = "mine";
      }).to.throw(TypeError, "an id of its own");
      expect(() => {
        room.autoDispose = true;
      }).to.throw(TypeError, "EVENT_RETENTION_MS");
      room.autoDispose = false;
      for (const replace of [() => (room.state = new QuizState() as never), () => room.setState({} as never)])
        expect(replace).to.throw(TypeError, /an event keeps its state|schema/);
      phone.room.send("answer", { points: 1 });
      await until("the same state as ever", () => phone.sees(id)?.score === 6);
    });

    it("[R4] a subclass of a subclass may hear errors and have hooks of its own, and is what app.room gives", async () => {
      class Loud extends QuizRoom {
        readonly errors: string[] = [];
        override onUncaughtException(...words: Parameters<EventRoom["onUncaughtException"]>): void {
          this.errors.push(words[1]);
          super.onUncaughtException(...words);
        }
      }
      await app.close();
      const typed = createApp({
        room: Loud,
        config: { host: "127.0.0.1", logLevel: "silent", storeUrl: "memory:" },
      });
      try {
        const url = `http://127.0.0.1:${await typed.listen(0)}`;
        const me = identity();
        const phone = await Phone.join(url, me);
        phone.room.send("boom");
        await until("heard", () => typed.room(me.event_id)?.errors.includes("onMessage"));
        expect(typed.room("elsewhere")).to.equal(undefined);
        expect(phone.closedWith).to.equal(undefined);
      } finally {
        await typed.close();
        app = await startApp();
      }
    });
  });
});

describe("room authors, on a clock of the test's own", () => {
  let app: TestApp;
  let clock: ServerFakeClock;
  before(async () => {
    clock = new ServerFakeClock();
    app = await startApp({ room: QuizRoom, clock, config: { gracePeriodMs: 2000 } });
  });
  after(() => app.close());

  /** A participant; time moves while it joins. */
  async function joined() {
    const me = identity(newEvent());
    const beat = setInterval(() => void clock.advance(50), 5);
    const phone = await Phone.join(app.url, me).finally(() => clearInterval(beat));
    const room = app.room(me.event_id) as unknown as QuizRoom;
    return { me, id: me.device_id, phone, room, participants: room.participants };
  }

  it("[R3] grace counts down to 0, is expired only when it is over, and extended it is not over", async () => {
    const { me, id, phone, participants } = await joined();
    expect(participants.isGraceExpired(id)).to.equal(false);
    expect(participants.isGraceExpired("nobody")).to.equal(true);

    phone.drop();
    await until("away", () => participants.get(id)?.status === "temporarily_disconnected");
    await clock.advance(500);
    expect(participants.graceRemainingMs(id)).to.equal(1500);
    expect(participants.extendGrace(id, 1000)).to.equal(true);
    await clock.advance(2000);
    expect(participants.graceRemainingMs(id)).to.equal(500);
    expect(participants.isGraceExpired(id)).to.equal(false);

    expect((await matchmake(app.url, me)).status).to.equal(200); // on its way: the seat waits, the grace does not
    await clock.advance(600);
    expect(participants.graceRemainingMs(id)).to.equal(0);
    expect(participants.isGraceExpired(id)).to.equal(true);
    expect(participants.get(id)?.status).to.equal("temporarily_disconnected");
    await clock.advance(5000);
    expect(participants.get(id)).to.equal(undefined);
  });

  it("[R2] a takeover that never completes is away and left, also when both are decided at once", async () => {
    const { me, id, room } = await joined();
    await RawClient.join(app.url, me, { acknowledges: false });
    await clock.advance(6000); // 5 s for the new socket, and the grace of 2 s counts from the old one's close
    expect(room.story(id)).to.deep.equal([`taken ${id} 0`, `away ${id} 0`, `left{grace_expired} ${id} 0`]);
  });
});
