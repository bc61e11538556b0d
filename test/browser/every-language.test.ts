// Every page in every language and state, in the narrowest window: in its own words, whole, and to the right side; and what axe
// says of the states that no other test is in.
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { ViteDevServer } from "vite";
import { overflowsOf, violationsInEveryLook } from "../../harness/clients/accessibility.ts";
import { describeWithChromium, launch } from "../../harness/clients/browser.ts";
import { foreignTo, foreignWordsOf } from "../../harness/pages/foreign-words.ts";
import { servePages } from "../../harness/pages/preview-server.ts";
import { freePort } from "../../harness/servers/free-port.ts";
import { until } from "../../harness/wait.ts";
import { directionOf, type Language, languages } from "../../src/pages/languages/languages.ts";

const at = (page: Page, test: string) => page.locator(`[data-test=${test}]`);
const narrow = { width: 320, height: 700 };

/** Collects what is wrong in each state, so that one run tells all of it. */
class Look {
  readonly #page: Page;
  readonly #language: Language;
  readonly #found: string[] = [];

  constructor(page: Page, language: Language) {
    this.#page = page;
    this.#language = language;
  }

  /** @param isNew no other test asks axe in this state */
  async at(state: string, isNew = false): Promise<void> {
    const spoken = await this.#page.evaluate(() => [
      document.documentElement.lang,
      document.documentElement.dir,
    ]);
    expect(spoken, state).to.deep.equal([this.#language, directionOf(this.#language)]);
    const wrong = [
      ...(await foreignWordsOf(this.#page, this.#language)).map(
        (text) => `not in ${this.#language}: ${text}`,
      ),
      ...(await overflowsOf(this.#page)).map((text) => `sticks out: ${text}`),
      // Once, in the language that runs the other way.
      ...(isNew && this.#language === "ar" ? await violationsInEveryLook(this.#page) : []),
    ];
    this.#found.push(...wrong.map((text) => `${state}: ${text}`));
  }

  isFine(): void {
    expect(this.#found).to.deep.equal([]);
  }
}

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
      look.isFine();
    });
});
