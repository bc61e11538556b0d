import { expect } from "chai";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { now, until } from "../../harness/wait.ts";
import { Stage, printedCode, type Scene } from "./stage.ts";

const graceMs = 30_000;

/** A device whose clock is an hour off, as its pages see it. */
function shiftClock(): void {
  const shiftMs = 3_600_000;
  const RealDate = Date;
  window.Date = class extends RealDate {
    constructor(...given: [] | [string | number | Date]) {
      if (given.length === 0) super(RealDate.now() + shiftMs);
      else super(...given);
    }
    static override now(): number {
      return RealDate.now() + shiftMs;
    }
  } as DateConstructor;
}

describeWithChromium("in a browser: the host dashboard", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  /** Ann is away for good; Bob and a host look on. */
  async function annIsAway(scene: Scene, init?: () => void) {
    const devices = await Promise.all([scene.device(), scene.device(), scene.device()]);
    if (init !== undefined) await Promise.all(devices.map((device) => device.addInitScript(init)));
    const host = await scene.host(devices[0]);
    const bob = await scene.participant("Bob", devices[1]);
    const ann = await scene.participant("Ann", devices[2]);
    await scene.seat("Ann"); // the observer is in
    await ann.page.close();
    await host.sees("Ann", "away");
    await bob.person("Ann").getByText("connection lost").first().waitFor();
    return { host, bob, ann, device: devices[2] };
  }

  /** How far a countdown on a page is from the server's, in seconds. A countdown rounds up: 30 is 29.5 on average. */
  async function error(scene: Scene, seconds: () => Promise<number>): Promise<number> {
    const { grace_expires_at: expiresAt } = await scene.seat("Ann");
    const shown = (await seconds()) - 0.5;
    return Math.abs(shown - (expiresAt - now()) / 1000);
  }

  it("[B11] the printed link makes one browser a host, once; a used one says so", async () => {
    const fresh = await Stage.open();
    const link = `${fresh.url}/host#code=${await printedCode(fresh.server)}`;
    const scene = fresh.scene();
    const ann = await scene.participant("Ann");
    const host = await scene.strangerAtHost();
    await host.page.goto(link);
    await host.isLive(); // the only event is shown
    await host.sees("Ann", "connected");
    expect(host.page.url(), "no code stays in the address").not.to.include("code");
    await host.page.reload();
    await host.isLive();
    const other = await scene.strangerAtHost();
    await other.page.goto(link);
    await other.page.getByRole("alert").getByText("This link cannot be used any more").waitFor();
    await host.button("Sign out").click();
    await host.heading("Run an event").waitFor();
    expect(ann.complaints.network).to.deep.equal([]);
    expect(fresh.complaints).to.deep.equal([]);
    await fresh.close();
  });

  it("[B11] a new link that is put into the address of an open dashboard signs it in", async () => {
    const scene = stage.scene();
    const host = await scene.strangerAtHost();
    await host.page.goto(`${stage.url}/host`);
    await host.page.getByText("I have a token").click();
    await host.page.getByLabel("Host token").fill("guessed");
    await host.button("Sign in").click();
    await host.page.getByRole("alert").waitFor();
    await host.page.goto(await stage.hostLink());
    await host.page.getByRole("navigation", { name: "Events" }).waitFor();
    await scene.close();
  });

  it("[B11] all events are listed with their counts, and one is picked", async () => {
    const scene = stage.scene();
    const other = stage.scene();
    const bob = await other.participant("Bob");
    const host = await scene.host();
    await scene.participant("Ann");
    const events = host.page.getByRole("navigation", { name: "Events" });
    await events.getByRole("button", { name: `${scene.eventId} 1 Here 0 Away` }).waitFor();
    await bob.page.close();
    const button = events.getByRole("button", { name: `${other.eventId} 0 Here 1 Away` });
    await button.waitFor();
    await button.click();
    await host.heading(`Event ${other.eventId}`).waitFor();
    await host.sees("Bob", "away");
    await host.page.goBack({ waitUntil: "commit" });
    await host.heading(`Event ${scene.eventId}`).waitFor();
    await host.sees("Ann", "connected");
    await Promise.all([scene.close(), other.close()]);
  });

  it("[B13] countdowns agree with the server within 1 s, on devices whose clock is an hour off", async () => {
    const scene = stage.scene();
    const { host, bob } = await annIsAway(scene, shiftClock);
    expect(await host.page.evaluate(() => Date.now()), "the device's clock").to.be.greaterThan(
      now() + 3_000_000,
    );
    for (let times = 0; times < 3; times += 1) {
      expect(await error(scene, () => host.seconds("Ann")), "the host's").to.be.below(1);
      expect(await error(scene, () => bob.secondsOf("Ann")), "a participant's").to.be.below(1);
      const shown = await host.seconds("Ann");
      await until("it counts", async () => (await host.seconds("Ann")) < shown);
    }
    await scene.close();
  });

  it("[B11] a grace is extended in all pages, and ended; nothing of it is told twice", async () => {
    const scene = stage.scene();
    const { host, bob, ann, device } = await annIsAway(scene);
    const before = (await scene.seat("Ann")).grace_expires_at;
    await host.control("Ann", "extend-30").click();
    await host.answers(/Ann.? has more time\./);
    const after = (await scene.seat("Ann")).grace_expires_at;
    expect(after - before).to.equal(graceMs);
    for (const seconds of [() => host.seconds("Ann"), () => bob.secondsOf("Ann")])
      await until("it has grown", async () => (await error(scene, seconds)) < 1);
    await host.pick("Ann", "end");
    await host.answers(/The seat of .?Ann.? is free\./);
    await host.sees("Ann", "left");
    await bob.person("Ann").waitFor({ state: "detached" });
    const story = ["joined", "is away: connection lost", "did not come back in time"];
    expect(await host.story("Ann")).to.deep.equal(story);
    const again = await scene.visitor("Ann", device);
    await again.page.goto(stage.linkTo(scene.eventId));
    await again.says("You are here");
    await host.sees("Ann", "connected");
    expect(await host.story("Ann")).to.deep.equal([...story, "joined"]);
    expect(ann.complaints.ours).to.deep.equal([]);
    await scene.close();
  });

  it("[B11] whoever is removed is told so, and does not try again", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const device = await scene.device();
    const ann = await scene.participant("Ann", device);
    const asked: string[] = [];
    await host.pick("Ann", "remove");
    await ann.says("A host has removed you");
    ann.page.on("request", (request) => asked.push(request.url()));
    ann.page.on("websocket", (socket) => asked.push(socket.url()));
    await host.sees("Ann", "left");
    expect(await host.story("Ann")).to.deep.equal(["joined", "was removed by a host"]);
    const tab = await scene.visitor("Ann", device);
    await tab.page.goto(stage.linkTo(scene.eventId));
    await tab.takeSeat();
    await tab.says("A host has removed you");
    expect(asked, "what the first page has asked since").to.deep.equal([]);
    expect(await host.story("Ann")).to.deep.equal(["joined", "was removed by a host"]);
    await scene.close();
  });

  it("[B11] an event is closed after a question: everyone is told, and nobody comes back to it", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const device = await scene.device();
    const ann = await scene.participant("Ann", device);
    await host.button("Close the event").first().click();
    const dialog = host.page.getByRole("dialog", { name: "Close the event?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await ann.title()).to.equal("You are here");
    await host.button("Close the event").first().click();
    await dialog.getByRole("button", { name: "Close the event" }).click();
    await ann.says("The event is over");
    await host.page.locator("[data-test=closed]").waitFor();
    const tab = await scene.visitor("Ann", device);
    await tab.page.goto(stage.linkTo(scene.eventId));
    await tab.takeSeat();
    await tab.says("The event is over");
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
