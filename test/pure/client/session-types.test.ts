// What a session's types say: the compiler fails this file when they say something else.
import { expect } from "chai";
import { type EventSession, stateCallbacks } from "../../../src/client/index.ts";
import { defineEventState, schema, t } from "../../../src/schema/index.ts";

const Card = schema({ suit: t.string() }, "Card");
const quiz = defineEventState({
  participant: { score: t.number().default(0), hand: t.array(Card), tags: t.set("string") },
  event: { question: t.string(), top: t.ref(Card).optional(), words: t.map("string") },
});

function typed(session: EventSession<typeof quiz>, plain: EventSession): void {
  const callbacks = stateCallbacks(session);
  const question: string | undefined = session.roomState?.question;
  session.on("state", ({ participants }) => participants.get("ann")?.score.toFixed(question?.length));
  session.on("roster", (everyone) => everyone.get("ann")?.own.score.toFixed());
  session.onParticipant("ann", (entry) => entry?.own.hand[0]?.suit.length);
  callbacks.onAdd("participants", (player, deviceId: string) => {
    callbacks.listen(player, "score", (score: number, before: number | undefined) => [
      deviceId,
      score,
      before,
    ]);
    callbacks.onAdd(player, "hand", (card, index: number) => [card.suit.length, index]);
    callbacks.onRemove(player, "tags", (tag: string) => tag);
    callbacks.onChange(player, () => player.score);
    // @ts-expect-error there is no such field
    callbacks.listen(player, "scores", () => {});
    // @ts-expect-error it is no collection
    callbacks.onAdd(player, "score", () => {});
  });
  callbacks.listen("top", (card) => card?.suit);
  callbacks.onChange("words", (key: string, word: string | undefined) => [key, word]);
  // @ts-expect-error there is no such field
  callbacks.listen("questions", () => session.roomState);
  // @ts-expect-error own fields never change
  session.onParticipant("ann", (entry) => entry?.own.hand.push());

  const state: unknown = plain.roomState;
  const own: Readonly<Record<string, unknown>> | undefined = plain.roster.get("ann")?.own;
  stateCallbacks(plain).onAdd("anything", (item: unknown, key: string | number) => [item, key, state, own]);
  const any: EventSession = session; // what takes any session takes a typed one
  any.onParticipant("ann", (entry) => entry?.own.score);
}

describe("a session's types", () => {
  it("[Z10] follow the schema, and without one leave everything unknown", () => {
    expect(typed).to.be.a("function");
  });
});
