// One server in a process, because Colyseus has one matchmaker in it.
import { createServer } from "node:net";
import { once } from "node:events";
import { expect } from "chai";
import { createApp, EventRoom, MemoryStore } from "../../../src/holdfast.ts";
import { startApp } from "../../../harness/servers/app.ts";
import { identity, Phone } from "../../../harness/clients/phone.ts";

class FirstRoom extends EventRoom {
  override messages = { which: () => "first" };
}
class SecondRoom extends EventRoom {
  override messages = { which: () => "second" };
}
const config = { host: "127.0.0.1", storeUrl: "memory:", logLevel: "silent" as const };
const sentence = /^createApp: another app of this process is open, .*; close\(\) it first$/;

describe("a second app in a process", () => {
  it("[R18] is refused while the first is open, and leaves its rooms as they are", async () => {
    const first = await startApp({ room: FirstRoom });
    try {
      expect(() => createApp({ room: SecondRoom, config })).to.throw(Error, sentence);
      expect(() =>
        createApp({ room: SecondRoom, config: { ...config, storeUrl: "no such store" } }),
      ).to.throw(Error, sentence);
      const phone = await Phone.join(first.url, identity());
      expect(await phone.room.request("which")).to.equal("first");
    } finally {
      await first.close();
    }
    await first.close(); // once more, later, takes nothing from the next
    const second = await startApp({ room: SecondRoom });
    try {
      await first.close();
      expect(() => createApp({ config })).to.throw(Error, sentence);
      const phone = await Phone.join(second.url, identity());
      expect(await phone.room.request("which")).to.equal("second");
    } finally {
      await second.close();
    }
  });

  it("[R18] is let in after one that could not be built, could not start, or was closed before it started", async () => {
    expect(() => createApp({ config: { ...config, storeUrl: "no such store" } })).to.throw(/URL/);
    class Wrong extends EventRoom {
      override onLeave = () => {};
    }
    expect(() => createApp({ room: Wrong, config })).to.throw(TypeError, "onLeave");

    const neverStarted = createApp({ config });
    expect(() => createApp({ config })).to.throw(Error, sentence);
    await neverStarted.close();

    const port = createServer().listen(0, "127.0.0.1");
    await once(port, "listening");
    const { port: number } = port.address() as { port: number };
    const noPort = createApp({ config });
    const failed = await noPort.listen(number).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    port.close();

    class Shut extends MemoryStore {
      override open(): Promise<void> {
        return Promise.reject(new Error("the store is shut"));
      }
    }
    const noStore = createApp({ config, store: new Shut() });
    expect(await noStore.listen(0).catch((error: Error) => error.message)).to.equal("the store is shut");

    const app = await startApp({ room: SecondRoom });
    const phone = await Phone.join(app.url, identity());
    expect(await phone.room.request("which")).to.equal("second");
    await app.close();
  });
});
