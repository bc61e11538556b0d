// One suite of tests for Chromium, Firefox and WebKit; where one is not installed, the news that its tests did not run.
import { buildPages } from "./browser.ts";
import { Chromium } from "./chromium.ts";
import { Firefox } from "./firefox.ts";
import type { TestBrowser } from "./test-browser.ts";
import { WebKit } from "./webkit.ts";

/** All of them, or the one that BROWSER names. */
const browsers: readonly TestBrowser[] = [new Chromium(), new Firefox(), new WebKit()].filter(({ name }) =>
  [undefined, "", name.toLowerCase()].includes(process.env.BROWSER?.toLowerCase()),
);

for (const { name, isInstalled, packages } of browsers)
  if (!isInstalled)
    console.warn(
      `NOT RUN: tests in ${name}, which is not installed (apt-get install --no-install-recommends ${packages})`,
    );

/** `describe` once for each browser, which is open in it, with the pages built; a loud skip where one is not installed. */
export function describeInEveryBrowser(
  title: string,
  suite: (this: Mocha.Suite, browser: TestBrowser) => void,
): void {
  if (browsers.length === 0)
    it(title, () => {
      throw new Error(`BROWSER=${process.env.BROWSER} is none of chromium, firefox and webkit`);
    });
  for (const browser of browsers) {
    const inBrowser = `in ${browser.name}: ${title}`;
    if (!browser.isInstalled) {
      describe.skip(inBrowser, function () {
        suite.call(this, browser);
      });
      continue;
    }
    describe(inBrowser, function () {
      this.timeout(60_000);
      before("the pages are built", buildPages);
      before("the browser is open", () => browser.open());
      suite.call(this, browser);
      after("the browser is closed", () => browser.close());
    });
  }
}
