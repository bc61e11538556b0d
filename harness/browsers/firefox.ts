// Firefox, by puppeteer-core over WebDriver BiDi: Debian has no geckodriver.
import { spawnSync } from "node:child_process";
import puppeteer, { type Browser, type BrowserContext, type Page } from "puppeteer-core";
import { Tab, type TabDriver } from "./tab.ts";
import type { Device, DeviceOptions, TestBrowser } from "./test-browser.ts";

const executablePath = process.env.FIREFOX_PATH ?? "/usr/bin/firefox-esr";

export class Firefox implements TestBrowser {
  readonly name = "Firefox";
  readonly isInstalled = spawnSync(executablePath, ["--version"]).status === 0;
  readonly packages = "firefox-esr";
  readonly canForceColours = true;
  #browser: Browser | undefined;

  async open(): Promise<void> {
    this.#browser = await launch("en-US");
  }

  /** A container of the one Firefox; one that speaks another language, or has other colours, is a Firefox of its own. */
  async newDevice({ language, size, hasForcedColours = false }: DeviceOptions = {}): Promise<Device> {
    if (this.#browser === undefined) throw new Error("Firefox is not open");
    if (language === undefined && !hasForcedColours)
      return new FirefoxDevice(await this.#browser.createBrowserContext(), size);
    const own = await launch(language ?? "en-US", hasForcedColours ? forcedColours : {});
    return new FirefoxDevice(await own.createBrowserContext(), size, own);
  }

  async close(): Promise<void> {
    await this.#browser?.close();
  }
}

/** White on black, as somebody sets it under "Contrast Control". */
const forcedColours = {
  "browser.display.document_color_use": 2,
  "browser.display.foreground_color": "#FFFFFF",
  "browser.display.background_color": "#000000",
  "browser.anchor_color": "#8CB4FF",
};

function launch(language: string, more: Readonly<Record<string, string | number>> = {}): Promise<Browser> {
  return puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    timeout: 60_000,
    extraPrefsFirefox: { "intl.accept_languages": `${language}, ${language.slice(0, 2)}`, ...more },
  });
}

/** Said about a network that is broken, by the browser; no page can keep it from that. */
const networkLines = [
  /^Firefox can.t establish a connection to the server at /,
  /^downloadable font: download failed /,
  /^The connection to \S+ was interrupted while the page was loading/,
  /^Failed to load ‘\S+’\. A ServiceWorker passed a promise to FetchEvent\.respondWith\(\) that rejected with ‘TypeError: NetworkError/,
  /^@colyseus\/sdk: \S+ Network offline\. Closing/,
];

class FirefoxDevice implements Device {
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #size: DeviceOptions["size"];
  readonly #own: Browser | undefined;

  constructor(context: BrowserContext, size: DeviceOptions["size"], own?: Browser) {
    this.#context = context;
    this.#size = size;
    this.#own = own;
  }

  async newTab(): Promise<Tab> {
    // A tab would come into the window that is in front, another device's perhaps, and hide what is there.
    const page = await this.#context.newPage({ type: "window" });
    if (this.#size !== undefined) await page.setViewport(this.#size);
    page.on("pageerror", (error) => this.#hear(error instanceof Error ? error.message : String(error)));
    page.on("console", (message) => {
      if (["error", "warn", "assert"].includes(message.type())) this.#hear(message.text());
    });
    return new Tab(new FirefoxTab(page));
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#own?.close();
  }

  #hear(text: string): void {
    if (!networkLines.some((line) => line.test(text))) this.complaints.push(text);
  }
}

class FirefoxTab implements TabDriver {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  async reload(): Promise<void> {
    await this.#page.reload();
  }

  fill(selector: string, text: string): Promise<void> {
    return this.#page.locator(selector).fill(text);
  }

  click(selector: string): Promise<void> {
    return this.#page.locator(selector).click();
  }

  evaluate(source: string, args: readonly unknown[]): Promise<unknown> {
    return this.#page.evaluate(`(${source})(...${JSON.stringify(args)})`);
  }

  screenshot(): Promise<Uint8Array> {
    return this.#page.screenshot();
  }

  close(): Promise<void> {
    return this.#page.close();
  }
}
