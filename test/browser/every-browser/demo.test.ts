import { expect } from "chai";
import { describeInEveryBrowser } from "../../../harness/browsers/every-browser.ts";
import type { Tab } from "../../../harness/browsers/tab.ts";
import { Stage } from "./stage.ts";

/** The phones on the stage, by their frames. */
const [ann, everyone] = [0, 1];

/** What is read there on a phone; null where there is nothing. */
const textOn = (phone: number, selector: string) =>
  document.querySelectorAll("iframe")[phone]?.contentDocument?.querySelector(selector)?.textContent ?? null;

/** Presses it on a phone. */
const pressOn = (phone: number, selector: string) =>
  document.querySelectorAll("iframe")[phone]?.contentDocument?.querySelector<HTMLElement>(selector)?.click();

describeInEveryBrowser("the demo", (browser) => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open(browser);
  });
  after(() => stage.close());

  const reads = (tab: Tab, phone: number, selector: string, text = /\S/) =>
    tab.until(
      `phone ${phone} says ${text} at ${selector}`,
      async () => text.test((await tab.evaluate(textOn, phone, selector)) ?? ""),
      30_000,
    );

  it("[B163] Ann answers, enters the tunnel, answers, and is back with all that she had", async () => {
    const device = await stage.device();
    const tab = await device.newTab();
    await tab.goto(`${stage.url}/demo`);
    await tab.waitFor("tunnel", 30_000);
    await reads(tab, everyone, "[data-name=Ann][data-kind=connected]");
    await reads(tab, ann, "[data-status=connected]");
    await tab.evaluate(pressOn, ann, "[data-test=choice-1]"); // 3 + 2
    await reads(tab, ann, "[data-test=demo-score]", /^10 points$/);
    await tab.click("tunnel");
    await reads(tab, everyone, "[data-name=Ann][data-kind=away]");
    await tab.evaluate(pressOn, ann, "[data-test=choice-0]"); // 10 + 7
    await reads(tab, ann, "[data-test=demo-pending]");
    await tab.click("tunnel");
    await reads(tab, everyone, "[data-name=Ann][data-kind=connected]", /20 points/);
    await reads(tab, ann, "[data-status=connected]");
    expect(stage.complaints).to.deep.equal([]);
  });
});
