// A published message that is refused leaves nothing behind: not in the state, not with anyone who watches, not in the store.
// Real sockets, the stock SDK.
import { StateView } from "@colyseus/schema";
import { expect } from "chai";
import { z } from "zod";
import type { OutboxAck } from "../../../src/protocol/session.ts";
import {
  type Client,
  defineEventState,
  EventRoom,
  MemoryStore,
  type ParticipantOf,
  Refusal,
  schema,
  t,
} from "../../../src/holdfast.ts";
import { DeferredEffects } from "../../../src/rooms/author/deferred-effects.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { quiet, until } from "../../../harness/wait.ts";

const Card = schema({ title: t.string(), marks: t.array("number") }, "Card");
const game = defineEventState({
  participant: {
    score: t.number().default(0),
    words: t.array("string"),
    hand: t.array(Card),
    bag: t.map("number"),
    best: t.ref(Card).optional(),
    secret: t.string().default("").noSync(),
  },
  event: {
    round: t.number().default(0),
    board: t.map(Card),
    seen: t.set("string"),
    log: t.string().default(""),
  },
});
type Player = ParticipantOf<typeof game>;
type Move = (from: Player, room: GameRoom) => void;

/** What the handlers of these tests do, by name. */
const moves = new Map<string, Move>();

class GameRoom extends EventRoom<typeof game> {
  override schema = game;

  override onEventOpened(): void {
    this.onPublish("move", z.string(), (from, name) => moves.get(name)?.(from, this));
    this.onPublish("late", z.string(), async (from) => {
      from.words.push("refused");
      await quiet(0);
    });
  }
}

const card = (title: string) => new Card({ title, marks: [1, 2] as never });

moves.set("begin", (from, { state }) => {
  from.score = 5;
  from.words.push("a", "b", "c");
  from.hand.push(card("one"), card("two"), card("three"));
  from.bag.set("x", 1);
  from.bag.set("y", 2);
  from.best = card("best");
  from.secret = "kept";
  state.board.set("first", card("first"));
  state.board.set("second", card("second"));
  state.seen.add("s");
});
moves.set("good", (from, { state }) => {
  from.score += 1;
  from.words.push("d");
  state.log += "good ";
});
moves.set("everything", (from, { state }) => {
  from.score = 999;
  from.words.push("refused");
  from.words.shift();
  from.words.sort();
  from.words.reverse();
  from.hand[0] = card("refused");
  from.hand.splice(1, 1, card("refused"), card("refused"));
  (from.hand[0] as InstanceType<typeof Card>).marks.clear();
  from.bag.delete("x");
  from.bag.set("z", 9);
  from.bag.clear();
  from.best = undefined;
  from.secret = "refused";
  from.display_name = "refused";
  state.round = 9;
  state.board.delete("first");
  (state.board.get("second") as InstanceType<typeof Card>).title = "refused";
  state.board.set("third", card("refused"));
  state.board = new Map([["refused", card("refused")]]) as never;
  state.seen.add("refused");
  state.seen.clear();
  for (const other of state.participants.values()) (other as Player).words.push("refused");
  state.participants.delete(from.device_id);
  throw new Refusal(400, "Not this");
});

const moved = (...names: string[]) => names.map((payload) => ({ type: "move", payload }));

async function acked(phone: Phone, last: number): Promise<OutboxAck> {
  const heard = () =>
    phone.heard.findLast(({ type, payload }) => type === "outbox_ack" && payload.last === last)?.payload;
  return (await until(`the acknowledgement of ${last}`, heard)) as unknown as OutboxAck;
}

describe("a published message that is refused", () => {
  let app: TestApp;
  const store = new MemoryStore();
  before(async () => {
    app = await startApp({ room: GameRoom, store });
  });
  after(() => app.close());

  async function scene() {
    const event = newEvent();
    const me = identity(event);
    const watcher = await Phone.join(app.url, identity(event));
    const seen: string[] = [];
    watcher.room.onStateChange((state) => seen.push(JSON.stringify(state)));
    const phone = await Phone.join(app.url, me);
    const room = app.room(event) as unknown as GameRoom;
    let next = 1;
    const publish = async (...messages: { type: string; payload: unknown }[]) => {
      phone.room.send("outbox_publish", { stream: "s", first: next, messages });
      next += messages.length;
      return acked(phone, next - 1);
    };
    const player = room.state.participants.get(me.device_id as string) as Player;
    await publish(...moved("begin"));
    return { me, phone, watcher, seen, room, publish, player };
  }

  const agree = (watcher: Phone, room: GameRoom) =>
    until("the watcher has what the server has", () => {
      const own = JSON.parse(JSON.stringify(room.state)) as Record<string, unknown>;
      return JSON.stringify(sortedKeys(watcher.room.state.toJSON())) === JSON.stringify(sortedKeys(own));
    });

  it("[P14] [P15] leaves all as it was, also between others of one tick, and nobody sees anything of it", async () => {
    const { watcher, seen, room, publish, player } = await scene();
    const { hand, board, best } = { hand: player.hand, board: room.state.board, best: player.best };
    const instances = [...hand, ...board.values()];
    room.state.round = 3; // not told yet when the messages come
    const ack = await publish(...moved("good", "everything", "good", "everything"));
    expect(ack.refused.map(({ n }) => n)).to.deep.equal([3, 5]);
    expect(player.words.toArray()).to.deep.equal(["a", "b", "c", "d", "d"]);
    expect([...player.bag.entries()]).to.deep.equal([
      ["x", 1],
      ["y", 2],
    ]);
    expect({ score: player.score, secret: player.secret, log: room.state.log }).to.deep.equal({
      score: 7,
      secret: "kept",
      log: "good good ",
    });
    expect([player.hand, room.state.board, player.best]).to.deep.equal([hand, board, best]);
    expect([...player.hand, ...room.state.board.values()]).to.deep.equal(instances);
    for (const [i, one] of [...player.hand, ...room.state.board.values()].entries())
      expect(one).to.equal(instances[i]);
    await agree(watcher, room);
    (player.hand[1] as InstanceType<typeof Card>).marks.push(3); // what has come back is still told of
    player.words.push("later");
    await agree(watcher, room);
    expect(watcher.room.state.round).to.equal(3);
    expect(seen.length).to.be.greaterThan(2);
    expect(seen.filter((state) => /refused|"score":999/.test(state))).to.deep.equal([]);
    const late = await Phone.join(app.url, identity(room.state.event_id));
    await agree(late, room);
  });

  it("[P14] the synchronous part of a handler that returns a promise is taken back, too", async () => {
    const { publish, player, watcher, room } = await scene();
    const ack = await publish({ type: "late", payload: "" });
    expect(ack.refused).to.have.length(1);
    expect(player.words.toArray()).to.deep.equal(["a", "b", "c"]);
    await agree(watcher, room);
  });

  it("[P16] nothing of it is stored; what others changed in the same commit is", async () => {
    const { publish, room, me } = await scene();
    await publish(...moved("everything", "good", "everything"));
    const stored = await store.load(room.state.event_id);
    const seat = stored?.seats.find(({ record }) => record.deviceId === me.device_id);
    expect(seat?.own).to.include('"score":6').and.to.include('"d"').and.not.include("refused");
    expect(stored?.facts.own).to.include("good ").and.not.include("refused");
  });

  it("[P17] what it asked of the room, its clients and participants does not happen", async () => {
    const { publish, room, phone, watcher, me } = await scene();
    const settled: string[] = [];
    moves.set("noisy", (from, game) => {
      game.broadcast("noise", "refused");
      game.broadcast("noise", "refused", { afterNextPatch: true });
      game.broadcastBytes("bytes", Uint8Array.of(1), {});
      for (const client of game.clients) {
        client.send("noise", "refused");
        client.sendBytes("bytes", Uint8Array.of(1));
        client.error(1, "refused");
        client.leave();
      }
      expect(game.participants.kick(from.device_id)).to.equal(true);
      expect(game.participants.kick("nobody")).to.equal(false);
      expect(game.participants.expireNow(from.device_id)).to.equal(false);
      game.kickClient(phone.room.sessionId);
      game.save();
      game.broadcastPatch();
      void game.lock();
      void game.setPrivate();
      void game.setMetadata({ topic: "refused" });
      void game.setMatchmaking({ locked: true, metadata: { topic: "refused" } });
      game.closeEvent().then(
        () => settled.push("closed"),
        () => settled.push("not closed"),
      );
      game.disconnect().then(
        () => settled.push("gone"),
        () => settled.push("not gone"),
      );
      throw new Error("half way");
    });
    const ack = await publish(...moved("noisy"));
    expect(ack.refused[0]?.error).to.equal("The event could not take this");
    await publish(...moved("good"));
    await agree(watcher, room);
    await quiet(100);
    for (const { heard } of [phone, watcher])
      expect(heard.filter(({ type }) => /noise|bytes|left|closed/.test(type))).to.deep.equal([]);
    expect(settled).to.have.members(["not closed", "not gone"]);
    expect({ locked: room.locked, topic: room.metadata.topic }).to.deep.equal({
      locked: false,
      topic: undefined,
    });
    await Phone.join(app.url, identity(room.state.event_id));
    expect([phone.closedWith, watcher.closedWith]).to.deep.equal([undefined, undefined]);
    expect(room.participants.get(me.device_id as string)?.status).to.equal("connected");
  });

  it("[P17] what one that is taken asks for happens when it has returned, in order; until then all are as before", async () => {
    const { publish, watcher, room } = await scene();
    const other = await Phone.join(app.url, identity(room.state.event_id));
    const deviceId = [...room.state.participants.keys()].at(-1) as string;
    const before: unknown[] = [];
    moves.set("ordered", (_from, game) => {
      const told = { n: 1 };
      game.broadcast("noise", told);
      game.clients.find(({ sessionId }) => sessionId === watcher.room.sessionId)?.send("noise", { n: 2 });
      told.n = 7; // what was said is what it was then
      game.participants.kick(deviceId);
      game.broadcast("noise", { n: 3 });
      before.push(game.participants.get(deviceId)?.status, game.participants.list().length);
    });
    await publish(...moved("ordered"));
    await until("the kick is told", () => watcher.heard.some(({ type }) => type === "participant_left"));
    expect(before).to.deep.equal(["connected", 3]);
    const heard = watcher.heard.filter(({ type }) => type === "noise").map(({ payload }) => payload.n);
    expect(heard).to.deep.equal([1, 2, 3]);
    await until("the other one is out", () => other.closedWith === 4500);
  });

  it("[P17] an effect that fails is reported, and keeps no other back", () => {
    const [done, errors]: [string[], unknown[]] = [[], []];
    const effects = new DeferredEffects((error) => errors.push(error));
    const failing = new Error("a failing effect");
    effects.hold(() => {
      effects.run(() => {
        throw failing;
      });
      effects.run(() => done.push("second"));
      expect(done).to.deep.equal([]);
    });
    expect([done, errors]).to.deep.equal([["second"], [failing]]);
  });
});

const cards = defineEventState({
  participant: { hand: t.string().default("none").view(), open: t.number().default(0) },
  event: { dealt: t.number().default(0) },
});

/** Everyone sees their own hand; who may peek sees another's. */
class CardRoom extends EventRoom<typeof cards> {
  override schema = cards;
  override messages = {
    look: (client: Client) => {
      client.view = new StateView();
      client.view.add(this.participantOf(client) as never);
    },
  };

  override onEventOpened(): void {
    this.onPublish(
      "peek",
      z.object({ at: z.string(), isAllowed: z.boolean() }),
      (from, { at, isAllowed }) => {
        const client = this.clients.find((one) => this.participantOf(one) === from) as Client;
        const other = this.state.participants.get(at) as ParticipantOf<typeof cards>;
        client.view?.add(other as never);
        client.view?.remove(from as never);
        other.hand += " peeked";
        this.state.dealt += 1;
        if (!isAllowed) throw new Refusal(403, "No");
      },
    );
    this.onPublish("draw", z.string(), (from, hand) => {
      from.hand = hand;
    });
  }
}

describe("a published message that is refused, where not everyone sees everything", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ room: CardRoom });
  });
  after(() => app.close());

  it("[P15] shows nobody more or less than before", async () => {
    const event = newEvent();
    const [one, other] = [identity(event), identity(event)];
    const [thief, victim] = [await Phone.join(app.url, one), await Phone.join(app.url, other)];
    const numbers = new Map<Phone, number>();
    const publish = async (phone: Phone, type: string, payload: unknown) => {
      const first = (numbers.get(phone) ?? 0) + 1;
      numbers.set(phone, first);
      phone.room.send("outbox_publish", { stream: "s", first, messages: [{ type, payload }] });
      return acked(phone, first);
    };
    for (const phone of [thief, victim]) phone.room.send("look");
    const seen: unknown[] = [];
    thief.room.onStateChange(() => seen.push(thief.sees(other.device_id)?.hand));
    await publish(victim, "draw", "ace");
    await publish(thief, "draw", "two");
    const refusal = await publish(thief, "peek", { at: other.device_id, isAllowed: false });
    expect(refusal.refused[0]?.error).to.equal("No");
    await publish(victim, "draw", "king");
    await publish(thief, "draw", "three");
    await until("own hands are seen", () => victim.sees(other.device_id)?.hand === "king");
    await until("own hands are seen", () => thief.sees(one.device_id)?.hand === "three");
    expect(new Set(seen)).to.deep.equal(new Set([undefined]));
    expect(victim.sees(one.device_id)?.hand).to.equal(undefined);
    await publish(thief, "peek", { at: other.device_id, isAllowed: true });
    await until("the other's hand is seen", () => thief.sees(other.device_id)?.hand === "king peeked");
    expect(victim.room.state.dealt).to.equal(1);
  });
});

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sortedKeys(inner)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
