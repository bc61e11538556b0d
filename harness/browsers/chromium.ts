// Chromium, by playwright-core.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type Complaints, complaintsOf, hasChromium, launch } from "./browser.ts";
import { Tab, type TabDriver } from "./tab.ts";
import type { Device, DeviceOptions, TestBrowser } from "./test-browser.ts";

export class Chromium implements TestBrowser {
  readonly name = "Chromium";
  readonly isInstalled = hasChromium;
  readonly packages = "chromium";
  readonly canForceColours = true;
  #browser: Browser | undefined;

  async open(): Promise<void> {
    this.#browser = await launch();
  }

  async newDevice({
    language = "en-US",
    size,
    hasForcedColours = false,
  }: DeviceOptions = {}): Promise<Device> {
    if (this.#browser === undefined) throw new Error("Chromium is not open");
    const viewport = size === undefined ? {} : { viewport: size };
    const colours = hasForcedColours ? ({ forcedColors: "active", colorScheme: "dark" } as const) : {};
    return new ChromiumDevice(await this.#browser.newContext({ locale: language, ...viewport, ...colours }));
  }

  async close(): Promise<void> {
    await this.#browser?.close();
  }
}

class ChromiumDevice implements Device {
  readonly #context: BrowserContext;
  readonly #heard: Complaints[] = [];

  constructor(context: BrowserContext) {
    this.#context = context;
  }

  get complaints(): readonly string[] {
    return this.#heard.flatMap(({ ours }) => ours);
  }

  async newTab(): Promise<Tab> {
    const page = await this.#context.newPage();
    this.#heard.push(complaintsOf(page));
    return new Tab(new ChromiumTab(page));
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

class ChromiumTab implements TabDriver {
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
    return this.#page.locator(selector).first().fill(text);
  }

  click(selector: string): Promise<void> {
    return this.#page.locator(selector).first().click();
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
