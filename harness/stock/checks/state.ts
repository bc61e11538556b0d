// The synchronised state of a room, as the SDK shows it.
import { Callbacks } from "@colyseus/sdk";
import { until } from "../../wait.ts";
import type { Check, Seat, Stage } from "../stage.ts";

// oxlint-disable-next-line no-explicit-any
type AnyState = any; // a state that the SDK has been told of by the server

const stateOf = ({ room }: Seat): AnyState => room.state as AnyState;
const plain = (seat: Seat): AnyState => JSON.parse(JSON.stringify(stateOf(seat)));

async function player(stage: Stage, name: string, at?: Seat): Promise<Seat> {
  const client = stage.client();
  const seat = await stage.seat(
    at === undefined ? client.create("board", { name }) : client.joinById(at.room.roomId, { name }),
  );
  await until("the player is on the board", () => stateOf(seat)?.players?.get(seat.room.sessionId));
  return seat;
}

const until1 = (what: string, seat: Seat, is: (state: AnyState) => boolean) =>
  until(what, () => is(stateOf(seat)));

export const state: readonly Check[] = [
  {
    title: "the first state is whole",
    async run(stage) {
      const one = await player(stage, "Ann");
      one.room.send("move", "e4");
      await until1("the move", one, ({ moves }) => moves.length === 1);
      const other = await player(stage, "Bo", one);
      return plain(other);
    },
  },
  {
    title: "patches reach everyone",
    async run(stage) {
      const one = await player(stage, "Ann");
      const other = await player(stage, "Bo", one);
      one.room.send("round", 3);
      one.room.send("score", 7);
      for (const seat of [one, other])
        await until1(
          "the score",
          seat,
          ({ round, players }) => round === 3 && players.get(one.room.sessionId).score === 7,
        );
      return [plain(one), plain(other)];
    },
  },
  {
    title: "what only one may see is that one's",
    async run(stage) {
      const one = await player(stage, "Ann");
      const other = await player(stage, "Bo", one);
      await until1(
        "the hand",
        other,
        ({ players }) => players.get(other.room.sessionId).hand === "hand of Bo",
      );
      one.room.send("hand", "new");
      await until1("the new hand", one, ({ players }) => players.get(one.room.sessionId).hand === "new");
      return [plain(one), plain(other)];
    },
  },
  {
    title: "callbacks hear of adding, changing and removing, in order",
    async run(stage) {
      const one = await player(stage, "Ann");
      const heard: unknown[] = [];
      const callbacks = Callbacks.get(one.room as AnyState) as AnyState;
      callbacks.onAdd("players", (added: AnyState, key: string) => {
        heard.push(["add", key, added.name]);
        callbacks.listen(added, "score", (value: number, before: number) =>
          heard.push(["score", key, value, before]),
        );
      });
      callbacks.onRemove("players", (_: AnyState, key: string) => heard.push(["remove", key]));
      callbacks.listen("round", (value: number) => heard.push(["round", value]));
      // One after the other: what comes in one patch is told in another order than what comes in two.
      one.room.send("bot", "bot");
      await until1("the bot", one, ({ players }) => players.get("bot") !== undefined);
      one.room.send("score", 5);
      await until1("the score", one, ({ players }) => players.get(one.room.sessionId).score === 5);
      one.room.send("remove", "bot");
      await until1("no bot", one, ({ players }) => players.get("bot") === undefined);
      one.room.send("round", 2);
      await until1("the round", one, ({ round }) => round === 2);
      return heard;
    },
  },
  {
    title: "arrays grow, shift and are cleared",
    async run(stage) {
      const one = await player(stage, "Ann");
      for (const move of ["a", "b", "c"]) one.room.send("move", move);
      await until1("three moves", one, ({ moves }) => moves.length === 3);
      const all = plain(one).moves;
      one.room.send("unmove");
      await until1("two moves", one, ({ moves }) => moves.length === 2);
      const less = plain(one).moves;
      one.room.send("clear");
      await until1("no moves", one, ({ moves }) => moves.length === 0);
      return [all, less, plain(one).moves];
    },
  },
  {
    title: "a message that is sent after the next patch finds the state patched",
    async run(stage) {
      const one = await player(stage, "Ann");
      const rounds: unknown[] = [];
      for (const name of ["before", "after", "mine"])
        one.room.onMessage(name, () => rounds.push([name, stateOf(one).round]));
      one.room.send("order");
      await until("all of them", () => rounds.length === 3);
      return rounds;
    },
  },
  {
    title: "who leaves is gone from the state of the others",
    async run(stage) {
      const one = await player(stage, "Ann");
      const other = await player(stage, "Bo", one);
      await until1("both", one, ({ players }) => players.size === 2);
      await other.room.leave();
      await until1("one", one, ({ players }) => players.size === 1);
      return plain(one);
    },
  },
  {
    title: "onStateChange is called for patches",
    async run(stage) {
      const one = await player(stage, "Ann");
      let changes = 0;
      one.room.onStateChange(() => (changes += 1));
      one.room.send("round", 1);
      await until1("the round", one, ({ round }) => round === 1);
      return changes > 0; // the join itself may be in a patch of its own
    },
  },
];
