// What the own page says beside what a witness is told: in real time, because that is what the rules are about.
import { expect } from "chai";
import { joinEvent, type Outage } from "../../../src/client/index.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { WatchedOutage, type Play, type Watched } from "../../../harness/clients/watched-outage.ts";
import { newEvent, Phone } from "../../../harness/clients/phone.ts";
import { startServer } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";

describe("a page beside a witness", function () {
  this.timeout(90_000);
  let app: TestApp;
  before(async () => {
    app = await startApp({
      config: { gracePeriodMs: 30_000, heartbeatIntervalMs: 10_000, pingIntervalMs: 3000, pingMaxRetries: 2 },
    });
  });
  after(() => app.close());

  async function watch(as: "hole" | "reset", lengthMs: number, more: Partial<Play> = {}): Promise<Watched> {
    const network = await app.proxy();
    const watched = await WatchedOutage.join(app.url, network.url, newEvent());
    const result = await watched.play({
      begin: () => (as === "hole" ? network.strand() : network.reset({ refuse: true })),
      end: () => network.heal(),
      lengthMs,
      detectionMs: 9000,
      toleranceMs: 3000, // server, proxy and page are one process: what holds one up holds all up
      ...more,
    });
    await watched.leave();
    return result;
  }
  const toldTo = ({ told }: Watched, who: "own" | "witness") =>
    told.filter(({ by }) => by === who).map(({ what }) => what);

  it("[C36] [C33] in a hole of 12 s it is reconnecting within 3 s of the witness's word, here within 3 s, and promises no more than the server keeps", async () => {
    const watched = await watch("hole", 12_000);
    expect(watched.broken).to.deep.equal([]);
    expect(toldTo(watched, "own").slice(0, 3)).to.deep.equal(["no_answer", "none", "reconnecting"]);
    expect(toldTo(watched, "witness").slice(0, 2)).to.deep.equal([
      "participant_temporarily_disconnected",
      "participant_reconnected",
    ]);
  });

  it("[C36] [C33] so it is when the connection is reset for 5 s", async () => {
    const watched = await watch("reset", 5000);
    expect(watched.broken).to.deep.equal([]);
    expect(toldTo(watched, "own")).to.include("reconnecting").and.not.include("no_answer");
    expect(toldTo(watched, "witness")).to.include("participant_reconnected");
  });

  it("[C36] [C32] a hole of 5 s, which is shorter than the room bears, is no absence for anybody", async () => {
    const watched = await watch("hole", 5000, { isShort: true });
    expect(watched.broken).to.deep.equal([]);
    expect(toldTo(watched, "witness")).not.to.include("participant_temporarily_disconnected");
    expect(toldTo(watched, "own")).not.to.include("reconnecting");
  });

  it("[C37] [C33] a server that is told to stop says so to who asked for signs of life, and to nobody else", async () => {
    const server = await startServer({});
    const event_id = newEvent();
    const session = joinEvent({ url: server.url, eventId: event_id, storage: new FakeStorage() });
    await session.joined();
    const stock = await Phone.join(server.url, { event_id, role: "observer" });
    await until(
      "an answer that says how often",
      () => session.quality === "good" && stock.participants()?.size === 1,
    );
    const outage = new Promise<Outage>((resolve) => session.on("outage", resolve));
    server.child.kill("SIGTERM");
    expect((await outage).reason).to.equal("server_restart");
    expect(session.state.keptSeat).to.include({ deadline: "paused", since: session.state.outage?.since });
    await until("the stock client's end", () => stock.drops.length > 0 || stock.closedWith !== undefined);
    expect(stock.heard.map(({ type }) => type)).not.to.include("server_stops");
    session.close();
    stock.room.reconnection.enabled = false;
    await server.kill();
  });
});
