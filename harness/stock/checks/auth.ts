// What a room's own onAuth is told, and what becomes of its answer.
import type { Check, Stage } from "../stage.ts";

function knock(stage: Stage, answer: string, options: object = {}, headers: Record<string, string> = {}) {
  return stage.client(undefined, headers).joinOrCreate("door", { key: stage.key, answer, ...options });
}

export const auth: readonly Check[] = [
  {
    title: "onAuth gets the token, the options, the address and the headers",
    async run(stage) {
      const client = stage.client(undefined, { "x-game": "agent 1", origin: "https://a.example" });
      client.auth.token = "a token";
      const seat = await stage.seat(client.joinOrCreate("door", { key: stage.key, name: "Ann" }));
      seat.room.send("who");
      return [await seat.sees("who"), await stage.notes(2)];
    },
  },
  {
    title: "onAuth without a token, and behind a proxy",
    async run(stage) {
      const seat = await stage.seat(
        knock(stage, "object", { name: "Bo" }, { "x-forwarded-for": "203.0.113.9" }),
      );
      seat.room.send("who");
      return [await seat.sees("who"), await stage.notes(2)];
    },
  },
  {
    title: "onAuth that says true lets in, without data",
    async run(stage) {
      const seat = await stage.seat(knock(stage, "true"));
      seat.room.send("who");
      return [await seat.sees("who"), await stage.notes(2)];
    },
  },
  {
    title: "onAuth that says false refuses",
    async run(stage) {
      return [await stage.refusal(knock(stage, "false")), await stage.notes(1)];
    },
  },
  {
    title: "onAuth that throws refuses with its code and sentence",
    run: (stage) => stage.refusal(knock(stage, "throw")),
  },
  {
    title: "onAuth that throws an error without a code",
    run: (stage) => stage.refusal(knock(stage, "odd")),
  },
  {
    title: "onAuth is asked by create, join and joinById, too",
    async run(stage) {
      const options = { key: stage.key, name: "Cy" };
      const made = await stage.seat(stage.client().create("door", options));
      await stage.seat(stage.client().join("door", options));
      await stage.seat(stage.client().joinById(made.room.roomId, options));
      const refused = await stage.refusal(
        stage.client().joinById(made.room.roomId, { ...options, answer: "throw" }),
      );
      return [refused, (await stage.notes(7)).length];
    },
  },
];
