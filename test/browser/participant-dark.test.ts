// What the participant's page says while nothing comes through: on a path that is dead, after a reload, and while the server
// restarts.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { violationsInEveryLook } from "../../harness/browsers/accessibility.ts";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { freePort } from "../../harness/servers/free-port.ts";
import { FaultProxy } from "../../src/testing/network/fault-proxy.ts";
import type { ParticipantPage } from "./people.ts";
import { Stage } from "./stage.ts";

describeWithChromium("in a browser: the participant's page in the dark", function () {
  this.timeout(90_000);
  let stage: Stage;
  let folder = "";
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-dark-"));
    const PORT = String(await freePort());
    stage = await Stage.open({
      PORT,
      STORE_URL: `file:${join(folder, "holdfast.db")}`,
      GRACE_PERIOD_MS: "120000", // none of these is about a seat that is lost
    });
  });
  after(async () => {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const isSound = async ({ page }: ParticipantPage) =>
    expect(await violationsInEveryLook(page)).to.deep.equal([]);
  const kept = ({ page }: ParticipantPage) => page.locator("[data-test=kept-until]").innerText();

  it("[B72][B82] on a dead path there is no answer, then it is coming back, and then it is here", async () => {
    const scene = stage.scene();
    await scene.open();
    const network = await FaultProxy.start(stage.server.port);
    const ann = await scene.visitor("Ann");
    await ann.page.goto(`${network.url}/?event=${encodeURIComponent(scene.eventId)}`);
    await ann.takeSeat();
    await ann.says("You are here");
    network.strand();
    await ann.is("no-answer");
    await isSound(ann);
    await ann.page.getByText(/^No answer for \d+ s$/).waitFor();
    await ann.is("reconnecting");
    expect(await kept(ann)).to.match(/at least until \d/);
    network.heal();
    await ann.isBack("whole");
    await scene.close();
    await network.close();
  });

  it("[B74][B82] a page that is loaded again without an answer says until when the seat is kept, and is back with one", async () => {
    const scene = stage.scene();
    const ann = await scene.participant("Ann");
    const { joined_at: before } = await scene.seat("Ann");
    await ann.page.route("**/matchmake/**", (route) => route.abort());
    await ann.page.reload();
    await ann.is("coming-back");
    expect(await kept(ann)).to.match(/at least until \d/);
    expect(await ann.page.title()).to.match(/^Coming back · /);
    expect(await ann.page.locator("[data-test=roster]").count(), "nothing is known of the room").to.equal(0);
    await isSound(ann);
    await ann.page.unroute("**/matchmake/**");
    await ann.is("here");
    expect((await scene.seat("Ann")).joined_at).to.equal(before);
    await scene.close();
  });

  it("[B73][B82] while the server restarts no time is taken, and the page says so", async () => {
    const scene = stage.scene();
    const ann = await scene.participant("Ann");
    // What a server says that is about to stop, for as long as it still answers.
    const json = { code: 503, error: "The server is restarting", reason: "draining", retry_after_ms: 1000 };
    await ann.page.route("**/matchmake/**", (route) => route.fulfill({ status: 503, json }));
    stage.server.child.kill("SIGTERM");
    await once(stage.server.child, "exit");
    await ann.is("reconnecting");
    await ann.page
      .getByText("Your seat is kept. No time is taken from you meanwhile.", { exact: true })
      .waitFor();
    expect(await ann.page.locator("[data-test=own-status] [data-test=seconds]").count()).to.equal(0);
    await isSound(ann);
    await stage.restart();
    await ann.page.unroute("**/matchmake/**");
    await ann.isBack("as-is", 30_000);
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
