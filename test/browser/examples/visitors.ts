// An example's server and people in front of its pages, each with a device of its own.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { complaintsOf, type Complaints, launch } from "../../../harness/browsers/browser.ts";
import { ExampleServer } from "../../../harness/servers/example.ts";

/** Somebody's device, with one page open. */
export class Visitor {
  readonly page: Page;
  readonly complaints: Complaints;

  constructor(page: Page) {
    this.page = page;
    this.complaints = complaintsOf(page);
    page.setDefaultTimeout(20_000);
  }

  get device(): BrowserContext {
    return this.page.context();
  }

  /** Turns the network off, or on again. */
  async hasNetwork(isOn: boolean): Promise<void> {
    await this.device.setOffline(!isOn);
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  /** Waits for a text; a pattern is looked for in each element's own text. */
  async reads(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Waits until a text is gone. */
  async noLongerReads(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor({ state: "hidden" });
  }

  /** Waits until the list of people has somebody of this name, of whom it says this. */
  async sees(name: string, detail: string | RegExp): Promise<void> {
    await this.page
      .getByRole("listitem")
      .filter({ has: this.page.getByText(name, { exact: true }) })
      .filter({ hasText: detail })
      .waitFor();
  }
}

export class ExampleStage {
  readonly server: ExampleServer;
  readonly #browser: Browser;
  readonly #visitors: Visitor[] = [];

  private constructor(server: ExampleServer, browser: Browser) {
    this.server = server;
    this.#browser = browser;
  }

  static async open(name: string): Promise<ExampleStage> {
    const server = await ExampleServer.start(name);
    return new ExampleStage(server, await launch());
  }

  /** Somebody with a new device, or with another tab of one, at the example's page. */
  async visitor(url = this.server.url, device?: BrowserContext): Promise<Visitor> {
    const visitor = new Visitor(await (device ?? (await this.#browser.newContext())).newPage());
    this.#visitors.push(visitor);
    await visitor.page.goto(url);
    return visitor;
  }

  /** What the pages' own code has complained about so far. */
  get complaints(): string[] {
    return this.#visitors.flatMap(({ complaints, page }) =>
      complaints.ours.map((text) => `${page.url()}: ${text}`),
    );
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.kill();
  }
}
