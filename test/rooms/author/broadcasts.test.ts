// A room author's messages to everyone, over real sockets; test/pure/sync/write-queue.test.ts has the queue's own rules.
import "../../../harness/clients/use-ws.ts"; // before the SDK
import { expect } from "chai";
import { type Client, closeCodes, defineEventState, EventRoom, t } from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { quiet, until } from "../../../harness/wait.ts";

describe("broadcasts", () => {
  let app: TestApp;
  afterEach(() => app.close());

  it("[E22] over real sockets: words, an answer, a changed state and a goodbye come in the order in which they were said", async () => {
    const schema = defineEventState({ event: { round: t.number().default(0) } });
    class Speaker extends EventRoom<typeof schema> {
      override schema = schema;
      override messages = {
        speak: (client: Client) => {
          this.broadcast("said", 1);
          client.send("said", 2);
          this.broadcast("said", 3);
          this.state.round = 1;
          this.broadcastPatch();
          this.broadcast("said", 4);
          client.leave(4002, "that was all");
        },
      };
    }
    app = await startApp({ room: Speaker });
    const ann = identity();
    const [speaker, other] = [
      await Phone.join(app.url, ann),
      await Phone.join(app.url, identity(ann.event_id)),
    ];
    const heard = [speaker, other].map(({ room }) => {
      const words: unknown[] = [];
      room.onMessage("said", (word) => words.push([word, room.state.round]));
      return words;
    });
    let code: number | undefined;
    speaker.room.onLeave((closed) => (code = closed));
    speaker.room.reconnection.enabled = false;
    await quiet(250); // longer than patches are ever apart: the one that is asked for comes at once
    speaker.room.send("speak");
    await until("the goodbye has come", () => code !== undefined);
    await until("the others have heard it all", () => heard[1]?.length === 3);
    expect([code, heard]).to.deep.equal([
      4002,
      [
        [
          [1, 0],
          [2, 0],
          [3, 0],
          [4, 1],
        ],
        [
          [1, 0],
          [3, 0],
          [4, 1],
        ],
      ],
    ]);
  });

  it("[E22] what is broadcast right before the room goes reaches everyone before the close", async () => {
    class Farewell extends EventRoom {}
    app = await startApp({ room: Farewell });
    for (const code of [undefined, closeCodes.comeBack.code]) {
      const ann = identity();
      const eventId = ann.event_id as string;
      const phones = [await Phone.join(app.url, ann)];
      for (let i = 0; i < 2; i++) phones.push(await Phone.join(app.url, identity(eventId)));
      for (const { room } of phones) room.reconnection.enabled = false;
      const room = app.room(eventId) as Farewell;
      room.broadcast("bye");
      void room.disconnect(code);
      await until("all are closed", () => phones.every(({ closedWith }) => closedWith !== undefined));
      expect(phones.map(({ heard }) => heard.at(-1)?.type)).to.deep.equal(["bye", "bye", "bye"]);
    }
  });
});
