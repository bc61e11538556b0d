// One version's host page in Chromium, before a server of its own with a crowd on it; what is measured of it, one after the other.
import type { Browser, CDPSession, Page } from "playwright-core";
import { spawn, type ChildProcess } from "node:child_process";
import { RawClient } from "../../harness/clients/raw-client.ts";
import { until } from "../../harness/wait.ts";

export const measurements = [
  "everyone is there",
  "they drop at once",
  "their countdowns run, nothing else happens",
  "the page is scrolled",
  "somebody is searched for",
  "only those away are shown",
  "they return at once",
] as const;

export interface Measured {
  readonly words: string;
}

/** For how long the page is watched when nothing happens on it. */
const idleMs = 8000;
const eventId = "crowd";
/** As long as any measurement takes: nobody's grace ends meanwhile. */
const env = { GRACE_PERIOD_MS: "900000", MAX_PARTICIPANTS: "5000", STORE_URL: "memory:" };

/** What a page's own counting is kept in. */
interface Counting {
  seen: { tasks: number[]; frames: number; gap: number; since: number; isResting: boolean };
  begin: () => void;
}

/** Counts in the page: long tasks, frames and the longest gap between two. */
function count(): void {
  const at = globalThis as unknown as Counting;
  at.seen = { tasks: [], frames: 0, gap: 0, since: performance.now(), isResting: true };
  let before = performance.now();
  const frame = (now: number) => {
    if (at.seen.isResting) return;
    at.seen.frames += 1;
    at.seen.gap = Math.max(at.seen.gap, now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  at.begin = () => {
    before = performance.now();
    requestAnimationFrame(frame);
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) at.seen.tasks.push(Math.round(duration));
  }).observe({ entryTypes: ["longtask"] });
}

export class SeatsRun {
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #page: Page;
  readonly #cdp: CDPSession;
  readonly #crowd: RawClient[];
  readonly #measured = new Map<string, Measured>();

  private constructor(child: ChildProcess, url: string, page: Page, cdp: CDPSession, crowd: RawClient[]) {
    this.#child = child;
    this.#url = url;
    this.#page = page;
    this.#cdp = cdp;
    this.#crowd = crowd;
  }

  /** A server from this folder, that many people in its one event, and a host in front of its page. */
  static async open(browser: Browser, folder: string, people: number): Promise<SeatsRun> {
    const child = spawn(process.execPath, ["src/index.ts"], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? "", HOST: "127.0.0.1", PORT: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (output += bytes));
    const read = (pattern: RegExp) =>
      until(
        () => `${pattern} in ${output}`,
        () => pattern.exec(output)?.[1],
        30_000,
      );
    const url = await read(/listens on (http:\/\/[^\s"]+)/);
    const code = await read(/\/host#code=([\w.-]+)/);
    const crowd: RawClient[] = [];
    for (let from = 0; from < people; from += 50)
      crowd.push(
        ...(await Promise.all(
          Array.from({ length: Math.min(50, people - from) }, (_, at) => SeatsRun.#join(url, from + at)),
        )),
      );
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(count);
    const cdp = await context.newCDPSession(page);
    await cdp.send("Performance.enable");
    await page.goto(`${url}/host?event=${eventId}#code=${code}`);
    await page.locator(".seat-row").first().waitFor({ timeout: 60_000 });
    await new Promise((done) => setTimeout(done, 3000));
    return new SeatsRun(child, url, page, cdp, crowd);
  }

  static #join(url: string, number: number): Promise<RawClient> {
    const device = `device-${number}`;
    const options = {
      event_id: eventId,
      device_id: device,
      session_token: `the secret of ${device}`,
      display_name: `Guest ${number}`,
    };
    return RawClient.join(url, options, { isDeaf: true });
  }

  async close(): Promise<void> {
    await this.#page.context().close();
    for (const { socket } of this.#crowd) socket.terminate();
    this.#child.kill("SIGKILL");
  }

  async measure(drops: number): Promise<ReadonlyMap<string, Measured>> {
    const page = this.#page;
    const [there, dropped, idle, scrolled, searched, filtered, returned] = measurements;
    await this.#while(there, () => page.waitForTimeout(1000));
    await this.#while(dropped, async () => {
      for (const { socket } of this.#crowd.slice(0, drops)) socket.terminate();
      await this.#shows(drops);
      await page.waitForTimeout(2000);
    });
    await this.#while(idle, () => page.waitForTimeout(idleMs), true); // counting frames would make some
    await this.#while(scrolled, async () => {
      await page.mouse.move(700, 700);
      for (let times = 0; times < 40; times += 1) {
        await page.mouse.wheel(0, 900);
        await page.waitForTimeout(50);
      }
    });
    await page.evaluate(() => scrollTo(0, 0));
    await this.#while(searched, async () => {
      await page.locator("input[type=search]").pressSequentially("guest 12", { delay: 80 });
      await page.waitForTimeout(500);
    });
    await page.locator("input[type=search]").fill("");
    const filter = page.locator("[data-test=filter-away]");
    if ((await filter.count()) > 0) {
      await this.#while(filtered, async () => {
        await filter.click();
        await page.waitForTimeout(700);
        await filter.click();
        await page.waitForTimeout(700);
      });
    }
    await this.#while(returned, async () => {
      await Promise.all(
        Array.from({ length: drops }, async (_, at) => {
          this.#crowd[at] = await SeatsRun.#join(this.#url, at);
        }),
      );
      await this.#shows(0);
      await page.waitForTimeout(2000);
    });
    return this.#measured;
  }

  /** Waits until the page counts so many as away. */
  async #shows(away: number): Promise<void> {
    const counts = this.#page.locator("[data-kind=away] .count-number, .tide-figures [data-kind=away] dd");
    await until(
      () => `${away} away`,
      async () => Number((await counts.first().innerText()).replace(/\D/g, "")) === away,
      60_000,
    );
  }

  async #while(name: string, happens: () => Promise<void>, isIdle = false): Promise<void> {
    const page = this.#page;
    await page.evaluate((isResting) => {
      const { seen, begin } = globalThis as unknown as Counting;
      Object.assign(seen, { tasks: [], frames: 0, gap: 0, since: performance.now(), isResting });
      if (!isResting) begin();
    }, isIdle);
    const before = await this.#busy();
    const beganAt = performance.now();
    await happens();
    const passedS = (performance.now() - beganAt) / 1000;
    const busy = (await this.#busy()) - before;
    await page.waitForTimeout(250); // long tasks are told late
    const seen = await page.evaluate(() => {
      const { seen } = globalThis as unknown as Counting;
      seen.isResting = true;
      const perSecond = (1000 * seen.frames) / (performance.now() - seen.since);
      return { ...seen, perSecond, nodes: document.querySelectorAll("*").length };
    });
    const longest =
      seen.tasks.length === 0
        ? "none over 50 ms"
        : `longest ${Math.max(...seen.tasks)} ms of ${seen.tasks.length}`;
    const frames = isIdle
      ? ""
      : `${seen.perSecond.toFixed(0)} frames a second, longest gap ${seen.gap.toFixed(0)} ms; `;
    this.#measured.set(name, {
      words: `long tasks ${longest}; ${frames}main thread ${((100 * busy) / passedS).toFixed(1)} %; ${seen.nodes} elements`,
    });
  }

  /** For how long the page's main thread has worked, in seconds. */
  async #busy(): Promise<number> {
    const { metrics } = await this.#cdp.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  }
}
