// What a room and its clients say to each other, in which order.
import type { Check, Stage } from "../stage.ts";

async function pair(stage: Stage, name = "chat") {
  const one = await stage.create(name);
  const other = await stage.seat(stage.client().joinById(one.room.roomId, { key: stage.key }));
  await one.sees("welcome");
  await other.sees("welcome");
  return [one, other] as const;
}

export const messages: readonly Check[] = [
  {
    title: "a message is answered, with every kind of value",
    async run(stage) {
      const seat = await stage.create("chat");
      const values = [0, -1.5, "text", "", null, true, [1, [2]], { a: { b: "ü" } }, undefined];
      for (const value of values) seat.room.send("echo", value);
      return seat.until("echo", values.length);
    },
  },
  {
    title: "bytes come and go as they are",
    async run(stage) {
      const seat = await stage.create("chat");
      seat.room.send("bytes");
      const [bytes] = await seat.sees("bytes");
      seat.room.sendBytes("blob", Uint8Array.from([0, 9, 255]));
      return [[...(bytes as Uint8Array)], await seat.sees("blob")];
    },
  },
  {
    title: "numbers are message types, too",
    async run(stage) {
      const seat = await stage.create("chat");
      seat.room.send(7, "seven");
      return seat.until("8");
    },
  },
  {
    title: "what no handler is for goes to the wildcard",
    async run(stage) {
      const seat = await stage.create("chat");
      seat.room.send("unheard", { of: 1 });
      seat.room.send(99);
      return seat.until("any", 2);
    },
  },
  {
    title: "a room without a wildcard closes for an unknown type",
    async run(stage) {
      const seat = await stage.create("ask");
      seat.room.send("unheard", 1);
      return seat.until("! leave");
    },
  },
  {
    title: "onMessage in onCreate works beside `messages`",
    async run(stage) {
      const seat = await stage.create("chat");
      seat.room.send("fixed");
      return seat.until("fixed");
    },
  },
  {
    title: "broadcast reaches everyone, and everyone but one",
    async run(stage) {
      const [one, other] = await pair(stage);
      one.room.send("say", "to all");
      one.room.send("others", "to the other");
      one.room.send("say", "the end");
      return [await one.until("said", 2), await other.until("said", 2)];
    },
  },
  {
    title: "the playground's list of message types",
    async run(stage) {
      const seat = await stage.create("chat");
      const types = await new Promise((resolve) =>
        seat.room.onMessage("__playground_message_types", resolve),
      );
      return types;
    },
  },
  {
    title: "a hundred messages come in order",
    async run(stage) {
      const seat = await stage.create("chat");
      seat.room.send("many", 100);
      return seat.until("one", 100);
    },
  },
  {
    title: "messages of two clients are told apart, and those of one stay in order",
    async run(stage) {
      const [one, other] = await pair(stage);
      for (let no = 0; no < 20; no++) one.room.send("say", String(no));
      other.room.send("who");
      await other.sees("who");
      return one.until("said", 20).then((seen) => seen.filter(([name]) => name === "said"));
    },
  },
  {
    title: "the room's clock ticks",
    async run(stage) {
      const seat = await stage.create("chat");
      seat.room.send("count");
      return seat.until("tick", 3);
    },
  },
  {
    title: "a room's own error reaches onError",
    async run(stage) {
      const seat = await stage.create("chat");
      seat.room.send("error");
      return seat.until("! error");
    },
  },
  {
    title: "a request is answered, at once or later, with something or nothing",
    async run(stage) {
      const { room } = await stage.create("ask");
      return [
        await room.request("double", 21),
        await room.request("later", "x"),
        (await room.request("nothing")) ?? null,
      ];
    },
  },
  {
    title: "a request is rejected, fails, or has no handler",
    async run(stage) {
      const { room } = await stage.create("ask");
      const names = ["no", "throws", "rejects", "unheard"];
      const errors = [];
      for (const name of names)
        errors.push(
          await room.request(name).then(
            () => "answered",
            (error: Record<string, unknown>) => [error.name, error.message, error.code, error.reason],
          ),
        );
      return errors;
    },
  },
  {
    title: "a validated message has its defaults, and its answer",
    async run(stage) {
      const seat = await stage.create("ask");
      seat.room.send("move", { x: 2 });
      return [await seat.sees("moved"), await seat.room.request("move", { x: 3, y: 4 })];
    },
  },
  {
    title: "a message that its schema does not allow closes the connection",
    async run(stage) {
      const seat = await stage.create("ask");
      seat.room.send("move", { x: -1 });
      return seat.until("! leave");
    },
  },
  {
    title: "a request that its schema does not allow is rejected",
    async run(stage) {
      const { room } = await stage.create("ask");
      return room.request("move", { x: "no" }).then(
        () => "answered",
        (error: Error) => [error.name, error.message],
      );
    },
  },
  {
    title: "a frame of 3 KB is taken, and one of 5 KB closes the connection",
    async run(stage) {
      const seat = await stage.create("chat");
      seat.room.send("echo", "x".repeat(3000));
      const [echo] = await seat.sees("echo");
      seat.room.reconnection.enabled = false;
      seat.room.send("echo", "x".repeat(5000));
      return [String(echo).length, await seat.until("! leave").then((seen) => seen.slice(2))];
    },
  },
];
