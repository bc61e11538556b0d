// Which room a client gets, and how it is told that it gets none.
import type { Check, Seat } from "../stage.ts";

const listing = async (seat: Seat) => {
  seat.room.send("listing");
  return seat.sees("listing", seat.seen.filter(([name]) => name === "listing").length + 1);
};

export const matchmaking: readonly Check[] = [
  {
    title: "create makes a room of its own each time",
    async run(stage) {
      const [one, other] = [await stage.create("chat"), await stage.create("chat")];
      return [
        one.room.roomId === other.room.roomId,
        one.room.name,
        await one.sees("welcome"),
        await listing(one),
      ];
    },
  },
  {
    title: "joinOrCreate joins the room that there is",
    async run(stage) {
      const seats = [
        await stage.join("match", { mode: stage.key }),
        await stage.join("match", { mode: stage.key }),
      ];
      return seats.map(({ room }) => [room.roomId, room.sessionId]);
    },
  },
  {
    title: "join finds a room, and says so when there is none",
    async run(stage) {
      const nothing = await stage.refusal(stage.client().join("match", { mode: stage.key }));
      const made = await stage.create("match", { mode: stage.key });
      const found = await stage.seat(stage.client().join("match", { mode: stage.key }));
      return [nothing, made.room.roomId === found.room.roomId];
    },
  },
  {
    title: "joinById joins by id, and refuses one that nobody has",
    async run(stage) {
      const { room } = await stage.create("chat");
      const found = await stage.seat(stage.client().joinById(room.roomId, { key: stage.key }));
      const nobody = await stage.refusal(stage.client().joinById("nobodyhas", {}));
      return [found.room.roomId, found.room.name, await found.sees("welcome"), nobody];
    },
  },
  {
    title: "joinById of an id that has a name from every object is refused like any other",
    async run(stage) {
      const ids = ["constructor", "toString", "ev-notanevent"];
      return Promise.all(ids.map((id) => stage.refusal(stage.client().joinById(id, {}))));
    },
  },
  {
    title: "filterBy keeps modes apart",
    async run(stage) {
      const [a, b, c] = [
        await stage.join("match", { mode: `${stage.key} a` }),
        await stage.join("match", { mode: `${stage.key} b` }),
        await stage.join("match", { mode: `${stage.key} a` }),
      ] as const;
      return [a.room.roomId === b.room.roomId, a.room.roomId === c.room.roomId];
    },
  },
  {
    title: "sortBy picks the room with the highest rating",
    async run(stage) {
      const mode = stage.key;
      const made: Seat[] = [];
      for (const rating of [2, 9, 5]) made.push(await stage.create("ranked", { mode, rating }));
      const found = await stage.seat(stage.client().join("ranked", { mode }));
      made[0]?.room.send("rate", 10);
      await made[0]?.sees("rated");
      const next = await stage.seat(stage.client().join("ranked", { mode }));
      const is = (one: Seat) => made.map(({ room }) => room.roomId === one.room.roomId);
      return [is(found), is(next)];
    },
  },
  {
    title: "a full room is not joined: by name another is made, by id it is refused",
    async run(stage) {
      const mode = stage.key;
      const [one, two] = [await stage.join("match", { mode }), await stage.join("match", { mode })];
      const three = await stage.join("match", { mode });
      const byId = await stage.refusal(stage.client().joinById(one.room.roomId, {}));
      return [one.room.roomId === two.room.roomId, three.room.roomId === one.room.roomId, byId];
    },
  },
  {
    title: "a full room is open again when one has left",
    async run(stage) {
      const mode = stage.key;
      const [one, two] = [await stage.join("match", { mode }), await stage.join("match", { mode })];
      await two.room.leave();
      const again = await stage.seat(stage.client().joinById(one.room.roomId, {}));
      return again.room.roomId === one.room.roomId;
    },
  },
  {
    title: "maxClients of one: the second to join by id is refused",
    async run(stage) {
      const one = await stage.create("chat", { maxClients: 1 });
      return [await listing(one), await stage.refusal(stage.client().joinById(one.room.roomId, {}))];
    },
  },
  {
    title: "a locked room is refused by id, and open when it is unlocked",
    async run(stage) {
      const one = await stage.create("chat");
      one.room.send("lock");
      const locked = await listing(one);
      const refused = await stage.refusal(stage.client().joinById(one.room.roomId, {}));
      one.room.send("unlock");
      const unlocked = await listing(one);
      const letIn = await stage.refusal(stage.client().joinById(one.room.roomId, {}));
      return [locked, refused, unlocked, letIn];
    },
  },
  {
    title: "a private room is joined by id only",
    async run(stage) {
      const one = await stage.create("match", { mode: stage.key, rating: 1 });
      const chat = await stage.create("chat", { isPrivate: true });
      const row = await listing(chat);
      const byId = await stage.refusal(stage.client().joinById(chat.room.roomId, {}));
      chat.room.send("private", false);
      return [row, byId, await listing(chat), one.room.name];
    },
  },
  {
    title: "a name that is not defined is refused by every method",
    async run(stage) {
      const methods = ["create", "join", "joinOrCreate"] as const;
      return Promise.all(methods.map((method) => stage.refusal(stage.client()[method]("nonesuch", {}))));
    },
  },
  {
    title: "a room may choose its own id",
    async run(stage) {
      const roomId = `own-${stage.key}`;
      const made = await stage.create("match", { roomId });
      made.room.send("id");
      const found = await stage.seat(stage.client().joinById(roomId, {}));
      return [made.room.roomId === roomId, await made.sees("id"), found.room.roomId === roomId];
    },
  },
  {
    title: "a room's own id is found as it was made a second time",
    async run(stage) {
      const roomId = `twice-${stage.key}`;
      const first = await stage.create("match", { roomId });
      const second = await stage.create("match", { roomId });
      return [first.room.roomId === second.room.roomId, first.room.sessionId === second.room.sessionId];
    },
  },
  {
    title: "ten who come at once share rooms of two",
    async run(stage) {
      const mode = stage.key;
      const seats = await Promise.all(Array.from({ length: 10 }, () => stage.join("match", { mode })));
      const perRoom = new Map<string, number>();
      for (const { room } of seats) perRoom.set(room.roomId, (perRoom.get(room.roomId) ?? 0) + 1);
      return [[...perRoom.values()].every((count) => count <= 2), seats.length];
    },
  },
  {
    title: "options reach onCreate and onJoin as they are, nested and odd ones too",
    async run(stage) {
      const options = {
        deep: { list: [1, { two: null }] },
        event_id: "not ours",
        device_id: 7,
        "": "empty",
        ü: "é",
      };
      await stage.join("chat", { ...options, metadata: { is: stage.key } });
      return stage.notes(2);
    },
  },
  {
    title: "a seat that nobody takes is refused later, and a session id is no key to a room",
    async run(stage) {
      const seat = await stage.create("chat");
      const { roomId, name } = seat.room;
      const asked = { name, roomId, processId: "x", sessionId: "madeup" };
      return stage.refusal(stage.client().consumeSeatReservation(asked));
    },
  },
  {
    title: "a socket to a room that does not exist is refused",
    async run(stage) {
      const asked = { name: "chat", roomId: "nobodyhas", processId: "x", sessionId: "madeup" };
      return stage.refusal(stage.client().consumeSeatReservation(asked));
    },
  },
  {
    title: "the metadata of a room is its own, and can change",
    async run(stage) {
      const seat = await stage.create("chat", { metadata: { level: 1, name: "a" } });
      const first = await listing(seat);
      seat.room.send("metadata", { level: 2 });
      return [first, await listing(seat), await stage.ask("/rooms?name=chat")].slice(0, 2);
    },
  },
  {
    title: "a room that everyone has left is gone",
    async run(stage) {
      const seat = await stage.create("chat");
      await seat.room.leave();
      const notes = await stage.notes(4);
      return [notes, await stage.refusal(stage.client().joinById(seat.room.roomId, {}))];
    },
  },
];
