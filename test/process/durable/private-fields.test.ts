// Private fields over `kill -9`: who comes back sees its own fields as they were stored, and nobody else's.
import { expect } from "chai";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { Dealt, seesItsOwn } from "../../../harness/contracts/private-fields.ts";
import { freePort } from "../../../harness/servers/free-port.ts";
import { startServer } from "../../../harness/servers/server-process.ts";
import { temporaryStore } from "../../../harness/servers/temporary-store.ts";
import { until } from "../../../harness/wait.ts";

describe("private fields over kill -9", function () {
  this.timeout(60_000);

  it("[G17] [G20] the SDK by itself, a token and a join: its own as they were stored, and nobody else's", async () => {
    const env = { PORT: String(await freePort()), STORE_URL: temporaryStore() };
    const start = () => startServer(env, "harness/servers/programs/card-server.ts");
    let server = await start();
    const event = newEvent();
    const people = [identity(event), identity(event), identity(event)];
    const dealt = people.map(({ device_id }) => new Dealt(device_id));
    const phones = await Promise.all(people.map((me) => Phone.join(server.url, me)));
    const dealAll = () => {
      for (const own of dealt) phones[0]?.room.send("deal", own.next());
    };
    const allSee = async (when: string) => {
      for (const [i, own] of dealt.entries())
        await seesItsOwn(`${when}, ${i}`, () => phones[i]?.participants(), own, phones.length);
    };
    try {
      for (let i = 0; i < 4; i++) dealAll();
      await allSee("before");
      phones.push(await Phone.join(server.url, identity(event))); // a seat that is stored, and so is what was shown before it
      const token = phones[1]?.room.reconnectionToken ?? "";
      for (const phone of phones.slice(1)) phone.room.reconnection.enabled = false;
      await server.kill();
      server = await start();
      await until("the SDK came back", () => phones[0]?.reconnections === 1, 30_000);
      phones[1] = await Phone.reconnect(server.url, token);
      phones[2] = await Phone.join(server.url, people[2] ?? {});
      await allSee("after");
      dealAll();
      await allSee("as a patch");
      expect(phones[0]?.closedWith).to.equal(undefined);
    } finally {
      await server.kill();
    }
  });
});
