// What a room author is promised: own fields and messages, hooks, the participants' API. On the test kit; author-sockets.test.ts
// has the SDK's own ways back, several changes in one tick, and what createApp refuses.
import { expect } from "chai";
import { z } from "zod";
import {
  type Client,
  defineEventState,
  EventRoom,
  type LeaveReason,
  type ParticipantOf,
  t,
  validate,
} from "../../../src/holdfast.ts";
import { type JoinRefused, type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const quiz = defineEventState({
  participant: { score: t.number().default(0) },
  event: { question: t.string() },
});
type Player = ParticipantOf<typeof quiz>;

class QuizRoom extends EventRoom<typeof quiz> {
  override schema = quiz;
  /** What the hooks heard: `what device score`. */
  readonly heard: string[] = [];

  override messages = {
    answer: validate(z.object({ points: z.int() }), (client: Client, { points }) => {
      const player = this.participantOf(client);
      if (player !== undefined) player.score += points;
    }),
    ask: (client: Client, question: string) => {
      this.state.question = question;
      client.send("asked", { question });
    },
    boom: () => {
      throw new Error("the author's mistake");
    },
  };

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
  story(deviceId: string): string[] {
    return this.heard.filter((word) => word.split(" ")[1] === deviceId);
  }
  #note(what: string, { device_id, score }: Player): void {
    this.heard.push(`${what} ${device_id} ${score}`);
  }
}

describe("room authors", () => {
  let event: TestEvent<QuizRoom>;
  let room: QuizRoom;
  let witness: Phone<typeof quiz>;
  /** A participant with 5 points. */
  let phone: Phone<typeof quiz>;
  const id = "me";

  beforeEach(async () => {
    event = await testEvent(QuizRoom, { config: { gracePeriodMs: 60_000, logLevel: "silent" } });
    room = event.room;
    witness = await event.join("witness");
    phone = await event.join(id);
    await phone.send("answer", { points: 5 });
    expect(witness.roster[id]?.score).to.equal(5);
    witness.forget();
  });
  afterEach(() => event.close());

  describe("fields and messages", () => {
    it("[R1] own fields of the event and of participants are synchronised, own messages are typed and answered", async () => {
      expect(witness.state.question).to.equal("ready?");
      await phone.send("ask", "why?");
      expect(phone.saw("message")).to.deep.equal([
        { type: "message", name: "asked", payload: { question: "why?" } },
      ]);
      expect(witness.state.question).to.equal("why?");
    });

    it("[R1] one who left and joined again starts at 0", async () => {
      await phone.leave();
      expect(witness.saw()).to.deep.equal([{ type: "participant_left", device_id: id, reason: "consented" }]);
      const again = await event.join(id);
      expect(again.roster[id]?.score).to.equal(0);
      expect(witness.roster[id]?.score, "0 for the others").to.equal(0);
    });

    it("[R1] own messages leave heartbeats acknowledged and unknown messages harmless", async () => {
      const stock = await event.join("stock", { client: "stock" });
      await stock.send("no such message");
      await stock.send("heartbeat");
      const ack = stock.received.find(({ type }) => type === "heartbeat_ack");
      expect((ack?.payload as { server_time: unknown } | undefined)?.server_time).to.be.a("number");
      expect(room.participants.get("stock")?.lastHeartbeatAt).to.be.greaterThan(0);
    });

    it("[R1] a message that its schema refuses does not reach the handler, and the seat stays", async () => {
      await phone.send("answer", { points: "many" });
      expect(phone.closedWith).to.equal(4002);
      expect(witness.saw()).to.have.length(1);
      expect(witness.saw()[0]).to.include({ type: "participant_temporarily_disconnected", device_id: id });
      expect(witness.roster[id]?.score).to.equal(5);
      expect((await event.join(id)).roster[id]?.score).to.equal(5);
    });

    it("[R1] an observer's message has no participant; a handler that throws is logged and hurts nobody", async () => {
      const observer = await event.observe();
      await observer.send("answer", { points: 100 });
      await observer.send("boom");
      expect(event.errors.map(({ message }) => message)).to.deep.equal(["the author's mistake"]);
      await phone.send("answer", { points: 1 });
      expect(witness.roster[id]?.score).to.equal(6);
      expect(Object.values(witness.roster).map(({ score }) => score)).to.have.members([0, 6]);
    });
  });

  describe("hooks", () => {
    it("[R2] a takeover of a live seat is no hook", async () => {
      const other = await phone.takeOver();
      expect(phone.closedWith).to.equal(4501);
      expect(other.saw()).to.deep.equal([{ type: "participant_reconnected", device_id: id }]);
      expect(witness.saw(), "nobody else").to.deep.equal([]);
      expect(room.story(id)).to.deep.equal([`taken ${id} 0`]);
    });

    it("[R2] a hook that throws, at once or later, is logged and hurts nobody", async () => {
      room.onSeatAway = () => {
        throw new Error("thrown in away");
      };
      room.onSeatReturned = async () => {
        throw new Error("rejected in returned");
      };
      await phone.drop();
      await phone.return();
      expect(witness.saw().map(({ type }) => type)).to.deep.equal([
        "participant_temporarily_disconnected",
        "participant_reconnected",
      ]);
      expect(event.errors.map(({ message }) => message)).to.deep.equal([
        "thrown in away",
        "rejected in returned",
      ]);
      await event.join("guest");
      expect(witness.saw().at(-1)).to.deep.equal({ type: "participant_joined", device_id: "guest" });
      expect(room.story("guest")).to.deep.equal(["taken guest 0"]);
      // a promise that nobody handles would have failed this test (harness/setup.ts)
    });
  });

  describe("participants", () => {
    it("[R3] get and list tell who is here and who is away, without a secret, and counts agree", async () => {
      const info = room.participants.get(id);
      const { eventId } = event;
      expect(info).to.include({ eventId, deviceId: id, userId: id, status: "connected", reason: "" });
      expect(info).to.include({ disconnectedAt: 0, graceExpiresAt: 0, lastHeartbeatAt: 0 });
      expect(JSON.stringify(room.participants.list())).to.not.include("the secret of");
      expect(info).to.not.have.any.keys("proof", "session", "connection");
      expect(room.participants.get("nobody")).to.equal(undefined);
      expect(room.participants.list()).to.have.length(2);

      await phone.drop();
      const away = room.participants.list("temporarily_disconnected");
      expect(away.map(({ deviceId, reason }) => [deviceId, reason])).to.deep.equal([[id, "connection_lost"]]);
      expect(away[0]?.disconnectedAt).to.equal(event.clock.now());
      expect(away[0]?.graceExpiresAt).to.equal(event.clock.now() + 60_000);
      expect(room.participants.list("connected").map(({ deviceId }) => deviceId)).to.not.include(id);
      expect(room.participants.counts).to.deep.equal({ connected: 1, held: 1, left: 0 });
      room.participants.expireNow(id);
      expect(room.participants.counts).to.deep.equal({ connected: 1, held: 0, left: 1 });
    });

    it("[R3] expireNow ends the grace of one who is away, and of nobody else", async () => {
      expect(room.participants.expireNow(id)).to.equal(false);
      expect(room.participants.expireNow("nobody")).to.equal(false);
      await phone.drop();
      witness.forget();
      expect(room.participants.expireNow(id)).to.equal(true);
      await event.settle();
      expect(witness.saw()).to.deep.equal([
        { type: "participant_left", device_id: id, reason: "grace_expired" },
      ]);
      expect((await event.join(id)).roster[id]?.score).to.equal(0);
    });

    it("[R3] extendGrace moves the deadline, in the state too; one who is here has none to move", async () => {
      expect(room.participants.extendGrace(id, 1000)).to.equal(false);
      expect(room.participants.graceRemainingMs(id)).to.equal(0);
      await phone.drop();
      const [drop] = witness.received;
      const before = Number((drop?.payload as { grace_expires_at?: number } | undefined)?.grace_expires_at);
      expect(before).to.equal(event.clock.now() + 60_000);
      await event.advance(700);
      expect(room.participants.graceRemainingMs(id)).to.equal(59_300);
      expect(room.participants.extendGrace(id, 5000)).to.equal(true);
      expect(room.participants.get(id)?.graceExpiresAt).to.equal(before + 5000);
      await event.settle();
      expect(witness.roster[id]?.grace_expires_at).to.equal(before + 5000);
      expect(room.story(id)).to.deep.equal([`taken ${id} 0`, `away ${id} 5`]);
      for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
        expect(() => room.participants.extendGrace(id, wrong), String(wrong)).to.throw(RangeError);
    });

    it("[R3] kick removes at once, closes with 4500 and keeps the device out", async () => {
      expect(room.participants.kick("nobody")).to.equal(false);
      expect(room.participants.kick(id)).to.equal(true);
      expect(room.participants.get(id)).to.equal(undefined);
      await event.settle();
      expect(witness.saw()).to.deep.equal([{ type: "participant_left", device_id: id, reason: "kicked" }]);
      expect(phone.closedWith).to.equal(4500);
      const again = await event.join(id).catch((error: JoinRefused) => error);
      expect(again).to.include({ name: "JoinRefused", code: 403 });
    });
  });
});
