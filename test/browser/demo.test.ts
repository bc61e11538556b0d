// The demo's page in a browser, from the first answer to the server that was killed; with it the server that stands behind it.
import { expect } from "chai";
import type { Frame, FrameLocator, Page } from "playwright-core";
import { overflowsOf, violationsInEveryLook } from "../../harness/browsers/accessibility.ts";
import { type Complaints, complaintsOf, describeWithChromium } from "../../harness/browsers/browser.ts";
import { until } from "../../harness/wait.ts";
import { Stage } from "./stage.ts";

describeWithChromium("browser: the demo", () => {
  let stage: Stage;
  let page: Page;
  let complaints: Complaints;
  let ann: FrameLocator;
  let everyone: FrameLocator;
  before(async () => {
    stage = await Stage.open();
    page = await stage.browser.newPage();
    complaints = complaintsOf(page);
    await page.goto(`${stage.url}/demo`);
    ann = page.frameLocator("iframe >> nth=0");
    everyone = page.frameLocator("iframe >> nth=1");
  });
  after(() => stage.close());

  const says = (text: string | RegExp) =>
    page.locator("[data-test=demo-caption]", { hasText: text }).waitFor({ timeout: 20_000 });
  const annIs = (kind: string) =>
    everyone.locator(`[data-name=Ann][data-kind=${kind}]`).waitFor({ timeout: 20_000 });
  const annSays = (text: string) =>
    ann.locator("[data-test=demo-status]", { hasText: text }).waitFor({ timeout: 20_000 });

  it("[B171] Ann plays with three others", async () => {
    await says("Answer a question for her");
    await annIs("connected");
    await everyone.locator("[data-test=demo-person] >> nth=3").waitFor();
    await ann.locator("[data-test=choice-1]").click(); // 3 + 2
    await ann.locator("[data-test=demo-score]", { hasText: "10 points" }).waitFor();
    await says("Now let her enter the tunnel");
    expect(await violationsInEveryLook(page)).to.deep.equal([]);
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await overflowsOf(page)).to.deep.equal([]);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("[B171] in the tunnel her answer waits, her seat is kept, and an ordinary room would have let her go", async () => {
    await page.locator("[data-test=tunnel]").click();
    await annSays("No network. Your seat is kept.");
    await annIs("away");
    await ann.locator("[data-test=choice-0]").click(); // 10 + 7
    await ann.locator("[data-test=demo-pending]", { hasText: "1 answer on its way" }).waitFor();
    await says("Her answer waits on her phone");
    await page.locator("[data-test=ordinary]").check();
    await annIs("left");
    await page.locator("[data-test=ordinary]").uncheck();
    await page.locator("[data-test=tunnel]").click();
    await annSays("You are here");
    await annIs("connected");
    await says(/Back after \d+ seconds?, in the same seat, and what she answered meanwhile counted once/);
    const { score } = await demoEntry();
    expect(score).to.equal("20 points");
  });

  it("[B171] the server is killed: everyone is back in their seats by themselves, with what they had", async () => {
    const before = await demoEntry();
    await page.locator("[data-test=kill]").click();
    await says("The server was killed");
    await page.locator("[data-test=kill][aria-disabled=false]").waitFor({ timeout: 20_000 });
    await annSays("You are here");
    await annIs("connected");
    await says("Nothing was lost");
    expect((await demoEntry()).score).to.equal(before.score);
    expect(complaints.ours).to.deep.equal([]);
  });

  it("[B158] by keyboard alone: each control in its turn, and the focus stays where it was pressed", async () => {
    const other = await stage.browser.newPage();
    await other.goto(`${stage.url}/demo`);
    await other.frameLocator("iframe >> nth=0").locator("[data-status=connected]").waitFor();
    const phone = other.frame({ url: /phone=ann/ });
    if (phone === null) throw new Error("Ann's phone is not there");
    const { keyboard } = other;
    const focused = (of: Page | Frame) =>
      of.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.test ?? "");
    const tabTo = async (where: Page | Frame, test: string) => {
      await keyboard.press("Tab");
      await until(`the focus is on ${test}`, async () => (await focused(where)) === test);
    };
    const isSaid = (text: string) => other.locator("[data-test=demo-caption]", { hasText: text }).waitFor();
    await tabTo(other, "tunnel");
    await keyboard.press("Enter");
    await isSaid("Her phone has no network");
    expect(await focused(other)).to.equal("tunnel");
    await keyboard.press("Space");
    await isSaid("Back after");
    await tabTo(other, "kill");
    await keyboard.press("Enter");
    await other.locator("[data-test=kill][aria-disabled=true]").waitFor();
    expect(await focused(other)).to.equal("kill");
    await other.locator("[data-test=kill][aria-disabled=false]").waitFor({ timeout: 20_000 });
    expect(await focused(other)).to.equal("kill");
    await tabTo(other, "ordinary");
    await keyboard.press("Space");
    expect(await other.locator("[data-test=ordinary]").isChecked()).to.equal(true);
    await tabTo(phone, "choice-0");
    await tabTo(phone, "choice-1");
    await keyboard.press("Enter"); // 3 + 2
    await phone.locator("h1", { hasText: "10 + 7" }).waitFor();
    expect(await focused(phone)).to.equal("choice-1");
    await phone.locator("[data-test=demo-score]", { hasText: "10 points" }).waitFor();
    await other.close();
  });

  const demoEntry = async () => ({
    score: await ann.locator("[data-test=demo-score]").innerText(),
  });
});
