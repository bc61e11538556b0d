// A tab of any browser, as a test uses it: places are found by their `data-test` attribute, which no language changes,
// and what a test waits for it waits for with a bound.
import { until } from "../wait.ts";

/** What a browser's driver does for one tab. Implemented by ChromiumTab, FirefoxTab and WebKitTab. */
export interface TabDriver {
  /** Resolves when the document is loaded. @throws Error when the browser shows an error page of its own instead */
  goto(url: string): Promise<void>;
  /** @throws as `goto` does */
  reload(): Promise<void>;
  /** Types a text into a field, instead of what stands there. */
  fill(selector: string, text: string): Promise<void>;
  /** Presses it as a person does: it has to be visible, and nothing may lie over it. */
  click(selector: string): Promise<void>;
  /** What the function with this source resolves with in the page, as JSON has it. */
  evaluate(source: string, args: readonly unknown[]): Promise<unknown>;
  /** A picture of what is seen, as PNG. */
  screenshot(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Far longer than anything takes that a test waits for without saying how long. */
const usualMs = 15_000;
/** Between two looks at a page: each is a round trip through its driver. */
const lookEveryMs = 40;

/** A tab. A place is the value of a `data-test` attribute (`"join"`), or a selector that begins with `[`, `.` or `#`. */
export class Tab {
  readonly #driver: TabDriver;

  constructor(driver: TabDriver) {
    this.#driver = driver;
  }

  goto(url: string): Promise<void> {
    return this.#driver.goto(url);
  }

  reload(): Promise<void> {
    return this.#driver.reload();
  }

  close(): Promise<void> {
    return this.#driver.close();
  }

  screenshot(): Promise<Uint8Array> {
    return this.#driver.screenshot();
  }

  /** Runs a function in the page, which sees its arguments alone, as JSON has them. */
  evaluate<Args extends unknown[], Result>(
    run: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result> {
    return this.#driver.evaluate(String(run), args) as Promise<Result>;
  }

  /** Fills a field in, as soon as there is one. */
  async fill(place: string, text: string): Promise<void> {
    await this.waitFor(place);
    await this.#driver.fill(selectorOf(place), text);
  }

  /** Presses something, as soon as it is there. */
  async click(place: string): Promise<void> {
    await this.waitFor(place);
    await this.#driver.click(selectorOf(place));
  }

  /** How many there are. */
  count(place: string): Promise<number> {
    return this.evaluate((selector) => document.querySelectorAll(selector).length, selectorOf(place));
  }

  /** What is read in the first of them; undefined where there is none. */
  async text(place: string): Promise<string | undefined> {
    const read = (selector: string) => document.querySelector<HTMLElement>(selector)?.innerText ?? null;
    return (await this.evaluate(read, selectorOf(place))) ?? undefined;
  }

  /** An attribute of the first of them; undefined where there is none. */
  async attribute(place: string, name: string): Promise<string | undefined> {
    const read = (selector: string, key: string) =>
      document.querySelector(selector)?.getAttribute(key) ?? null;
    return (await this.evaluate(read, selectorOf(place), name)) ?? undefined;
  }

  /** Waits until it is there. @throws Error, with what the page shows instead, after `withinMs` */
  async waitFor(place: string, withinMs = usualMs): Promise<void> {
    await this.until(`${place} is there`, async () => (await this.count(place)) > 0, withinMs);
  }

  /** Waits until it is gone. @throws as `waitFor` does */
  async waitForEnd(place: string, withinMs = usualMs): Promise<void> {
    await this.until(`${place} is gone`, async () => (await this.count(place)) === 0, withinMs);
  }

  /** Waits until its text matches. @throws as `waitFor` does */
  async waitForText(place: string, text: RegExp, withinMs = usualMs): Promise<void> {
    const matches = async () => text.test((await this.text(place)) ?? "");
    await this.until(`${place} says ${String(text)}`, matches, withinMs);
  }

  /** Waits until an attribute of it is one of these. @throws as `waitFor` does */
  async waitForAttribute(
    place: string,
    name: string,
    values: readonly string[],
    withinMs = usualMs,
  ): Promise<void> {
    const matches = async () => values.includes((await this.attribute(place, name)) ?? "");
    await this.until(`${name} of ${place} is ${values.join(" or ")}`, matches, withinMs);
  }

  /** Waits until `isSo`; a page that loads meanwhile has no answer yet. @throws as `waitFor` does */
  async until(what: string, isSo: () => Promise<boolean>, withinMs = usualMs): Promise<void> {
    let problem = "";
    const look = () =>
      isSo().catch((error: Error) => {
        problem = `; last: ${error.message}`;
        return false;
      });
    await until(what, look, withinMs, lookEveryMs).catch(async (error: Error) => {
      throw new Error(`${error.message}${problem}; the page: ${await this.#glance()}`);
    });
  }

  /** Where the tab is and what is read there, for errors. */
  async #glance(): Promise<string> {
    const read = () => `${location.href} ${document.body.innerText.replaceAll(/\s+/g, " ").slice(0, 500)}`;
    return this.evaluate(read).catch((error: Error) => `(${error.message})`);
  }
}

/** The selector of a place. */
export function selectorOf(place: string): string {
  return /^[[.#]/.test(place) ? place : `[data-test="${place}"]`;
}
