// The demo in every language and the narrowest window, each of its captions and both of its phones: in its own words, whole,
// and to the right side; and what axe says of the states that no other test is in. Here the server is killed in name only.
import { expect } from "chai";
import type { Page } from "playwright-core";
import { complaintsOf, describeWithChromium } from "../../harness/browsers/browser.ts";
import { Look } from "../../harness/pages/look.ts";
import { speakFrom } from "../../harness/pages/words.ts";
import { languages } from "../../src/pages/languages/languages.ts";
import { t, type Words } from "../../src/pages/languages/words.ts";
import { Stage } from "./stage.ts";

const narrow = { width: 320, height: 700 };
const at = (page: Page, test: string) => page.locator(`[data-test=${test}]`);

/** An answer of the server that does not come before it is let through. */
async function holdBack(page: Page, address: string, answer: object): Promise<() => void> {
  let letThrough = () => {};
  const isLetThrough = new Promise<void>((done) => (letThrough = done));
  await page.route(address, async (route) => {
    await isLetThrough;
    await route.fulfill({ json: answer });
  });
  return letThrough;
}

describeWithChromium("in a browser: every language, the demo", () => {
  let stage: Stage;
  let port = 0;
  before(async () => {
    stage = await Stage.open();
    ({ port } = (await (await fetch(`${stage.url}/demo/server`)).json()) as { port: number });
  });
  after(() => stage.close());

  for (const language of languages)
    it(`[B157] ${language}: the demo, from its start to the server that was killed`, async () => {
      speakFrom(language);
      const page = await stage.browser.newPage({ viewport: narrow });
      const complaints = complaintsOf(page);
      const look = new Look(page, language);
      const says = (key: Words, values?: Record<string, number>) =>
        page.locator(".demo-caption", { hasText: t(key, values) }).waitFor({ timeout: 20_000 });
      const ann = page.frameLocator("iframe >> nth=0");
      const annIs = (kind: string) =>
        page
          .frameLocator("iframe >> nth=1")
          .locator(`[data-name=Ann][data-kind=${kind}]`)
          .waitFor({ timeout: 20_000 });

      const begin = await holdBack(page, "**/demo/server", { port });
      await page.goto(`${stage.url}/demo?lang=${language}`);
      await says("demo.caption.starting");
      await look.at("starting");
      begin();
      await says("demo.caption.answer");
      await annIs("connected");
      await look.at("begun");
      await ann.locator("[data-test=choice-1]").click();
      await says("demo.caption.tunnel");
      await ann.locator("[data-test=demo-score]", { hasText: t("demo.score", { n: 10 }) }).waitFor();
      await look.at("answered");
      await at(page, "tunnel").click();
      await says("demo.caption.dark");
      await annIs("away");
      await look.at("in the tunnel", true);
      await ann.locator("[data-test=choice-0]").click();
      await says("demo.caption.waits", { n: 1 });
      await at(page, "ordinary").check();
      await annIs("left");
      await look.at("an ordinary room", true);
      await at(page, "ordinary").uncheck();
      await at(page, "tunnel").click();
      await annIs("connected");
      await page.locator(".demo-caption", { hasText: afterSeconds("demo.caption.counted") }).waitFor();
      await look.at("back");
      const revive = await holdBack(page, "**/demo/kill", { down_ms: 0 });
      await at(page, "kill").click();
      await says("demo.caption.killed");
      await look.at("killed", true);
      revive();
      await says("demo.caption.restarted");
      await look.at("started again");
      await page.unroute("**/demo/server");
      await page.route("**/demo/server", (route) => route.fulfill({ status: 503, body: "" }));
      await page.reload();
      await says("demo.failed");
      await look.at("not started", true);
      await page.close();
      expect(look.found).to.deep.equal([]);
      expect(complaints.ours).to.deep.equal([]);
    });
});

/** The caption with any number of seconds, as far as the test's time reaches. */
function afterSeconds(key: Words): RegExp {
  const texts = Array.from({ length: 60 }, (_, n) => t(key, { seconds: n + 1 }));
  return new RegExp(texts.map((text) => text.replace(/[.*+?()|]/g, "\\$&")).join("|"));
}
