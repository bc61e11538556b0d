// The README's recording of the demo page: `npm run demo:record` plays it in Chromium on a server of its own, as a person
// would, and writes docs/demo.webp. Needs chromium, and img2webp (apt-get install webp).
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildPages, launch } from "../browsers/browser.ts";
import { startServer } from "../servers/server-process.ts";

const file = "docs/demo.webp";
const frameMs = 500;

/** Takes a picture every `frameMs`, for as long as it is shown. */
class Recording {
  readonly #page: Page;
  readonly #folder = mkdtempSync(join(tmpdir(), "holdfast-recording-"));
  readonly #frames: { readonly file: string; readonly ms: number }[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  async show(forMs: number): Promise<void> {
    for (let left = forMs; left > 0; left -= frameMs) {
      const path = join(this.#folder, `${this.#frames.length}.png`);
      await this.#page.screenshot({ path });
      this.#frames.push({ file: path, ms: frameMs });
      await this.#page.waitForTimeout(frameMs);
    }
  }

  write(): void {
    const frames = this.#frames.flatMap(({ file: path, ms }) => [
      "-lossy",
      "-q",
      "70",
      "-m",
      "6",
      "-d",
      `${ms}`,
      path,
    ]);
    execFileSync("img2webp", ["-loop", "0", "-kmax", "20", ...frames, "-o", file]);
    rmSync(this.#folder, { recursive: true });
  }
}

await buildPages();
const server = await startServer({});
const browser = await launch();
const page = await browser.newPage({
  viewport: { width: 820, height: 800 },
  locale: "en-GB",
  colorScheme: "light",
});
await page.goto(`${server.url}/demo`);
const ann = page.frameLocator("iframe >> nth=0");
const everyone = page.frameLocator("iframe >> nth=1");
const recording = new Recording(page);
const annIs = (kind: string) => everyone.locator(`[data-name=Ann][data-kind=${kind}]`).waitFor();
const press = (name: string) => page.locator(`[data-test=${name}]`).click();

await everyone.locator("[data-test=demo-person] >> nth=3").waitFor();
await recording.show(1500);
await ann.locator("[data-test=choice-1]").click();
await ann.locator("[data-test=demo-score]", { hasText: "10 points" }).waitFor();
await recording.show(2000);
await press("tunnel");
await annIs("away");
await recording.show(3000);
await ann.locator("[data-test=choice-0]").click();
await recording.show(2500);
await press("ordinary");
await recording.show(2500);
await press("ordinary");
await press("tunnel");
await annIs("connected");
await recording.show(3500);
await press("kill");
await recording.show(2500);
await page.locator("[data-test=kill]:not([disabled])").waitFor();
await annIs("connected");
await recording.show(4000);
recording.write();
console.log(`written: ${file}`);
await browser.close();
await server.kill();
