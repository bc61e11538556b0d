// WebKitGTK, a stand-in for Safari: its MiniBrowser, driven by its WebKitWebDriver, on a screen of Xvfb's. Each device is a
// MiniBrowser with a driver of its own, because a driver has one session, and under a driver a MiniBrowser keeps all that it
// stores in memory.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { freePort } from "../servers/free-port.ts";
import { until } from "../wait.ts";
import { Tab, type TabDriver } from "./tab.ts";
import type { Device, DeviceOptions, TestBrowser } from "./test-browser.ts";
import { WebDriverSession } from "./webdriver.ts";

const [miniBrowser] = globSync("/usr/lib/*/webkit2gtk-4.*/MiniBrowser");
const runs = (program: string) => spawnSync(program, ["--help"]).error === undefined;

export class WebKit implements TestBrowser {
  readonly name = "WebKit";
  readonly isInstalled = miniBrowser !== undefined && runs("WebKitWebDriver") && runs("Xvfb");
  readonly packages = "webkit2gtk-driver xvfb";
  readonly canForceColours = false;
  #screen: ChildProcess | undefined;
  #display = "";
  #folder = "";

  async open(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), "holdfast-webkit-"));
    const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    this.#screen = screen;
    let number = "";
    (screen.stdio[3] as Readable).on("data", (bytes) => (number += bytes));
    await until("a screen of Xvfb", () => number.includes("\n"), 20_000);
    this.#display = `:${number.trim()}`;
  }

  async newDevice({ language = "en-US", size }: DeviceOptions = {}): Promise<Device> {
    const environment = {
      PATH: process.env.PATH ?? "",
      HOME: this.#folder,
      DISPLAY: this.#display,
      ...(await localeOf(language, this.#folder)),
    };
    return WebKitDevice.start(environment, size);
  }

  async close(): Promise<void> {
    if (this.#screen !== undefined) await ended(this.#screen);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** It speaks the language of the C library's locale, which is made here; American English is what it speaks without one. */
async function localeOf(language: string, folder: string): Promise<Record<string, string>> {
  const name = language.replace("-", "_");
  const locale = { LOCPATH: folder, LC_ALL: `${name}.UTF-8` };
  const made = join(folder, locale.LC_ALL);
  if (name === "en_US" || existsSync(made)) return locale;
  const [code] = await once(
    spawn("localedef", ["-i", name, "-f", "UTF-8", made], { stdio: "ignore" }),
    "exit",
  );
  if (code !== 0) throw new Error(`localedef cannot make ${name} (apt-get install locales)`);
  return locale;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

class WebKitDevice implements Device {
  readonly complaints: readonly string[] = [];
  readonly #driver: ChildProcess;
  readonly #session: WebDriverSession;
  readonly #size: DeviceOptions["size"];
  /** Not yet given away as a tab. */
  #unused: string | undefined;

  private constructor(driver: ChildProcess, session: WebDriverSession, size: DeviceOptions["size"]) {
    this.#driver = driver;
    this.#session = session;
    this.#size = size;
    this.#unused = session.firstWindow;
  }

  static async start(env: Record<string, string>, size: DeviceOptions["size"]): Promise<WebKitDevice> {
    const port = await freePort();
    const driver = spawn("WebKitWebDriver", ["-p", String(port)], { env, stdio: "ignore" });
    const url = `http://127.0.0.1:${port}`;
    await until(
      "WebKitWebDriver",
      () =>
        fetch(`${url}/status`).then(
          ({ ok }) => ok,
          () => false,
        ),
      20_000,
      40,
    );
    const browserOptions = { binary: miniBrowser, args: ["--automation"] };
    const session = await WebDriverSession.open(url, { "webkitgtk:browserOptions": browserOptions });
    return new WebKitDevice(driver, session, size);
  }

  async newTab(): Promise<Tab> {
    const handle = this.#unused ?? (await this.#session.newWindow());
    this.#unused = undefined;
    const tab = new WebKitTab(this.#session, handle);
    if (this.#size !== undefined) await tab.resize(this.#size);
    return new Tab(tab);
  }

  async close(): Promise<void> {
    await this.#session.close().catch(() => {}); // it may have gone with its last window
    await ended(this.#driver);
  }
}

class WebKitTab implements TabDriver {
  readonly #session: WebDriverSession;
  readonly #window: string;

  constructor(session: WebDriverSession, window: string) {
    this.#session = session;
    this.#window = window;
  }

  async goto(url: string): Promise<void> {
    await this.#post("/url", { url });
    await this.#isOpen();
  }

  async reload(): Promise<void> {
    await this.#post("/refresh");
    await this.#isOpen();
  }

  async fill(selector: string, text: string): Promise<void> {
    await this.#onceReady(() => this.#session.sendToElement(this.#window, selector, "/clear"));
    await this.#session.sendToElement(this.#window, selector, "/value", { text });
  }

  click(selector: string): Promise<void> {
    return this.#onceReady(() => this.#session.sendToElement(this.#window, selector, "/click"));
  }

  /** Waits, as the other drivers do by themselves, while an element is still moving, hidden, or drawn anew. */
  async #onceReady(act: () => Promise<unknown>): Promise<void> {
    let problem = "";
    const isDone = () =>
      act().then(
        () => true,
        (error: Error) => {
          if (!/not interactable|click intercepted|stale element|no such element/.test(error.message))
            throw error;
          problem = error.message;
          return false;
        },
      );
    await until(() => problem, isDone, 10_000, 50);
  }

  async evaluate(source: string, args: readonly unknown[]): Promise<unknown> {
    const script = `const args = [...arguments], done = args.pop();
      new Promise((resolve) => resolve((${source})(...args)))
        .then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const answer = (await this.#post("/execute/async", { script, args })) as {
      value?: unknown;
      error?: string;
    };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }

  async screenshot(): Promise<Uint8Array> {
    const picture = await this.#session.send(this.#window, "GET", "/screenshot");
    return Buffer.from(picture as string, "base64");
  }

  async resize({ width, height }: { width: number; height: number }): Promise<void> {
    await this.#post("/window/rect", { width, height });
  }

  async close(): Promise<void> {
    await this.#session.send(this.#window, "DELETE", "/window");
  }

  /** An address that nobody answers shows a page of the browser's own, and the driver does not say so. */
  async #isOpen(): Promise<void> {
    const address = await this.evaluate("() => location.href", []);
    if (address === "about:blank") throw new Error("nothing has answered");
  }

  #post(path: string, body: object = {}): Promise<unknown> {
    return this.#session.send(this.#window, "POST", path, body);
  }
}
