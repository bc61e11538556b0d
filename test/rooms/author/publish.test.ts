// A published message that is refused leaves nothing behind: not in the state, not with anyone who watches, not in the store.
// On the test kit: phones as stock clients are, and a page with our client, which sees every patch.
import { StateView } from "@colyseus/schema";
import { expect } from "chai";
import { z } from "zod";
import type { OutboxAck } from "../../../src/protocol/session.ts";
import {
  type Client,
  defineEventState,
  EventRoom,
  type Json,
  MemoryStore,
  type ParticipantOf,
  Refusal,
  schema,
  t,
} from "../../../src/holdfast.ts";
import { DeferredEffects } from "../../../src/rooms/author/deferred-effects.ts";
import { type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

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
      await Promise.resolve();
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

/** What the room answers to what a phone publishes: the last acknowledgement that it was sent. */
function ackOf(phone: Pick<Phone, "received">): OutboxAck {
  return phone.received.findLast(({ type }) => type === "outbox_ack")?.payload as OutboxAck;
}

/** What a phone sees of the state, and the room itself, in the same order. */
const seenBy = (phone: Pick<Phone, "state">) => sortedKeys(phone.state);
const truth = ({ state }: { readonly state: unknown }) => sortedKeys(JSON.parse(JSON.stringify(state)));

describe("a published message that is refused", () => {
  const store = new MemoryStore();
  let event: TestEvent<GameRoom>;
  beforeEach(async () => {
    event = await testEvent(GameRoom, { store, config: { logLevel: "silent" } });
  });
  afterEach(() => event.close());

  async function scene() {
    const watcher = await event.join("watcher", { client: "stock" });
    const seen: string[] = [];
    const { session } = await event.page("page");
    session.on("state", (state) => seen.push(JSON.stringify(state)));
    const phone = await event.join("me", { client: "stock" });
    const { room } = event;
    let next = 1;
    const publish = async (...messages: { type: string; payload: unknown }[]) => {
      const last = next + messages.length - 1;
      await phone.send("outbox_publish", { stream: "s", first: next, messages });
      next = last + 1;
      const ack = ackOf(phone);
      expect(ack.last).to.equal(last);
      return ack;
    };
    const player = room.state.participants.get("me") as Player;
    await publish(...moved("begin"));
    return { phone, watcher, seen, room, publish, player };
  }

  async function agree(watcher: Phone<typeof game>, room: GameRoom) {
    await event.settle();
    expect(seenBy(watcher)).to.deep.equal(truth(room));
  }

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
    expect(watcher.state.round).to.equal(3);
    expect(seen.length).to.be.greaterThan(2);
    expect(seen.filter((state) => /refused|"score":999/.test(state))).to.deep.equal([]);
    const late = await event.join("late");
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
    const { publish, room } = await scene();
    await publish(...moved("everything", "good", "everything"));
    const stored = await store.load(room.state.event_id);
    const seat = stored?.seats.find(({ record }) => record.deviceId === "me");
    expect(seat?.own).to.include('"score":6').and.to.include('"d"').and.not.include("refused");
    expect(stored?.facts.own).to.include("good ").and.not.include("refused");
  });

  it("[P17] what it asked of the room, its clients and participants does not happen", async () => {
    const { publish, room, phone, watcher } = await scene();
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
      for (const { sessionId } of game.clients) game.kickClient(sessionId);
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
    await event.advance(100);
    for (const { received } of [phone, watcher])
      expect(received.filter(({ type }) => /noise|bytes|left|closed/.test(type))).to.deep.equal([]);
    expect(settled).to.have.members(["not closed", "not gone"]);
    expect({ locked: room.locked, topic: room.metadata.topic }).to.deep.equal({
      locked: false,
      topic: undefined,
    });
    await event.join("late");
    expect([phone.closedWith, watcher.closedWith]).to.deep.equal([undefined, undefined]);
    expect(room.participants.get("me")?.status).to.equal("connected");
  });

  it("[P17] what one that is taken asks for happens when it has returned, in order; until then all are as before", async () => {
    const { publish, watcher } = await scene();
    const other = await event.join("other");
    const before: unknown[] = [];
    moves.set("ordered", (_from, game) => {
      const told = { n: 1 };
      game.broadcast("noise", told);
      game.clients.find((one) => game.participantOf(one)?.device_id === "watcher")?.send("noise", { n: 2 });
      told.n = 7; // what was said is what it was then
      game.participants.kick("other");
      game.broadcast("noise", { n: 3 });
      before.push(game.participants.get("other")?.status, game.participants.list().length);
    });
    await publish(...moved("ordered"));
    expect(watcher.saw("participant_left")).to.have.length(1);
    expect(before).to.deep.equal(["connected", 4]);
    const heard = watcher.received.filter(({ type }) => type === "noise").map(({ payload }) => payload);
    expect(heard).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(other.closedWith).to.equal(4500);
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
  let event: TestEvent<CardRoom>;
  beforeEach(async () => {
    event = await testEvent(CardRoom, { config: { logLevel: "silent" } });
  });
  afterEach(() => event.close());

  it("[P15] shows nobody more or less than before", async () => {
    const thief = await event.page("thief");
    const victim = await event.join("victim");
    const send = async (type: string, payload: Json) => {
      const sent = Promise.allSettled([thief.session.publish(type, payload)]);
      await event.advance(100);
      return (await sent)[0];
    };
    await event.until(thief.session.request("look"));
    await victim.send("look");
    const handOf = (name: string) => thief.session.roster.get(name)?.own.hand;
    const seen: unknown[] = [];
    thief.session.on("state", ({ participants }) => seen.push(participants.get("victim")?.hand));
    await victim.publish("draw", "ace");
    await send("draw", "two");
    const refusal = await send("peek", { at: "victim", isAllowed: false });
    expect(refusal).to.have.nested.property("reason.message", "No");
    await victim.publish("draw", "king");
    await send("draw", "three");
    expect([victim.roster.victim?.hand, handOf("thief")]).to.deep.equal(["king", "three"]);
    expect(seen.length, "its own two hands, at least").to.be.greaterThan(1);
    expect(new Set(seen)).to.deep.equal(new Set([undefined]));
    expect(victim.roster.thief?.hand).to.equal(undefined);
    await send("peek", { at: "victim", isAllowed: true });
    expect(handOf("victim")).to.equal("king peeked");
    expect(victim.state.dealt).to.equal(1);
  });
});

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sortedKeys(inner)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
