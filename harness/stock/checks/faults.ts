// Rooms that fail: what a client is told, and that the others go on.
import type { Check, Stage } from "../stage.ts";

const faulty = (stage: Stage, options: object) =>
  stage.client().create("faulty", { key: stage.key, ...options });

export const faults: readonly Check[] = [
  {
    title: "onCreate that throws refuses the join",
    async run(stage) {
      return [await stage.refusal(faulty(stage, { failAt: "create" })), await stage.notes(2)];
    },
  },
  {
    title: "onCreate that throws with codes",
    async run(stage) {
      const refusals = [];
      for (const code of [403, 418, 4321, 523]) refusals.push(await stage.refusal(faulty(stage, { code })));
      return refusals;
    },
  },
  {
    title: "onJoin that throws refuses the join",
    async run(stage) {
      const refused = (await stage.refusal(faulty(stage, { failAt: "join" }))) as object;
      return [refused, await stage.notes(3)];
    },
  },
  {
    title: "onDrop that throws leaves",
    async run(stage) {
      const seat = await stage.seat(faulty(stage, { failAt: "drop" }));
      seat.room.reconnection.enabled = false;
      seat.cut();
      return stage.notes(3);
    },
  },
  {
    title: "onLeave that throws is reported, and the room goes",
    async run(stage) {
      const seat = await stage.seat(faulty(stage, { failAt: "leave" }));
      await seat.room.leave();
      return stage.notes(3);
    },
  },
  {
    title: "onDispose that throws is reported",
    async run(stage) {
      const seat = await stage.seat(faulty(stage, { failAt: "dispose" }));
      await seat.room.leave();
      return stage.notes(3);
    },
  },
  {
    title: "a message handler that throws is reported, and the client stays",
    async run(stage) {
      const seat = await stage.seat(faulty(stage, {}));
      seat.room.send("boom");
      await seat.sees("uncaught");
      seat.room.send("boom");
      return [await seat.until("uncaught", 2), await stage.notes(2)];
    },
  },
  {
    title: "a timer of the room's clock that throws is reported",
    async run(stage) {
      const seat = await stage.seat(faulty(stage, { failAt: "timer" }));
      seat.room.send("timer");
      return [await seat.until("uncaught"), await stage.notes(1)];
    },
  },
];
