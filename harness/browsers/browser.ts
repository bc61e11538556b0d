// A real Chromium for tests, the pages it loads, and what its console says; or the news that there is none.
// Knows nothing of what the pages show: test/browser does.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { until } from "../wait.ts";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
export const hasChromium = spawnSync(executablePath, ["--version"]).status === 0;
if (!hasChromium)
  console.warn(
    "NOT RUN: tests in a browser need chromium, which is not installed (apt-get install chromium)",
  );

/** `describe` with the pages built, or a loud skip where chromium is not installed. */
export function describeWithChromium(title: string, suite: (this: Mocha.Suite) => void): void {
  if (!hasChromium) {
    describe.skip(title, suite);
    return;
  }
  describe(title, function () {
    this.timeout(60_000);
    before("the pages are built", buildPages);
    suite.call(this);
  });
}

const newestOf = (...patterns: string[]) =>
  Math.max(0, ...globSync(patterns).map((file) => statSync(file).mtimeMs));

/** Builds dist/pages where it is missing, or older than what it is made of. */
export async function buildPages(): Promise<void> {
  const sources = newestOf("src/{pages,client,protocol}/**/*", "vite.config.ts", "package-lock.json");
  if (newestOf("dist/pages/host.html") > sources) return;
  const { build } = await import("vite");
  await build({ configFile: "vite.config.ts", logLevel: "warn" });
}

const quietly = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser whose pages believe that they are always seen, each context a device of its own. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath, args: quietly });
}

/**
 * A browser as a person has it: one device, whose tabs hide each other, slow down when hidden, and are kept when they
 * are left. Playwright's own launch turns all of that off. A tab that has been hidden for `throttledAfterS` wakes once a
 * minute only (Chromium's own figure is 5 minutes).
 */
export class EverydayBrowser {
  readonly context: BrowserContext;
  readonly #browser: Browser;
  readonly #child: ChildProcess;
  readonly #profile: string;

  private constructor(browser: Browser, child: ChildProcess, profile: string) {
    const [context] = browser.contexts();
    if (context === undefined) throw new Error("a browser without its default context");
    this.context = context;
    this.#browser = browser;
    this.#child = child;
    this.#profile = profile;
  }

  static async open({ throttledAfterS = 10 } = {}): Promise<EverydayBrowser> {
    const profile = mkdtempSync(join(tmpdir(), "holdfast-chromium-"));
    const own = [
      "--headless=new",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      `--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/${throttledAfterS}`,
    ];
    const child = spawn(executablePath, [...quietly, ...own, "about:blank"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let output = "";
    child.stderr.on("data", (bytes) => (output += bytes));
    const endpoint = await until(
      "a browser that listens",
      () => /DevTools listening on (ws:\S+)/.exec(output)?.[1],
      20_000,
    );
    const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
    return new EverydayBrowser(browser, child, profile);
  }

  async close(): Promise<void> {
    const session = await this.#browser.newBrowserCDPSession();
    await session.send("Browser.close").catch(() => {});
    if (this.#child.exitCode === null) await once(this.#child, "exit");
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What a page's console has said: of our code, and of the browser about a network that is broken. */
export interface Complaints {
  readonly ours: string[];
  readonly network: string[];
}

/** Said about a network that is broken, by the browser, the SDK or axe; no page can keep them from it. */
const networkLines = [
  /^Failed to load resource: (?:net::ERR_|the server responded with a status of \d)/,
  /^WebSocket connection to '[^']*' failed/,
  /^@colyseus\/sdk: \S+ Network offline\. Closing/,
  /^An unknown error occurred when fetching the script\.$/, // of a service worker
  /^Couldn't load preload assets: /, // axe, which asks for the styles once more
];

/** Listens from now on, to errors, warnings and what nobody has caught. */
export function complaintsOf(page: Page): Complaints {
  const complaints: Complaints = { ours: [], network: [] };
  page.on("pageerror", (error) => complaints.ours.push(`uncaught: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (!["error", "warning", "assert"].includes(message.type())) return;
    const text = message.text();
    const isNetwork = networkLines.some((line) => line.test(text));
    complaints[isNetwork ? "network" : "ours"].push(text);
  });
  return complaints;
}
