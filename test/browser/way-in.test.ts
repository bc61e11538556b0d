// The form of the way in, on networks on which nothing but the HTML has come yet.
import { expect } from "chai";
import type { Page, Route } from "playwright-core";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { until } from "../../harness/wait.ts";
import { Stage } from "./stage.ts";

/** Keeps every script of a page waiting until it is let go. */
async function holdScripts(page: Page): Promise<() => Promise<void>> {
  const waiting: Route[] = [];
  let isHeld = true;
  await page.route("**/assets/*.js", async (route) => {
    if (isHeld) waiting.push(route);
    else await route.continue();
  });
  return async () => {
    isHeld = false;
    for (const route of waiting.splice(0)) await route.continue();
  };
}

const hasFocus = (page: Page, id: string) =>
  page.evaluate((wanted) => document.activeElement?.id === wanted, id);

describeWithChromium("in a browser: the way in", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  it("[B51] what was typed before the script came, and the focus, stay; it goes in with it", async () => {
    const scene = stage.scene("K7Q4XA");
    await scene.open();
    const { page } = await scene.visitor("Ann");
    const letGo = await holdScripts(page);
    await page.goto(stage.url, { waitUntil: "commit" });
    await page.locator("[data-test=code]").pressSequentially("k7q4");
    await page.locator("[data-test=name]").pressSequentially("An");
    const scripts = page.waitForResponse(/\/assets\/app-.*\.js/);
    await letGo();
    await scripts;
    await page.keyboard.type("n");
    await page.locator("[data-test=code]").focus();
    await page.keyboard.type("xa");
    expect(await page.locator("[data-test=name]").inputValue()).to.equal("Ann");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "You are here" }).waitFor();
    expect((await scene.seat("Ann")).status).to.equal("connected");
    await scene.close();
  });

  it("[B51] sent off before the script came, it is not lost", async () => {
    const scene = stage.scene("K7Q4XB");
    await scene.open();
    const { page } = await scene.visitor("Ann");
    const letGo = await holdScripts(page);
    await page.goto(stage.linkTo("K7Q4XB"), { waitUntil: "commit" });
    await page.locator("[data-test=name]").fill("Ann");
    await page.locator("[data-test=join]").click();
    await page.getByText("Taking your seat…").waitFor();
    await letGo();
    await page.getByRole("heading", { name: "You are here" }).waitFor();
    await scene.close();
  });

  it("[B51] a script that did not come is asked for again, and what was typed is still there", async () => {
    const scene = stage.scene("K7Q4XC");
    await scene.open();
    const { page } = await scene.visitor("Ann");
    let fails = 1;
    await page.route("**/assets/index-*.js", (route) => (fails-- > 0 ? route.abort() : route.continue()));
    await page.goto(stage.url, { waitUntil: "commit" });
    await page.locator("[data-test=code]").fill("k7q4xc");
    await page.locator("[data-test=name]").fill("Ann");
    await page.locator("[data-test=join]").click();
    await page.getByRole("heading", { name: "You are here" }).waitFor();
    expect((await scene.seat("Ann")).status).to.equal("connected");
    await scene.close();
  });

  it("[B52] a code that is no event's opens none, and says so where it was typed", async () => {
    const scene = stage.scene("K7Q4XD");
    await scene.open();
    const { page } = await scene.visitor("Ann");
    await page.goto(stage.url);
    await page.locator("[data-test=code]").fill("k7q-4xe");
    await page.locator("[data-test=name]").fill("Ann");
    await page.locator("[data-test=join]").click();
    await page.getByText("There is no event with this code. Check it.").waitFor();
    expect(await hasFocus(page, "code")).to.equal(true);
    expect(await page.locator("[data-test=code]").getAttribute("aria-invalid")).to.equal("true");
    const events = await stage.events();
    expect(events).to.include("K7Q4XD").and.not.include("K7Q4XE").and.not.include("k7q-4xe");
    await page.reload(); // it does not come back to what there is not
    await page.locator("[data-test=code]").fill("K7Q4XD");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "You are here" }).waitFor();
    await scene.close();
  });

  it("[B50] the browser's language at the first paint, right to left where it is written so; a choice stays", async () => {
    const scene = stage.scene("K7Q4XF");
    await scene.open();
    const { page } = await scene.visitor("Ann", await scene.device({ locale: "ar" }));
    const letGo = await holdScripts(page);
    await page.goto(stage.url, { waitUntil: "commit" });
    await page.getByText("رمز الفعالية", { exact: true }).waitFor();
    const spoken = () => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);
    expect(await spoken()).to.deep.equal(["ar", "rtl"]);
    await page.getByRole("link", { name: "Deutsch" }).click(); // the choice is kept before a script has come
    await page.getByText("Veranstaltungscode").waitFor();
    await letGo();
    await page.goto(stage.linkTo("K7Q4XF"));
    await until("the chosen language", async () => (await spoken())[0] === "de");
    await page.locator("[data-test=name]").fill("Ann");
    await page.locator("[data-test=join]").click();
    await page.locator("[data-test=own-status][data-status=here]").waitFor();
    expect(await spoken()).to.deep.equal(["de", "ltr"]);
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
