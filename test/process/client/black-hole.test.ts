// Our client in a hole that lasts: 45 s of real time, because that is what the rule is about.
import { expect } from "chai";
import { joinEvent } from "../../../src/client/index.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { newEvent } from "../../../harness/clients/phone.ts";
import { startApp } from "../../../harness/servers/app.ts";
import { now, quiet } from "../../../harness/wait.ts";

describe("our client in a black hole", function () {
  this.timeout(90_000);

  it("[C15] 45 s under an open socket: noticed within 10 s, back within 2 s of the path's return", async () => {
    const app = await startApp({ config: { gracePeriodMs: 30_000, heartbeatIntervalMs: 10_000 } });
    const proxy = await app.proxy();
    const session = joinEvent({ url: proxy.url, eventId: newEvent(), storage: new FakeStorage() });
    await session.joined();
    await quiet(500);
    const noticed = new Promise<number>((resolve) => session.on("outage", () => resolve(now())));
    const returned = new Promise<number>((resolve) => session.on("returned", () => resolve(now())));
    const beganAt = now();
    proxy.strand();
    await quiet(45_000);
    const healedAt = now();
    proxy.heal();
    expect((await noticed) - beganAt).to.be.at.most(10_000);
    expect((await returned) - healedAt).to.be.at.most(2000);
    await session.leave();
    await app.close();
  });
});
