// The participant's page in every state that a server, its network and its hosts can bring about; and what axe says of each.
import { expect } from "chai";
import type { Page } from "playwright-core";
import { violationsInEveryLook } from "../../harness/browsers/accessibility.ts";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { identity, Phone } from "../../harness/clients/phone.ts";
import { until } from "../../harness/wait.ts";
import { joinEvent } from "../../src/client/index.ts";
import { type HostAction, type HostActionResult, hostActionType } from "../../src/protocol/session.ts";
import type { ParticipantPage } from "./people.ts";
import { type Scene, Stage } from "./stage.ts";

/** axe has nothing to say of what is shown. */
async function isSound(page: Page): Promise<void> {
  expect(await violationsInEveryLook(page)).to.deep.equal([]);
}

const icon = (page: Page) => page.locator("link[rel=icon]").getAttribute("href");

describeWithChromium("in a browser: the participant's page", function () {
  this.timeout(90_000);
  let stage: Stage;
  before(async () => {
    stage = await Stage.open({ MAX_PARTICIPANTS: "3" });
  });
  after(() => stage.close());

  /** A scene whose Ann is in. */
  async function annIn(): Promise<{ scene: Scene; ann: ParticipantPage }> {
    const scene = stage.scene();
    return { scene, ann: await scene.participant("Ann") };
  }

  it("[B82] here, alone and with somebody who is away, with the switches open", async () => {
    const { scene, ann } = await annIn();
    await ann.page.getByText("Nobody else yet.").waitFor();
    await isSound(ann.page);
    const bob = await scene.participant("Bob");
    await bob.page.close();
    await ann.person("Bob").locator("[data-test=seconds]").waitFor();
    await ann.page.locator("[data-test=device] summary").click();
    await ann.page.locator("[data-test=habit-speak]").uncheck();
    await isSound(ann.page);
    await ann.page.reload();
    await ann.is("here");
    await ann.page.locator("[data-test=device] summary").click();
    expect(await ann.page.locator("[data-test=habit-speak]").isChecked(), "kept on the device").to.equal(
      false,
    );
    await scene.close();
  });

  it("[B72][B81] without a network it is coming back, the tab says so, and with one it is here", async () => {
    const { scene, ann } = await annIn();
    const before = [await ann.page.title(), await icon(ann.page)];
    await ann.page.context().setOffline(true);
    await ann.is("reconnecting");
    expect(await ann.page.locator("[data-test=kept-until]").innerText()).to.match(/at least until \d/);
    expect(await ann.page.title()).to.match(/^Coming back · /);
    expect(await icon(ann.page)).to.match(/^data:/);
    await ann.page.getByText("As it was when the server last answered.").waitFor();
    await isSound(ann.page);
    await ann.page.context().setOffline(false);
    await ann.isBack("whole");
    expect([await ann.page.title(), await icon(ann.page)]).to.deep.equal(before);
    await scene.close();
  });

  it("[B76] who has left, or was removed, is told so, and is not offered the event again", async () => {
    const { scene, ann } = await annIn();
    const host = await scene.host();
    await ann.page.locator("[data-test=leave]").click();
    await isSound(ann.page); // the question
    await ann.page.locator("[data-test=confirm]").click();
    await ann.is("left");
    await isSound(ann.page);
    await ann.page.locator("[data-test=another]").click();
    expect(await ann.page.locator("[data-test=code]").inputValue()).to.equal("");
    expect(new URL(ann.page.url()).search).to.equal("");
    await ann.takeSeat(scene.eventId);
    await ann.says("You are here");
    await ask(scene, { action: "kick", device_id: await deviceOf(scene, "Ann") });
    await ann.is("kicked");
    await isSound(ann.page);
    await ann.page.reload();
    expect(await ann.page.locator("[data-test=code]").inputValue()).to.equal("");
    await ann.takeSeat(scene.eventId);
    await ann.is("kicked", "kicked");
    expect(await host.page.locator("body").count()).to.equal(1);
    await scene.close();
  });

  it("[B76] whose event is closed is told so; whose seat another tab has can take it back", async () => {
    const { scene, ann } = await annIn();
    const second = await scene.visitor("Ann", ann.page.context());
    await second.page.goto(stage.linkTo(scene.eventId));
    await ann.is("replaced");
    await isSound(ann.page);
    await ann.page.locator("[data-test=take-back]").click();
    await ann.is("here");
    await second.is("replaced");
    await ask(scene, { action: "close_event" });
    await ann.is("closed");
    await isSound(ann.page);
    await scene.close();
  });

  it("[B77] who finds no free seat waits, and is in as soon as one is free", async () => {
    const { scene, ann } = await annIn();
    const others = [await scene.participant("Bob"), await scene.participant("Cid")];
    const dora = await scene.visitor("Dora");
    await dora.page.goto(stage.linkTo(scene.eventId));
    await dora.takeSeat();
    await dora.is("full");
    await isSound(dora.page);
    await others[0]?.page.locator("[data-test=leave]").click();
    await others[0]?.page.locator("[data-test=confirm]").click();
    await dora.is("here", undefined, 40_000);
    await ann.person("Dora").waitFor();
    await scene.close();
  });

  it("[B77] a locked event is asked again by itself; who is not listed can change the name", async () => {
    const { scene, ann } = await annIn();
    await ask(scene, { action: "change", title: "Friday quiz" });
    await ann.page.locator("[data-test=event-title]").filter({ hasText: "Friday quiz" }).waitFor();
    await ask(scene, { action: "lock" });
    const bob = await scene.visitor("Bob");
    await bob.page.goto(stage.linkTo(scene.eventId));
    await bob.takeSeat();
    await bob.is("refused", "locked");
    await isSound(bob.page);
    await ask(scene, { action: "change", is_locked: false, who_may_join: "listed", expected_names: ["Cid"] });
    await bob.is("refused", "not_listed", 40_000);
    await isSound(bob.page);
    await bob.page.locator("[data-test=change-name]").click();
    expect(await bob.page.locator("[data-test=code]").inputValue()).not.to.equal("");
    await bob.page.locator("[data-test=name]").fill("Cid");
    await bob.page.locator("[data-test=join]").click();
    await bob.is("here");
    await ann.person("Cid").waitFor();
    await scene.close();
  });

  it("[B80] a host's message is shown, kept over a reload, and put away; also one that was sent meanwhile", async () => {
    const { scene, ann } = await annIn();
    const message = ann.page.locator("[data-test=message]");
    await ask(scene, { action: "message", to: "all", text: "Pens down.\u202e" });
    await message.filter({ hasText: "Pens down." }).waitFor();
    await isSound(ann.page);
    await ann.page.reload();
    await message.filter({ hasText: "Pens down." }).waitFor();
    await ann.is("here");
    await ann.page.context().setOffline(true);
    await ann.is("reconnecting");
    await ask(scene, { action: "message", device_ids: [await deviceOf(scene, "Ann")], text: "Only you." });
    await ann.page.context().setOffline(false);
    await message.filter({ hasText: "Only you." }).waitFor();
    await message.filter({ hasText: "Only you." }).locator("[data-test=put-away]").click();
    await until("one is left", async () => (await message.count()) === 1);
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});

/** Asks as a host of the event, over a connection of its own. */
async function ask({ stage, eventId }: Scene, action: HostAction): Promise<void> {
  const session = joinEvent({
    url: stage.url,
    eventId,
    role: "observer",
    sessionToken: await stage.hostToken(),
    mustExist: true,
  });
  await session.joined();
  const answer = await session.request<HostActionResult>(hostActionType, action);
  await session.leave();
  if (!answer.done) throw new Error(answer.error ?? `${action.action} was not done`);
}

/** Which device somebody has. */
async function deviceOf(scene: Scene, name: string): Promise<string> {
  const observer = await Phone.join(scene.stage.url, { ...identity(scene.eventId), role: "observer" });
  const seats = [...(observer.participants()?.values() ?? [])] as unknown as {
    device_id: string;
    display_name: string;
  }[];
  observer.drop();
  const device = seats.find(({ display_name }) => display_name === name)?.device_id;
  if (device === undefined) throw new Error(`${name} has no seat`);
  return device;
}
