// A phone that buzzes, as far as a browser without a motor can tell: what the page asks it for.
import { expect } from "chai";
import type { Page } from "playwright-core";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { until } from "../../harness/wait.ts";
import type { ParticipantPage } from "./people.ts";
import { type Scene, Stage } from "./stage.ts";

const lost = [200, 100, 200];
const back = [80];
const message = [60, 60, 60];

/** What the page has asked for since it was loaded. */
const buzzes = (page: Page) => page.evaluate(() => (window as unknown as { buzzes: number[][] }).buzzes);

describeWithChromium("in a browser: a phone that buzzes", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  /** Somebody with a phone, who has joined by a press: without one no browser lets a page buzz. */
  async function phone(scene: Scene): Promise<ParticipantPage> {
    const device = await scene.device({
      hasTouch: true,
      isMobile: true,
      viewport: { width: 390, height: 800 },
    });
    await device.addInitScript(() => {
      const heard: number[][] = [];
      Object.assign(window, { buzzes: heard });
      navigator.vibrate = (pattern) => heard.push([pattern].flat() as number[]) > 0;
    });
    return scene.participant("Ann", device);
  }

  async function isBuzzing(page: Page, ...wanted: number[][]): Promise<void> {
    const asked = () => buzzes(page);
    await until(
      () => `the phone buzzes as ${JSON.stringify(wanted)}`,
      async () => JSON.stringify(await asked()) === JSON.stringify(wanted),
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}; it buzzed as ${JSON.stringify(await asked())}`);
    });
  }

  async function losesAndReturns(ann: ParticipantPage): Promise<void> {
    await ann.page.context().setOffline(true);
    await ann.is("reconnecting");
    await ann.page.context().setOffline(false);
    await ann.is("here");
  }

  const tell = async (host: Page, text: string) => {
    await host.locator("[data-test=message-open]").click();
    await host.locator("[data-test=message-text]").fill(text);
    await host.locator("[data-test=message-send]").click();
  };

  it("[B160] when the connection is lost, when it is back, and when a host writes; not once it is switched off", async () => {
    const scene = stage.scene();
    const { page: host } = await scene.host();
    const ann = await phone(scene);
    await isBuzzing(ann.page);
    await losesAndReturns(ann);
    await isBuzzing(ann.page, lost, back);
    await tell(host, "We begin");
    await ann.page.locator("[data-test=message]").filter({ hasText: "We begin" }).waitFor();
    await isBuzzing(ann.page, lost, back, message);
    await ann.page.locator("[data-test=device] summary").click();
    await ann.page.locator("[data-test=habit-buzz]").uncheck();
    await losesAndReturns(ann);
    await tell(host, "Second round");
    await ann.page.locator("[data-test=message]").filter({ hasText: "Second round" }).waitFor();
    await isBuzzing(ann.page, lost, back, message);
    await ann.page.reload();
    await ann.says("You are here");
    await ann.page.locator("[data-test=device] summary").click();
    expect(await ann.page.locator("[data-test=habit-buzz]").isChecked(), "after a reload").to.equal(false);
    await scene.close();
  });

  it("[B160] a computer without a touch screen is offered no buzzing", async () => {
    const scene = stage.scene();
    const ann = await scene.participant("Ann");
    await ann.page.locator("[data-test=device] summary").click();
    await ann.page.locator("[data-test=habit-speak]").waitFor();
    expect(await ann.page.locator("[data-test=habit-buzz]").count()).to.equal(0);
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
