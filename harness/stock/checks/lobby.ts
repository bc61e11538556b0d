// Rooms that tell of rooms, and what processes tell each other.
import { until } from "../../wait.ts";
import type { Check, Seat, Stage } from "../stage.ts";

interface Row {
  readonly roomId: string;
  readonly name: string;
  readonly clients: number;
  readonly metadata?: { readonly of?: string };
}

const own = (stage: Stage) => ({ metadata: { of: stage.key }, key: stage.key });

/** What the lobby told of this check's rooms: additions with their counts, and removals. */
function toldOf(lobby: Seat, stage: Stage): unknown[][] {
  const ids = new Set<string>();
  return lobby.seen.flatMap(([name, payload]): unknown[][] => {
    if (name === "rooms")
      return [["rooms", (payload as Row[]).filter((row) => row.metadata?.of === stage.key).length]];
    if (name === "+") {
      const [roomId, row] = payload as [string, Row];
      if (row?.metadata?.of !== stage.key) return [];
      ids.add(roomId);
      return [["+", roomId, row.name, row.clients, row.metadata]];
    }
    return name === "-" && ids.has(payload as string) ? [["-", payload]] : [];
  });
}

/** The same, once it has told this `times` of this check's rooms: it may tell of others that are still going. */
export async function told(lobby: Seat, stage: Stage, name: string, times = 1): Promise<unknown[][]> {
  return until(
    () => `${times} times ${name} of ${JSON.stringify(lobby.seen)}`,
    () => {
      const all = toldOf(lobby, stage);
      return all.filter(([each]) => each === name).length >= times && all;
    },
    8000,
  );
}

export const lobby: readonly Check[] = [
  {
    title: "a lobby has the rooms that there are",
    async run(stage) {
      const listed = await stage.create("listed", own(stage));
      const seat = await stage.join("lobby", { filter: { name: "listed" } });
      const [rooms] = (await seat.sees("rooms")) as [Row[]];
      const mine = rooms.filter(({ metadata }) => metadata?.of === stage.key);
      return [
        mine.map(({ roomId, name, clients, metadata }) => [roomId, name, clients, metadata]),
        listed.room.name,
      ];
    },
  },
  {
    title: "a lobby tells of a room that comes, fills, changes and goes",
    async run(stage) {
      const seat = await stage.join("lobby", { filter: { name: "listed" } });
      await seat.sees("rooms");
      const listed = await stage.create("listed", own(stage));
      await told(seat, stage, "+", 2);
      listed.room.send("metadata", { of: stage.key, level: 2 });
      await told(seat, stage, "+", 3);
      await listed.room.leave();
      return told(seat, stage, "-");
    },
  },
  {
    title: "a lobby tells of a room that hides and shows itself",
    async run(stage) {
      const seat = await stage.join("lobby", { filter: { name: "listed" } });
      await seat.sees("rooms");
      const listed = await stage.create("listed", own(stage));
      await told(seat, stage, "+", 2);
      listed.room.send("private", true);
      await told(seat, stage, "-");
      listed.room.send("private", false);
      return told(seat, stage, "+", 3);
    },
  },
  {
    title: "a lobby's filter can be changed",
    async run(stage) {
      await stage.create("listed", own(stage));
      const seat = await stage.join("lobby", { filter: { name: "none such" } });
      await seat.sees("rooms");
      seat.room.send("filter", { name: "listed" });
      return told(seat, stage, "rooms", 2);
    },
  },
  {
    title: "the matchmaker's query finds rooms by what they are",
    async run(stage) {
      const mode = stage.key;
      await stage.create("match", { mode, rating: 4 });
      return [await stage.ask(`/rooms?name=match&mode=${mode}`), await stage.ask("/rooms?name=nonesuch")];
    },
  },
  {
    title: "the matchmaker calls a room, and refuses what is none",
    async run(stage) {
      const { room } = await stage.create("chat");
      const missing = (await stage.ask("/call/nobodyhas/hasReachedMaxClients")) as { error: string };
      return [await stage.ask(`/call/${room.roomId}/hasReachedMaxClients`), missing];
    },
  },
  {
    title: "presence keeps values, sets, hashes and lists",
    async run(stage) {
      const say = (operation: string, value = "", key = stage.key) =>
        stage.ask(`/presence/${operation}/${operation[0]}-${key}?value=${value}`);
      const set = (operation: string, value = "") =>
        stage.ask(`/presence/${operation}/${stage.key}?value=${value}`);
      await set("set", "v");
      return [
        await set("get"),
        await set("exists"),
        await say("sadd", "1"),
        await say("smembers"),
        await say("hset", "h"),
        await say("hget"),
        await say("rpush", "r"),
        await set("del"),
        await set("get"),
      ];
    },
  },
  {
    title: "presence publishes to who has subscribed",
    async run(stage) {
      await stage.ask(`/presence/subscribe/${stage.key}`);
      await stage.ask(`/presence/publish/${stage.key}?value=news`);
      const notes = await stage.notes(1);
      await stage.ask(`/presence/unsubscribe/${stage.key}`);
      await stage.ask(`/presence/publish/${stage.key}?value=old`);
      return notes;
    },
  },
];
