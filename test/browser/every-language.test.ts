// The way in and every state of a participant, in every language and the narrowest window: in its own words, whole, and to
// the right side; and what axe says of the states that no other test is in.
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { ViteDevServer } from "vite";
import { describeWithChromium, launch } from "../../harness/browsers/browser.ts";
import { foreignTo } from "../../harness/pages/foreign-words.ts";
import { Look } from "../../harness/pages/look.ts";
import { servePages } from "../../harness/pages/preview-server.ts";
import { freePort } from "../../harness/servers/free-port.ts";
import { until } from "../../harness/wait.ts";
import { languages } from "../../src/pages/languages/languages.ts";

const at = (page: Page, test: string) => page.locator(`[data-test=${test}]`);
const narrow = { width: 320, height: 700 };

/** The participant's states (harness/pages/fake-session.ts), and what `data-status` says of each. */
const states = {
  connected: "here",
  "no-answer": "no-answer",
  connecting: "joining",
  reconnecting: "reconnecting",
  deadline: "reconnecting",
  restart: "reconnecting",
  "may-be-free": "reconnecting",
  "coming-back": "coming-back",
  full: "full",
  replaced: "replaced",
  kicked: "kicked",
  closed: "closed",
  left: "left",
  locked: "refused",
  "not-listed": "refused",
  "no-such-event": "refused",
  link: "refused",
  refused: "refused",
  unreachable: "unreachable",
} as const;
const neverAsked = [
  "no-answer",
  "connecting",
  "restart",
  "may-be-free",
  "no-such-event",
  "link",
  "unreachable",
];

describeWithChromium("in a browser: every language", () => {
  let server: ViteDevServer;
  let browser: Browser;
  let url: string;
  before(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    [server, browser] = await Promise.all([servePages(port), launch()]);
  });
  after(() => Promise.all([server.close(), browser.close()]));

  it("[B155] a text of another language is found", () => {
    expect(foreignTo("de", ["Sie sind hier", "You are here", "own.here", "Ann"])).to.deep.equal([
      "You are here",
      "own.here",
    ]);
    expect(foreignTo("ar", ["أهلاً", "Something else"])).to.deep.equal(["Something else"]);
  });

  for (const language of languages)
    it(`[B155] ${language}: the way in and every state of a participant`, async () => {
      const context = await browser.newContext({ viewport: narrow });
      const page = await context.newPage();
      const look = new Look(page, language);
      await page.goto(`${url}/?lang=${language}`);
      await at(page, "code").waitFor();
      await look.at("the form", true);
      await until("the form's problem", async () => {
        await at(page, "join").click();
        return (await at(page, "form-problem").innerText()) !== "";
      });
      await look.at("nothing typed", true);
      await page.evaluate(() => localStorage.setItem("holdfast.page.seated", '["2026","7"]'));
      await page.goto(`${url}/?lang=${language}&event=2026&people=60`);
      for (const [state, status] of Object.entries(states)) {
        await at(page, "own-status").waitFor();
        await page.evaluate((kind) => dispatchEvent(new CustomEvent("fake", { detail: kind })), state);
        await page.locator(`[data-test=own-status][data-status=${status}]`).waitFor();
        if (state === "connected") await at(page, "device").locator("summary").click();
        await look.at(state, neverAsked.includes(state));
      }
      await context.close();
      expect(look.found).to.deep.equal([]);
    });
});
