// harness/react/lab in a real browser, as a page of the server that it plays on: what it shows, how often it has rendered, and what the
// network has seen of it. Knows nothing of what tests expect.
import type { BrowserContext, Page } from "playwright-core";
import { type Complaints, complaintsOf } from "../browsers/browser.ts";
import { until } from "../wait.ts";
import type { Bundles } from "./bundles.ts";
import type { LabOptions } from "./lab.ts";

type Lab = typeof import("./lab.ts");
interface LabWindow {
  labs: Record<string, Lab>;
  again(): void;
  lab: {
    renders: Record<string, number>;
    heard: string[];
    published: string[];
    publish(points: number): void;
  } & {
    session:
      | { send(type: string, payload: unknown): boolean; leave(): Promise<void>; close(): void }
      | undefined;
  };
}

/** What can be done with the lab's exports by name. */
export type Command = "mount" | "mountToggled" | "mountOwn" | "hydrate";

/** A machine that is busy with other tests needs no second attempt. */
const patient = { attemptTimeoutMs: 30_000 };

export class ReactPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: Complaints;
  /** Joins over HTTP, and sockets, since it was opened. */
  joins = 0;
  sockets = 0;
  readonly #url: string;

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.context = context;
    this.page = page;
    this.#url = url;
    this.complaints = complaintsOf(page);
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().includes("/matchmake/")) this.joins += 1;
    });
    page.on("websocket", () => (this.sockets += 1));
  }

  /** @param html what a server has rendered */
  static async open(context: BrowserContext, url: string, bundles: Bundles, html = ""): Promise<ReactPage> {
    const page = await context.newPage();
    await page.route(`${url}/lab.js?*`, (route) =>
      route.fulfill({ contentType: "text/javascript", body: bundles.lab }),
    );
    const opened = new ReactPage(context, page, url);
    await page.goto(`${url}/react-page`);
    await page.evaluate((text) => {
      (document.querySelector("#root") as Element).innerHTML = text;
    }, html);
    await page.addScriptTag({ content: bundles.react });
    await opened.load(1);
    return opened;
  }

  /** Evaluates the module once more, as a hot reload does. */
  async load(copy: number): Promise<void> {
    await this.page.evaluate(async (no) => {
      const at = globalThis as unknown as LabWindow;
      at.labs ??= {};
      at.labs[no] = (await import(`/lab.js?copy=${no}`)) as Lab;
    }, copy);
  }

  async render(options: Partial<LabOptions>, command: Command = "mount", copy = 1): Promise<void> {
    const given = JSON.stringify({ url: this.#url, eventId: "e", ...patient, ...options });
    await this.page.evaluate(
      ([own, name, no]) =>
        (globalThis as unknown as LabWindow).labs[no]?.[name](JSON.parse(own) as LabOptions),
      [given, command, copy] as const,
    );
  }

  /** Sessions without React. */
  closeAndJoin(options: Partial<LabOptions>, times: number): Promise<unknown> {
    const given = JSON.stringify({ url: this.#url, eventId: "e", ...patient, ...options });
    return this.page.evaluate(
      ([own, count]) =>
        (globalThis as unknown as LabWindow).labs[1]?.closeAndJoin(JSON.parse(own) as LabOptions, count),
      [given, times] as const,
    );
  }

  unmount(): Promise<void> {
    return this.page.evaluate(() => (globalThis as unknown as LabWindow).labs[1]?.unmount());
  }

  /** Unmounts the event, and mounts it again, in one commit. */
  mountAnew(): Promise<void> {
    return this.page.evaluate(() => (globalThis as unknown as LabWindow).again());
  }

  send(type: string, payload?: unknown): Promise<boolean | undefined> {
    return this.page.evaluate(
      ([name, value]) => (globalThis as unknown as LabWindow).lab.session?.send(name, value),
      [type, payload] as const,
    );
  }

  publish(points: number): Promise<void> {
    return this.page.evaluate((value) => (globalThis as unknown as LabWindow).lab.publish(value), points);
  }

  renders(): Promise<Record<string, number>> {
    return this.page.evaluate(() => ({ ...(globalThis as unknown as LabWindow).lab.renders }));
  }

  heard(): Promise<string[]> {
    return this.page.evaluate(() => (globalThis as unknown as LabWindow).lab.heard);
  }

  published(): Promise<string[]> {
    return this.page.evaluate(() => (globalThis as unknown as LabWindow).lab.published);
  }

  leave(): Promise<void> {
    return this.page.evaluate(() => (globalThis as unknown as LabWindow).lab.session?.leave());
  }

  /** What it shows under a name; of several the first. */
  async text(name: string): Promise<string> {
    const found = this.page.getByTestId(name);
    return (await found.count()) === 0 ? "" : ((await found.first().textContent()) ?? "");
  }

  async row(id: string): Promise<string> {
    const found = this.page.locator(`[id="row-${id}"]`);
    return (await found.count()) === 0 ? "" : ((await found.first().textContent()) ?? "");
  }

  /** Waits until it shows a text under a name. */
  async shows(name: string, text: string | RegExp, withinMs = 20_000): Promise<void> {
    let last = "";
    await until(
      () => `${name} shows ${text}; it shows ${last}`,
      async () => {
        last = await this.text(name);
        return typeof text === "string" ? last === text : text.test(last);
      },
      withinMs,
    );
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
