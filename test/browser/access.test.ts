import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { until } from "../../harness/wait.ts";
import { Stage } from "./stage.ts";

/** What can be pressed or filled in, and what it is called: an unnamed one is called "". */
async function controlsOf(page: Page): Promise<string[]> {
  const spoken = await page.locator("body").ariaSnapshot();
  const control =
    /^\s*- '?(button|link|textbox|searchbox|radio|checkbox|switch|combobox)(?: "((?:[^"\\]|\\.)*)")?/gm;
  return [...spoken.matchAll(control)].map(([, role = "", name = ""]) => `${role} ${name}`);
}

async function isAllNamed(page: Page, atLeast: number): Promise<void> {
  const controls = await until(`${atLeast} controls`, async () => {
    const found = await controlsOf(page);
    return found.length >= atLeast ? found : undefined; // a page on a busy machine draws later than it loads
  });
  expect(controls.filter((control) => /^\w+ $/.test(control))).to.deep.equal([]);
}

/** By how many pixels the page is wider than the window. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Presses Tab until the control has the focus. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${String(control)}`);
}

/** Does the control that has the focus show it? */
const showsFocus = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(
      document.activeElement ?? document.body,
    );
    return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  });

const longName = "Bartholomäus-Maximilian von und zu Niederösterreich-Wolkenstein";

describeWithChromium("in a browser: for everybody", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  it("[B14] joins and leaves with a keyboard only", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const { page } = await scene.visitor("Ann");
    await page.goto(stage.url);
    const { keyboard } = page;
    const hasFocus = (label: string) =>
      until(`the focus is on ${label}`, () =>
        page.getByLabel(label).evaluate((element) => element === document.activeElement),
      );
    await hasFocus("Event code");
    await keyboard.type(scene.eventId);
    expect(await showsFocus(page)).to.equal(true);
    await keyboard.press("Tab");
    await hasFocus("Your name");
    await keyboard.type("Ann");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "You are here" }).waitFor();
    await host.sees("Ann", "connected");
    const leave = page.getByRole("button", { name: "Leave" });
    await page.getByRole("heading", { name: `Event ${scene.eventId}` }).focus();
    await tabTo(page, leave);
    await keyboard.press("Space");
    await page.getByRole("dialog").waitFor();
    await keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(
      await leave.evaluate((element) => element === document.activeElement),
      "the focus is back",
    ).to.equal(true);
    await host.sees("Ann", "connected");
    await scene.close();
  });

  it("[B14] a host removes somebody with a keyboard only, and the focus is not lost", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const ann = await scene.participant("Ann");
    await host.sees("Ann", "connected");
    await tabTo(host.page, host.control("Ann", "more"));
    expect(await showsFocus(host.page)).to.equal(true);
    await host.page.keyboard.press("Enter");
    await host.page.getByRole("menu").waitFor();
    await host.page.keyboard.press("End"); // the most dangerous comes last
    await host.page.keyboard.press("Enter");
    await ann.says("A host has removed you");
    await host.sees("Ann", "left");
    expect(await host.page.evaluate(() => document.activeElement !== document.body)).to.equal(true);
    await scene.close();
  });

  it("[B14] every control of both pages has a name, and each page one main part and one first heading", async () => {
    const scene = stage.scene();
    const stranger = await scene.strangerAtHost();
    await stranger.page.goto(`${stage.url}/host`);
    await isAllNamed(stranger.page, 1);
    const host = await scene.host();
    const visitor = await scene.visitor("Cid");
    await visitor.page.goto(stage.url);
    await isAllNamed(visitor.page, 4);
    const ann = await scene.participant("Ann");
    const bob = await scene.participant("Bob");
    await bob.page.close();
    await host.sees("Bob", "away");
    await ann.page.locator("[data-test=device] summary").click();
    await isAllNamed(ann.page, 3);
    await isAllNamed(host.page, 10);
    for (const { page } of [stranger, visitor, ann, host]) {
      expect(await page.getByRole("main").count()).to.equal(1);
      expect(await page.getByRole("heading", { level: 1 }).count()).to.equal(1);
      expect(await page.evaluate(() => document.documentElement.lang)).to.equal("en");
    }
    await scene.close();
  });

  it("[B14] a screen reader is told of one's own outage and of others, without a countdown", async () => {
    const scene = stage.scene();
    const ann = await scene.participant("Ann");
    const bob = await scene.participant("Bob");
    await ann.page.getByRole("status").filter({ hasText: "You are here." }).waitFor();
    await bob.page.close();
    await ann.page.getByRole("status").filter({ hasText: "Bob" }).first().waitFor();
    await ann.page.context().setOffline(true);
    await ann.page.getByRole("status").filter({ hasText: "Coming back." }).waitFor();
    const spoken = await ann.page.locator("body").ariaSnapshot();
    expect(spoken).to.match(/Your seat is kept at least until \d/);
    const lines = spoken.split("\n").filter((line) => !line.includes("- button")); // those have a name in words
    expect(lines.join("\n")).not.to.match(/\b\d+ s\b/);
    await scene.close();
  });

  it("[B14] nothing sticks out at 360 px, whatever the names", async () => {
    const scene = stage.scene(`${"W".repeat(60)}-all-hands`);
    const small = { viewport: { width: 360, height: 740 } };
    const host = await scene.host(await scene.device(small));
    const ann = await scene.participant(longName, await scene.device(small));
    const bob = await scene.participant("M".repeat(64), await scene.device(small));
    const visitor = await scene.visitor("Cid", await scene.device(small));
    await visitor.page.goto(stage.linkTo(scene.eventId));
    await bob.page.close();
    await host.sees("M".repeat(64), "away");
    await ann.page.context().setOffline(true);
    await ann.says("Coming back");
    for (const [whose, { page }] of Object.entries({ host, ann, visitor }))
      expect(await overflow(page), whose).to.equal(0);
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
