// What a page can say of its connection before anything is given up.
import { expect } from "chai";
import { connected, type Rig, rigged } from "../../../harness/clients/fakes/fake-session.ts";

const signs = { intervalMs: 3000, detectionMs: 9000 };

/** A connection that has learned of signs of life, and what is said of it from then on. */
async function withSigns(): Promise<Rig & { readonly told: string[]; readonly stop: () => number }> {
  const rig = await connected();
  const stop = rig.server.showLife(rig.environment, signs);
  rig.server.last.close(1006);
  await rig.environment.advance(90_000); // long enough to be good again
  const told: string[] = [];
  rig.session.on("quality", (quality) => told.push(`${quality} ${rig.session.status}`));
  return { ...rig, told, stop };
}

describe("what a page can say of its connection", () => {
  it("[C32] none before it is connected, then good; both are announced, and hold already when the status is", async () => {
    const { environment, session } = rigged();
    expect(session.quality).to.equal("none");
    const told: string[] = [];
    session.on("quality", (quality) => told.push(quality));
    session.on("status", ({ status }) => told.push(`${status} ${session.quality}`));
    await environment.advance(10);
    await session.leave();
    expect(told).to.deep.equal(["good", "connected good", "none", "left none"]);
    expect(environment.timers).to.equal(0);
  });

  it("[C32] no answer from 4 s after the last word on, which nothing is torn down by; unsteady for a minute after it", async () => {
    const { environment, server, session, told, stop } = await withSigns();
    expect(session.quality).to.equal("good");
    server.isSilent = true;
    const lastAt = stop();
    await environment.advance(lastAt + 3999 - environment.now());
    expect(told).to.deep.equal([]);
    await environment.advance(1);
    expect(told).to.deep.equal(["no_answer connected"]);
    expect(session.serverNow() - (session.lastReceivedAt ?? 0)).to.equal(4000);
    await environment.advance(3000);
    server.last.message("sign_of_life", undefined);
    server.isSilent = false;
    server.showLife(environment, signs);
    expect(session.quality).to.equal("unsteady");
    expect(server.connections.length).to.equal(2);
    await environment.advance(59_900);
    expect(session.quality).to.equal("unsteady");
    await environment.advance(100);
    expect(told.slice(1)).to.deep.equal(["unsteady connected", "good connected"]);
  });

  it("[C32] while the connection is won back there is none, and it is unsteady when it is back", async () => {
    const { environment, server, session, told } = await withSigns();
    server.last.close(1006);
    expect(session.quality).to.equal("none");
    await environment.advance(1000);
    expect(told).to.deep.equal(["none reconnecting", "unsteady connected"]);
  });

  it("[C32] signs of life that are further apart are waited for a second longer", async () => {
    const { environment, server, session } = await connected();
    const stop = server.showLife(environment, { intervalMs: 4500, detectionMs: 13_500 });
    server.last.close(1006);
    await environment.advance(30_000);
    server.isSilent = true;
    const lastAt = stop();
    await environment.advance(lastAt + 5400 - environment.now());
    expect(session.quality).to.equal("unsteady");
    await environment.advance(200);
    expect(session.quality).to.equal("no_answer");
  });

  it("[C32] of a room without signs of life a hidden page knows nothing until it has asked", async () => {
    const { environment, server, session } = await connected();
    environment.hidden = true;
    await environment.advance(10_050); // a beat has just been answered
    server.isSilent = true;
    await environment.advance(9800);
    expect(session.quality).to.equal("good");
    await environment.advance(1500);
    expect(session.quality).to.equal("no_answer");
  });

  it("[C32] a page that stood still, or slept, does not say so before what came meanwhile can be read", async () => {
    for (const isSleep of [false, true]) {
      const { environment, server, session, told, stop } = await withSigns();
      stop();
      await environment.stall(60_000, { isSleep });
      await environment.advance(500);
      server.last.message("sign_of_life", undefined);
      server.showLife(environment, signs);
      await environment.advance(5000);
      expect(told, String(isSleep)).to.deep.equal([]);
      expect(session.status).to.equal("connected");
    }
  });
});
