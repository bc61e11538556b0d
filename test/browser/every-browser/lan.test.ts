import { networkInterfaces } from "node:os";
import { expect } from "chai";
import { describeInEveryBrowser } from "../../../harness/browsers/every-browser.ts";
import { ParticipantTab } from "./people.ts";
import { Stage } from "./stage.ts";

/** An address of this machine by which others in its network reach it. */
function lanAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((own) => own ?? []);
  const found = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
  if (found === undefined) throw new Error("this machine is in no network, so that there is no LAN address");
  return found.address;
}

describeInEveryBrowser("plain http on a LAN address", (browser) => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open(browser, { HOST: "0.0.0.0" });
  });
  afterEach(() => stage.clear());
  after(() => stage.close());

  it("[B139] all works but what a browser keeps for secure contexts: join, reload, second tab, return", async () => {
    const url = `http://${lanAddress()}:${new URL(stage.url).port}`;
    const event = await stage.event();
    const device = await stage.device();
    const ann = new ParticipantTab(await device.newTab(), url, "Ann");
    await ann.openEvent(event.id);
    expect(await ann.tab.evaluate(() => isSecureContext)).to.equal(false);
    expect(await ann.tab.evaluate(() => "serviceWorker" in navigator)).to.equal(false);
    await ann.takeSeat();
    await ann.is("here");
    const before = event.seat("Ann")?.joined_at;
    await ann.tab.reload();
    await ann.is("here");
    await event.sees("Ann", "connected");
    expect(event.seat("Ann")?.joined_at).to.equal(before);
    const second = new ParticipantTab(await device.newTab(), url, "Ann");
    await second.openEvent(event.id);
    await second.is("here");
    await ann.is("replaced");
    await ann.tab.click("take-back");
    await ann.is("here");
    await stage.stopServer();
    await ann.is("no-answer", "reconnecting", "coming-back");
    await stage.startServer();
    await ann.is("here");
    const later = await stage.event(event.id);
    await later.sees("Ann", "connected");
    expect(later.seat("Ann")?.joined_at).to.equal(before);
    expect(stage.complaints).to.deep.equal([]);
  });
});
