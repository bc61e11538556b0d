// Coming back by the framework's own means, and every way of going.
import { until } from "../../wait.ts";
import type { Check, Seat, Stage } from "../stage.ts";

async function holder(stage: Stage, options: object = {}): Promise<Seat> {
  const seat = await stage.create("hold", { name: "Ann", ...options });
  await until("the first state", () => seat.room.state !== undefined);
  return seat;
}

const guest = async (stage: Stage, { room }: Seat): Promise<Seat> => {
  const seat = await stage.seat(stage.client().joinById(room.roomId, { key: stage.key, name: "Bo" }));
  seat.room.send("who");
  await seat.sees("who");
  return seat;
};

/** A client that is cut, and comes too late with its token; what everyone saw of it. */
async function heldFor(stage: Stage, holdS: number) {
  const seat = await holder(stage, { holdS });
  const other = await guest(stage, seat);
  seat.room.reconnection.enabled = false;
  seat.cut();
  const notes = await stage.notes(4);
  return [notes, await stage.refusal(stage.client().reconnect(seat.room.reconnectionToken)), other.room.name];
}

export const reconnection: readonly Check[] = [
  {
    title: "a dropped client comes back by itself, with its session and its data",
    async run(stage) {
      const seat = await holder(stage, { holdS: 10 });
      seat.room.send("remember", { a: 1 });
      seat.room.send("who");
      const before = await seat.sees("who");
      seat.cut();
      await seat.sees("! reconnect");
      seat.room.send("who");
      return [before, await seat.sees("who", 2), seat.seen.map(([name]) => name), await stage.notes(3)];
    },
  },
  {
    title: "it comes back again and again",
    async run(stage) {
      const seat = await holder(stage, { holdS: 10 });
      for (let times = 1; times <= 3; times++) {
        seat.cut();
        await seat.sees("! reconnect", times);
        seat.room.send("who");
        await seat.sees("who", times);
      }
      return [seat.seen.map(([name]) => name), await stage.notes(7)];
    },
  },
  {
    title: "what was sent while away arrives, and what others said meanwhile does not",
    async run(stage) {
      const seat = await holder(stage, { holdS: 10 });
      const other = await guest(stage, seat);
      seat.room.reconnection.minDelay = 2500; // until the others have spoken
      seat.cut();
      await stage.notes(3);
      other.room.send("say", "while it was away");
      await other.sees("said");
      seat.room.send("say", "from far");
      await other.sees("said", 2);
      return [await seat.until("said"), other.seen.filter(([name]) => name === "said")];
    },
  },
  {
    title: "the state is as it is now, after a return",
    async run(stage) {
      const seat = await holder(stage, { holdS: 10 });
      const other = await guest(stage, seat);
      seat.room.reconnection.minDelay = 300;
      seat.cut();
      await stage.notes(3);
      other.room.send("round", 42);
      await seat.sees("! reconnect");
      const round = () => (seat.room.state as { round?: number }).round;
      await until("the round", () => round() === 42);
      return JSON.parse(JSON.stringify(seat.room.state));
    },
  },
  {
    title: "another client comes back with the token",
    async run(stage) {
      const seat = await holder(stage, { holdS: 10 });
      const { reconnectionToken, sessionId } = seat.room;
      seat.room.reconnection.enabled = false;
      seat.cut();
      await stage.notes(2);
      const back = await stage.seat(stage.client().reconnect(reconnectionToken));
      back.room.send("who");
      return [back.room.sessionId === sessionId, await back.sees("who"), await stage.notes(3)];
    },
  },
  {
    title: "a token takes over from a connection that is still open",
    async run(stage) {
      const seat = await holder(stage, { holdS: 10 });
      const { reconnectionToken } = seat.room;
      seat.room.reconnection.enabled = false;
      const back = await stage.seat(stage.client().reconnect(reconnectionToken));
      back.room.send("who");
      return [await back.sees("who"), await seat.until("! leave"), await stage.notes(3)];
    },
  },
  {
    title: "a wrong, a used and an odd token are refused",
    async run(stage) {
      const seat = await holder(stage, { holdS: 10 });
      const { roomId, reconnectionToken } = seat.room;
      seat.cut();
      await seat.sees("! reconnect");
      const asked = [`${roomId}:wrong`, reconnectionToken, "nobodyhas:token", "odd"];
      const refusals = [];
      for (const token of asked)
        refusals.push(await stage.refusal(Promise.resolve().then(() => stage.client().reconnect(token))));
      return refusals;
    },
  },
  {
    title: "a seat that is not held is left at once, and its token refused",
    run: (stage) => heldFor(stage, 0),
  },
  {
    title: "a hold runs out",
    run: (stage) => heldFor(stage, 0.3),
  },
  {
    title: "a hold that the room ends by hand",
    async run(stage) {
      const seat = await holder(stage, { isManual: true });
      const other = await guest(stage, seat);
      seat.room.reconnection.enabled = false;
      seat.cut();
      await stage.notes(3);
      other.room.send("release");
      return stage.notes(4);
    },
  },
  {
    title: "the SDK gives up where nobody holds the seat",
    async run(stage) {
      const seat = await holder(stage, { holdS: 0 });
      await guest(stage, seat);
      seat.cut();
      return (await seat.until("! leave")).map(([name, code]) => [name, code]);
    },
  },
  {
    title: "leaving on purpose: onLeave with 4000, at once",
    async run(stage) {
      const seat = await holder(stage);
      const code = await seat.room.leave();
      return [code, await stage.notes(3)];
    },
  },
  {
    title: "leaving without consent: a drop",
    async run(stage) {
      const seat = await holder(stage, { holdS: 0 });
      seat.room.reconnection.enabled = false;
      void seat.room.leave(false);
      return stage.notes(4);
    },
  },
  {
    title: "client.leave with and without a code",
    async run(stage) {
      const [one, two, three] = [
        await stage.create("chat"),
        await stage.create("chat"),
        await stage.create("chat"),
      ];
      one.room.send("leave", 4321);
      two.room.send("leave");
      three.room.send("leave", 4001);
      return [await one.until("! leave"), await two.until("! leave"), await three.until("! leave")];
    },
  },
  {
    title: "a client that the room closes is dropped, and may be held",
    async run(stage) {
      const seat = await holder(stage, { holdS: 0 });
      const other = await guest(stage, seat);
      other.room.send("kick", seat.room.sessionId);
      return [await seat.until("! leave"), await stage.notes(4)];
    },
  },
  {
    title: "room.disconnect closes everyone, with a code or without",
    async run(stage) {
      const [one, other] = [
        await stage.create("chat"),
        await stage.create("chat", { key: `${stage.key}-2` }),
      ];
      one.room.send("disconnect", 4555);
      other.room.send("disconnect");
      const seen = [await one.until("! leave"), await other.until("! leave")];
      return [seen, await stage.notes(4), await stage.notes(4, { key: `${stage.key}-2` })];
    },
  },
  {
    title: "room.disconnect ends what is held",
    async run(stage) {
      const seat = await holder(stage, { holdS: 10 });
      const other = await guest(stage, seat);
      seat.room.reconnection.enabled = false;
      seat.cut();
      await stage.notes(3);
      other.room.send("disconnect");
      return [(await other.until("! leave")).at(-1), await stage.notes(6)];
    },
  },
];
