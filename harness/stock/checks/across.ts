// Plain rooms of a server that has two processes: rooms of one are found, joined and told of through the other.
import { until } from "../../wait.ts";
import { told } from "./lobby.ts";
import type { Check, Seat, Stage } from "../stage.ts";

const here = 0;
const there = 1;

const byId = (stage: Stage, { room }: Seat, at: number) =>
  stage.seat(stage.client(at).joinById(room.roomId, { key: stage.key }));

export const across: readonly Check[] = [
  {
    title: "a room that was made through one process is joined by id through either",
    async run(stage) {
      const made = await stage.create("chat", {}, here);
      const guests = [await byId(stage, made, there), await byId(stage, made, here)];
      made.room.send("say", "to all");
      return [
        await made.sees("said"),
        await Promise.all(guests.map((guest) => guest.sees("said"))),
        guests.map(({ room }) => [room.roomId, room.name]),
      ];
    },
  },
  {
    title: "a room is joined by name through either process, by what it is for",
    async run(stage) {
      const mode = stage.key;
      const nothing = await stage.refusal(stage.client(there).join("match", { mode }));
      const made = await stage.create("match", { mode }, here);
      const other = await stage.create("match", { mode: `other ${mode}` }, here);
      const found = await stage.seat(stage.client(there).join("match", { mode }));
      return [nothing, found.room.roomId === made.room.roomId, found.room.roomId === other.room.roomId];
    },
  },
  {
    title: "an option event_id is a plain room's own",
    async run(stage) {
      const event = { event_id: stage.key };
      const made = await stage.create("event_like", event, here);
      const found = await stage.seat(stage.client(there).joinOrCreate("event_like", event));
      const other = await stage.seat(stage.client(there).joinOrCreate("event_like", { event_id: "another" }));
      return [found.room.roomId === made.room.roomId, other.room.roomId === made.room.roomId];
    },
  },
  {
    title: "joinOrCreate through both at once makes no more rooms than it must",
    async run(stage) {
      const mode = stage.key;
      const first = await stage.join("match", { mode }, here);
      const second = await stage.join("match", { mode }, there);
      const third = await stage.join("match", { mode }, there);
      const fourth = await stage.join("match", { mode }, here);
      const ids = [first, second, third, fourth].map(({ room }) => room.roomId);
      return [ids[0] === ids[1], ids[1] === ids[2], ids[2] === ids[3]];
    },
  },
  {
    title: "a full and a locked room are refused through either process, and open again",
    async run(stage) {
      const made = await stage.create("chat", { maxClients: 2 }, here);
      const ask = (at: number) => stage.refusal(stage.client(at).joinById(made.room.roomId, {}));
      made.room.send("lock");
      made.room.send("listing");
      await made.sees("listing");
      const locked = [await ask(here), await ask(there)];
      made.room.send("unlock");
      made.room.send("listing");
      await made.sees("listing", 2);
      return [locked, await ask(there), await ask(here), await ask(there)];
    },
  },
  {
    title: "a private room is found through neither process, but by its id",
    async run(stage) {
      const mode = stage.key;
      const made = await stage.create("match", { mode, isPrivate: true }, here);
      const byName = await Promise.all(
        [here, there].map((at) => stage.refusal(stage.client(at).join("match", { mode }))),
      );
      return [byName, (await byId(stage, made, there)).room.roomId];
    },
  },
  {
    title: "sortBy takes the best of all processes",
    async run(stage) {
      const mode = stage.key;
      const low = await stage.create("ranked", { mode, rating: 1 }, here);
      const high = await stage.create("ranked", { mode, rating: 8 }, there);
      const found = await stage.seat(stage.client(here).join("ranked", { mode }));
      return [found.room.roomId === high.room.roomId, found.room.roomId === low.room.roomId];
    },
  },
  {
    title: "a lobby tells of the rooms of both processes",
    async run(stage) {
      const own = { metadata: { of: stage.key } };
      const before = await stage.create("listed", own, here);
      const lobby = await stage.join("lobby", { filter: { name: "listed" } }, there);
      const [rooms] = (await lobby.sees("rooms")) as [{ roomId: string; metadata?: { of?: string } }[]];
      const after = await stage.create("listed", own, here);
      await told(lobby, stage, "+", 2);
      after.room.send("metadata", { of: stage.key, level: 2 });
      await told(lobby, stage, "+", 3);
      await after.room.leave();
      const all = await told(lobby, stage, "-");
      // Without the rooms' counts: a row is read some time after it was told of.
      const changes = all.filter(([name]) => name !== "rooms").map(([name, roomId]) => [name, roomId]);
      const mine = rooms.filter(({ metadata }) => metadata?.of === stage.key).map(({ roomId }) => roomId);
      return [mine, before.room.roomId, changes];
    },
  },
  {
    title: "both processes list the same rooms, as they change",
    async run(stage) {
      const mode = stage.key;
      const made = await stage.create("match", { mode }, here);
      const listed = () => Promise.all([here, there].map((at) => stage.ask(`/rooms?mode=${mode}`, at)));
      const one = await listed();
      await byId(stage, made, there);
      const two = await listed();
      made.room.send("rate", 3);
      await made.sees("rated");
      return [one, two, await listed()];
    },
  },
  {
    title: "a room that was left is gone for both processes",
    async run(stage) {
      const made = await stage.create("chat", {}, here);
      const guest = await byId(stage, made, there);
      await guest.room.leave();
      await made.room.leave();
      const notes = await stage.notes(6);
      const ask = (at: number) => stage.refusal(stage.client(at).joinById(made.room.roomId, {}));
      return [notes, await ask(here), await ask(there)];
    },
  },
  {
    title: "the matchmaker calls a room of another process",
    async run(stage) {
      const { room } = await stage.create("chat", {}, here);
      const call = (at: number) => stage.ask(`/call/${room.roomId}/hasReachedMaxClients`, at);
      return [await call(here), await call(there)];
    },
  },
  {
    title: "presence is one for both processes",
    async run(stage) {
      const say = (operation: string, value: string, at: number) =>
        stage.ask(
          `/presence/${operation}/${operation === "hincrby" ? `h-${stage.key}` : stage.key}?value=${value}`,
          at,
        );
      await say("subscribe", "", there);
      await say("publish", "news", here);
      const notes = await stage.notes(1, { at: there });
      await say("set", "v", here);
      return [
        notes,
        await say("get", "", there),
        await say("hincrby", "2", here),
        await say("hincrby", "3", there),
      ];
    },
  },
  {
    title: "a refusal of onAuth, onCreate or onJoin is the same through either process",
    async run(stage) {
      const door = await stage.create("door", { name: "Ann" }, here);
      const options = { key: stage.key, answer: "throw" };
      const refused = [here, there].map((at) =>
        stage.refusal(stage.client(at).joinById(door.room.roomId, options)),
      );
      const failing = ["create", "join"].flatMap((failAt) =>
        [here, there].map((at) => stage.refusal(stage.client(at).create("faulty", { failAt }))),
      );
      return [await Promise.all(refused), await Promise.all(failing)];
    },
  },
  {
    title: "a token brings back through either process",
    async run(stage) {
      const seat = await stage.create("hold", { holdS: 10, name: "Ann" }, here);
      const sessions: unknown[] = [];
      let token = seat.room.reconnectionToken;
      seat.room.reconnection.enabled = false;
      seat.cut();
      await stage.notes(2);
      for (const at of [there, here]) {
        const back = await stage.seat(stage.client(at).reconnect(token));
        back.room.reconnection.enabled = false;
        back.room.send("who");
        sessions.push(await back.sees("who"));
        token = back.room.reconnectionToken;
        back.cut();
        await stage.notes(2 + 2 * sessions.length);
      }
      const wrong = await stage.refusal(stage.client(there).reconnect(`${seat.room.roomId}:wrong`));
      return [sessions, wrong, await stage.notes(6)];
    },
  },
  {
    title: "a client that drops comes back by itself to the process of its room",
    async run(stage) {
      const seat = await stage.create("hold", { holdS: 10 }, there);
      seat.cut();
      await seat.sees("! reconnect");
      seat.room.send("who");
      return [await seat.sees("who"), await stage.notes(3)];
    },
  },
  {
    title: "a socket that goes to the process without its room is refused",
    async run(stage) {
      const asked = { name: "chat", roomId: "nobodyhas", processId: "x", sessionId: "madeup" };
      return Promise.all(
        [here, there].map((at) => stage.refusal(stage.client(at).consumeSeatReservation(asked))),
      );
    },
  },
  {
    title: "rooms that are made through one process come into being on both",
    async run(stage) {
      const processes = new Set<string>();
      await until("rooms on both", async () => {
        const { room } = await stage.create("match", { mode: `${stage.key} ${processes.size}` }, here);
        const { processId } = (await stage.row(room.roomId)) ?? {};
        processes.add(String(processId));
        return processes.size === 2;
      });
      return processes.size;
    },
  },
];

/** A room that the other process than `here` has. */
async function roomThere(stage: Stage): Promise<Seat> {
  const process = (await stage.ask("/process", there)) as string;
  stage.name(process, "process");
  return until("a room of the other process", async () => {
    const seat = await stage.create("chat", {}, here);
    seat.room.reconnection.enabled = false;
    return (await stage.row(seat.room.roomId))?.processId === process && seat;
  });
}

/** What becomes of the rooms of a process that was killed; `kill` ends the one at `there`. */
export async function afterKill(kill: () => Promise<void>, stage: Stage): Promise<unknown> {
  const lost = await roomThere(stage);
  const { roomId } = lost.room;
  const dead = (await stage.ask("/process", there)) as string;
  await kill();
  const refused = await stage.refusal(stage.client(here).joinById(roomId, {}));
  const again = await stage.refusal(stage.client(here).joinById(roomId, {}));
  const others = await stage.join("match", { mode: `${stage.key} new` }, here);
  const rows = (await stage.ask(`/rooms?processId=${dead}`, here)) as unknown[];
  return [JSON.stringify([refused, again]).replaceAll(roomId, "<the lost room>"), others.room.name, rows];
}

/** What becomes of the rooms of a process that stands still while somebody asks for one of them. */
export async function afterStall(stop: () => void, goOn: () => void, stage: Stage): Promise<unknown> {
  const [asked, other] = [await roomThere(stage), await roomThere(stage)];
  const { roomId } = other.room;
  stop();
  const refused = await stage.refusal(stage.client(here).joinById(asked.room.roomId, {}));
  const row = await stage.row(roomId);
  goOn();
  // Nobody has asked for this one: it is not listed again because something became of it.
  await until("the other room is listed again", () => stage.row(roomId), 15_000);
  const found = await stage.seat(stage.client(here).joinById(roomId, {}));
  return [refused, row, found.room.roomId === roomId];
}
