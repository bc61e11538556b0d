// A host's event from its first click to its end, in a browser and on a real server.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { overflowsOf, violationsInEveryLook } from "../../harness/browsers/accessibility.ts";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { freePort } from "../../harness/servers/free-port.ts";
import { until } from "../../harness/wait.ts";
import { printedCode, Stage } from "./stage.ts";

const at = (page: Page, test: string) => page.locator(`[data-test=${test}]`);

/** Fills in the form of a new event, and waits for its lobby; returns the event's id. */
async function createEvent(page: Page, title: string, more?: (page: Page) => Promise<void>): Promise<string> {
  await at(page, "create-open").click();
  await at(page, "create-title").fill(title);
  await more?.(page);
  await at(page, "create-submit").click();
  const code = (await at(page, "event-code").innerText()).trim();
  expect(code, "a code in two groups, without look-alikes").to.match(/^[2-9A-Z]{3}-[2-9A-Z]{3}$/);
  return code.replace("-", "");
}

describeWithChromium("in a browser: a host runs an event", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  it("[B92] creates it, lets people in by its code, locks it, writes to all, invites another host, and closes it", async () => {
    const scene = stage.scene();
    const host = await scene.strangerAtHost();
    const { page } = host;
    await page.goto(await stage.hostLink());
    await at(page, "signed-in").waitFor();
    const eventId = await createEvent(page, "Friday quiz");
    expect(page.url()).to.include(`event=${eventId}&view=lobby`);

    const ann = await scene.visitor("Ann");
    await ann.page.goto(stage.url);
    await at(ann.page, "code").fill(
      ` ${eventId.slice(0, 3).toLowerCase()}-${eventId.slice(3).toLowerCase()}`,
    );
    await at(ann.page, "name").fill("Ann");
    await at(ann.page, "join").click();
    await ann.page.locator("[data-test=own-status][data-status=here]").waitFor();
    await at(page, "lobby-count").filter({ hasText: "1" }).waitFor();
    await at(page, "projector").getByText("Ann", { exact: true }).waitFor();

    await at(page, "lock").click();
    await page.locator("[data-test=lock][aria-pressed=true]").waitFor();
    const bob = await scene.visitor("Bob");
    await bob.page.goto(stage.linkTo(eventId));
    await at(bob.page, "name").fill("Bob");
    await at(bob.page, "join").click();
    await bob.page
      .locator("[data-test=own-status][data-status=refused], [data-test=own-status][data-status=full]")
      .waitFor();

    await at(page, "start").click();
    await host.isLive();
    await host.sees("Ann", "connected");
    await at(page, "message-open").click();
    await at(page, "message-text").fill("We begin in a minute");
    await at(page, "message-send").click();
    await at(ann.page, "message").filter({ hasText: "We begin in a minute" }).waitFor();

    await at(page, "invite-open").click();
    await at(page, "invite-make").click();
    const link = (await at(page, "one-time-link").innerText()).trim();
    const second = await scene.strangerAtHost();
    await second.page.goto(link);
    await second.isLive();
    await second.sees("Ann", "connected");
    expect(await at(second.page, "create-open").count(), "a host of one event opens no other").to.equal(0);
    await page.keyboard.press("Escape");

    await at(page, "close-event").click();
    await at(page, "confirm").click();
    await ann.page.locator("[data-test=own-status][data-status=closed]").waitFor();
    await at(page, "closed").waitFor();
    await at(second.page, "closed").waitFor();
    expect(await at(page, "closed").innerText()).to.include("Friday quiz");
    await scene.close();
  });

  it("[B93] says what is wrong in the form, and changes an event that is on", async () => {
    const scene = stage.scene();
    const host = await scene.strangerAtHost();
    const { page } = host;
    await page.goto(await stage.hostLink());
    const eventId = await createEvent(page, "Class 7b", async () => {
      await at(page, "create-capacity").fill("many");
      await at(page, "create-submit").click();
      await at(page, "form-problem").waitFor();
      await at(page, "create-capacity").fill("30");
      await at(page, "who-listed").check();
      await at(page, "create-submit").click();
      await at(page, "form-problem").waitFor();
      await at(page, "create-names").fill("Ann\nBob\n");
    });
    await at(page, "start").click();
    await page.locator("[data-test=filter-never-came]").filter({ hasText: "2" }).waitFor();
    await at(page, "settings-open").click();
    expect(await at(page, "create-capacity").inputValue()).to.equal("30");
    await page.getByRole("dialog").locator("[data-test=create-title]").fill("Class 7c");
    await at(page, "settings-save").click();
    await host.heading("Event Class 7c").waitFor();
    await page.locator(`[data-event="${eventId}"]`).filter({ hasText: "Class 7c" }).waitFor();
    await scene.close();
  });

  it("[B91] a closed tab, a new one and a restart of the server leave the host a host; signing out does not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-host-"));
    const own = await Stage.open({
      PORT: String(await freePort()),
      STORE_URL: `file:${join(folder, "h.db")}`,
    });
    const scene = own.scene();
    const context = await scene.device();
    const first = await scene.strangerAtHost(context);
    await first.page.goto(`${own.url}/host#code=${await printedCode(own.server)}`);
    const eventId = await createEvent(first.page, "Lasting");
    await first.page.close();
    const second = await scene.strangerAtHost(context);
    await second.page.goto(`${own.url}/host?event=${eventId}`);
    await second.isLive();
    await own.server.kill();
    await at(second.page, "stale").waitFor();
    await own.restart();
    await second.isLive(20_000);
    const third = await scene.strangerAtHost(context);
    await third.page.goto(`${own.url}/host?event=${eventId}`);
    await third.isLive();
    await at(third.page, "sign-out").click();
    await third.heading("Run an event").waitFor();
    await second.heading("Run an event").waitFor(); // the other tab of this browser, too
    await own.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("[B95] without its own connection it says so, as of when, and offers nothing that it cannot do", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    await scene.participant("Ann");
    await host.sees("Ann", "connected");
    const { page } = host;
    const needsServer = ["lock", "message-open", "invite-open", "settings-open", "close-event"];
    await page.context().setOffline(true);
    await at(page, "stale")
      .getByText(/as of \d/)
      .waitFor({ timeout: 20_000 });
    for (const test of needsServer) expect(await at(page, test).isDisabled(), test).to.equal(true);
    await page.context().setOffline(false);
    await at(page, "stale").waitFor({ state: "detached", timeout: 20_000 });
    for (const test of needsServer) expect(await at(page, test).isEnabled(), test).to.equal(true);
    await scene.close();
  });

  it("[B107] what is off without a connection keeps the focus, does nothing, and is on again in its place", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const { page } = host;
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.test);
    await at(page, "lock").focus();
    await page.context().setOffline(true);
    await page.locator("[data-test=lock][aria-disabled=true]").waitFor({ timeout: 20_000 });
    expect(await focused()).to.equal("lock");
    await page.keyboard.press("Enter");
    await page.context().setOffline(false);
    await page.locator("[data-test=lock][aria-disabled=false]").waitFor({ timeout: 20_000 });
    expect(await focused()).to.equal("lock");
    await page.keyboard.press("Tab");
    expect(await focused(), "in its place").to.equal("message-open");
    await page.keyboard.press("Shift+Tab");
    expect(await at(page, "lock").getAttribute("aria-pressed"), "it did nothing").to.equal("false");
    await page.keyboard.press("Enter");
    await page.locator("[data-test=lock][aria-pressed=true]").waitFor();
    await scene.close();
  });

  it("[B94] axe finds nothing in any look, nothing sticks out at 320 px, and every state has one heading", async () => {
    const scene = stage.scene();
    const stranger = await scene.strangerAtHost(
      await scene.device({ viewport: { width: 320, height: 640 } }),
    );
    const { page } = stranger;
    const isFine = async (state: string) => {
      expect(await violationsInEveryLook(page), state).to.deep.equal([]);
      expect(await overflowsOf(page), state).to.deep.equal([]);
      expect(await page.getByRole("heading", { level: 1 }).count(), state).to.equal(1);
    };
    await page.goto(`${stage.url}/host#code=spent`);
    await at(page, "sign-in-problem").waitFor();
    await isFine("a spent link");
    await page.goto(await stage.hostLink());
    await at(page, "create-open").click();
    await at(page, "create-submit").waitFor();
    await isFine("a new event");
    await createEvent(page, "Friday quiz");
    await isFine("the lobby");
    await at(page, "lock").click();
    await page.locator("[data-test=lock][aria-pressed=true]").waitFor();
    await isFine("the lobby, locked");
    await at(page, "start").click();
    await stranger.isLive();
    await isFine("running");
    for (const test of ["message-open", "invite-open", "alerts-open", "settings-open", "close-event"]) {
      await at(page, test).click();
      await page.getByRole("dialog").waitFor();
      await isFine(test);
      await page.keyboard.press("Escape");
      await until("the focus is back", () => at(page, test).evaluate((it) => it === document.activeElement));
    }
    await page.context().setOffline(true);
    await at(page, "stale").waitFor({ timeout: 20_000 });
    await isFine("stale");
    await page.context().setOffline(false);
    await stranger.isLive(20_000);
    await at(page, "close-event").click();
    await at(page, "confirm").click();
    await at(page, "closed").waitFor();
    await isFine("closed");
    await scene.close();
  });

  it("[B92] a host who has a seat in the same browser has every form of the host's page, after a reload, too", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const { page } = host;
    const ann = await scene.visitor("Ann", page.context());
    await ann.page.goto(stage.linkTo(scene.eventId));
    await ann.takeSeat();
    await ann.says("You are here");
    await page.bringToFront();
    await page.reload();
    await host.isLive();
    await at(page, "create-open").click();
    await at(page, "create-title").fill("Another");
    await scene.close();
  });

  it("[B156] by keyboard: a form that was cancelled, a new event, its start and the sign-out leave the focus in the page", async () => {
    const scene = stage.scene();
    const { page } = await scene.strangerAtHost();
    const press = async (test: string) => {
      await at(page, test).focus();
      await page.keyboard.press("Enter");
    };
    const isIn = (where: string) =>
      until(`the focus is in ${where}`, () =>
        page.evaluate((selector) => document.activeElement?.closest(selector) != null, where),
      );
    await page.goto(await stage.hostLink());
    await press("create-open");
    await isIn("[data-test=create-title]");
    await press("cancel");
    await isIn("main");
    await press("create-open");
    await isIn("[data-test=create-title]");
    await page.keyboard.type("By keyboard");
    await press("create-submit");
    await isIn("[data-test=projector]");
    await press("start");
    await isIn("main.event-view");
    await press("lobby");
    await isIn("[data-test=projector]");
    await press("start");
    await isIn("main.event-view");
    await press("sign-out");
    await isIn("main.welcome");
    await scene.close();
  });

  it("[B98] the tab's title says that many are away, and stops when they are back", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const people = [await scene.participant("Ann"), await scene.participant("Bob")];
    await host.sees("Bob", "connected");
    for (const { page } of people) await page.context().setOffline(true);
    await at(host.page, "many-away").waitFor({ timeout: 20_000 });
    expect(await host.page.title()).to.match(/^\(2 away\)/);
    for (const { page } of people) await page.context().setOffline(false);
    await at(host.page, "many-away").waitFor({ state: "detached", timeout: 20_000 });
    expect(await host.page.title()).not.to.match(/away/);
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
