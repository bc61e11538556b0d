// What a stranger says that it has of the state, as our client does after a drop. Real sockets, and clients that say anything.
import { expect } from "chai";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";
import { acknowledgementOf } from "../../../src/protocol/session.ts";

describe("hostile acknowledgements", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  /** What is sent from now on to those who have just acknowledged: the kind of message, and its bytes. */
  function firstStates(app: TestApp, eventId: string): { kind: number; length: number }[] {
    const serializer = Reflect.get(app.room(eventId) as object, "_serializer") as {
      getFullState(client: unknown): Buffer;
    };
    const sent: { kind: number; length: number }[] = [];
    const getFullState = serializer.getFullState.bind(serializer);
    serializer.getFullState = (client) => {
      const bytes = getFullState(client);
      sent.push({ kind: bytes[0] as number, length: bytes.length });
      return bytes;
    };
    return sent;
  }

  it("[P13] a stranger to the state is sent the whole, whatever it says that it has; nobody is hurt", async () => {
    const event = newEvent();
    await Promise.all(
      Array.from({ length: 20 }, () => RawClient.join(app.url, identity(event), { isDeaf: true })),
    );
    const asker = await Phone.join(app.url, identity(event));
    asker.room.send("presence_resume");
    const answer = () => asker.heard.find(({ type }) => type === "presence_resumed")?.payload;
    const { epoch, patch } = (await until("an answer", answer)) as { epoch: number; patch: number };
    expect(patch).to.be.greaterThan(0);
    const sent = firstStates(app, event);
    for (const claim of [
      acknowledgementOf({ epoch, patch: 1_000_000 }),
      acknowledgementOf({ epoch: epoch + 1, patch: 1 }),
      acknowledgementOf({ epoch, patch: -5 }),
      acknowledgementOf({ epoch: Number.NaN, patch: Number.NaN }),
      Uint8Array.of(10, 1, 2, 3),
      new Uint8Array(4000).fill(10),
    ]) {
      const raw = await RawClient.join(app.url, identity(event), { acknowledges: false });
      raw.socket.send(claim);
      await until("its first state", () => raw.codes.includes(14));
      expect(sent.at(-1)?.kind).to.equal(14);
      expect(raw.closedWith).to.equal(undefined);
    }
  });
});
