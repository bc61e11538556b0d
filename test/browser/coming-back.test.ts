import { expect } from "chai";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { until } from "../../harness/wait.ts";
import { Stage } from "./stage.ts";

/** What the host was told of somebody who was away at most so many times, and is here. */
const hereAgain = (atMost: number) => new RegExp(`^J(?:AB){0,${atMost}}$`);

describeWithChromium("in a browser: coming, reloading, tabs", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  it("[B1] whoever types the code of an event is in, and the host sees it", async () => {
    const scene = stage.scene("K7Q4XM");
    const host = await scene.host();
    const ann = await scene.visitor("Ann");
    await ann.page.goto(stage.url);
    await ann.takeSeat("k7q-4xm");
    await ann.says("You are here");
    await host.sees("Ann", "connected");
    expect(await host.story("Ann")).to.deep.equal(["joined"]);
    expect(await ann.person("Ann").innerText()).to.match(/here$/);
    expect(new URL(ann.page.url()).searchParams.get("event")).to.equal(scene.eventId);
    expect(ann.complaints.network).to.deep.equal([]);
    await scene.close();
  });

  it("[B1] whoever follows a link to an event needs no code, whatever its id is made of", async () => {
    const scene = stage.scene("Zürich & 50% <b>#1</b>?/🎪");
    const host = await scene.host();
    const ann = await scene.participant("Ann <i>");
    await host.sees("Ann <i>", "connected");
    await ann.heading(`Event ${scene.eventId}`).waitFor();
    await host.heading(`Event ${scene.eventId}`).waitFor();
    await scene.close();
  });

  it("[B1] a form without a code, and a join that is refused, say so in words", async () => {
    const scene = stage.scene("x".repeat(100));
    const ann = await scene.visitor("Ann");
    await ann.page.goto(stage.url);
    await ann.takeSeat();
    await ann.page.getByText("Please enter the code of the event.").waitFor();
    expect(await ann.page.getByLabel("Event code").getAttribute("aria-invalid")).to.equal("true");
    await ann.takeSeat("a\u0007b");
    await ann.says("You were not let in");
    await ann.button("Join another event").click();
    await ann.page.getByLabel("Event code").waitFor();
    await scene.close();
  });

  it("[B2] a reload comes back to the same seat by itself", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const ann = await scene.participant("Ann");
    const before = await scene.seat("Ann");
    for (const times of [1, 2]) {
      await ann.page.reload();
      await ann.says("You are here");
      await until(
        `the host is told the end of reload ${times}`,
        async () =>
          hereAgain(times).test(await host.letters("Ann")) && (await host.status("Ann")) === "connected",
      );
    }
    expect((await scene.seat("Ann")).joined_at).to.equal(before.joined_at);
    expect(await host.letters("Ann")).to.match(hereAgain(2));
    expect(ann.complaints.network).to.deep.equal([]);
    await scene.close();
  });

  it("[B2] a reload while others come and go shows them as they are", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const ann = await scene.participant("Ann");
    const bob = await scene.participant("Bob");
    await ann.person("Bob").waitFor();
    await Promise.all([ann.page.reload(), bob.page.close()]);
    await ann.says("You are here");
    await host.sees("Bob", "away");
    await ann.person("Bob").getByText("connection lost").first().waitFor();
    await host.sees("Ann", "connected");
    await scene.close();
  });

  it("[B3] a tab that is closed and opened again within the grace is back in its seat", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const device = await scene.device();
    const ann = await scene.participant("Ann", device);
    const before = await scene.seat("Ann");
    await ann.page.close();
    await host.sees("Ann", "away");
    const again = await scene.visitor("Ann", device);
    await again.page.goto(stage.linkTo(scene.eventId)); // no form: the device has a seat there
    await again.says("You are here");
    await host.sees("Ann", "connected");
    expect(await host.story("Ann")).to.deep.equal(["joined", "is away: connection lost", "came back"]);
    expect((await scene.seat("Ann")).joined_at).to.equal(before.joined_at);
    await scene.close();
  });

  it("[B3] the page without a link offers the event and the name that the device last had", async () => {
    const scene = stage.scene();
    const device = await scene.device();
    await (await scene.participant("Ann", device)).page.close();
    const again = await scene.visitor("Ann", device);
    await again.page.goto(stage.url);
    expect(await again.page.getByLabel("Event code").inputValue()).to.equal(scene.eventId);
    expect(await again.page.getByLabel("Your name").inputValue()).to.equal("Ann");
    await again.button("Take a seat").click();
    await again.says("You are here");
    await scene.close();
  });

  it("[B4] of two tabs of a device the newer has the seat; the older says so, and can take it back", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const device = await scene.device();
    const older = await scene.participant("Ann", device);
    const before = await scene.seat("Ann");
    const newer = await scene.visitor("Ann", device);
    await newer.page.goto(stage.linkTo(scene.eventId));
    await newer.says("You are here");
    await older.says("Your seat is in use elsewhere");
    await older.page.bringToFront();
    await older.button("Use it here").click();
    await older.says("You are here");
    await newer.says("Your seat is in use elsewhere");
    await host.sees("Ann", "connected");
    expect((await scene.seat("Ann")).joined_at).to.equal(before.joined_at);
    expect(await host.letters("Ann")).to.match(hereAgain(2));
    await newer.page.close(); // it has nothing any more
    expect(await older.title()).to.equal("You are here");
    expect(older.complaints.network).to.deep.equal([]);
    await scene.close();
  });

  it("[B4] a second device of the same name is a second participant", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    await scene.participant("Ann");
    await scene.participant("Ann");
    await until("both are listed", async () => (await host.row("Ann").count()) === 2);
    await scene.close();
  });

  it("[B1] whoever leaves is gone at once, after being asked, and may come again", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const ann = await scene.participant("Ann");
    await ann.button("Leave").click();
    await ann.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    expect(await ann.title()).to.equal("You are here");
    await ann.button("Leave").click();
    await ann.page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
    await ann.says("You have left");
    await host.sees("Ann", "left");
    expect(await host.story("Ann")).to.deep.equal(["joined", "left"]);
    await ann.page.reload();
    await ann.page.getByLabel("Your name").waitFor(); // it does not come back by itself
    expect(await ann.page.getByLabel("Event code").inputValue(), "[B76] the event is not offered").to.equal(
      "",
    );
    await ann.takeSeat(scene.eventId);
    await ann.says("You are here");
    await host.sees("Ann", "connected");
    expect(await host.story("Ann")).to.deep.equal(["joined", "left", "joined"]);
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
