// The README's pictures of the pages: `npm run docs:pictures` plays a lively event of 80 s on a server of its own, in real
// time, and writes docs/screenshots/*.png, by day and by night. Needs chromium.
import { mkdirSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { HostClient } from "../../src/host/index.ts";
import { createApp, loadConfig } from "../../src/holdfast.ts";
import { buildPages, launch } from "../browsers/browser.ts";
import { RawClient } from "../clients/raw-client.ts";

const folder = "docs/screenshots";
const eventId = "K7Q4XM";
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const desktop = { viewport: { width: 1280, height: 800 } };
const looks = ["light", "dark"] as const;

const guests = ["Ben Okafor", "Chiara Rossi", "Dana", "Emre Yılmaz", "Freya Lind", "Goro", "Hana Sato"];
const more = ["Ines Duarte", "Jonas", "Kavya Rao", "Luca 🎸", "Mei Lin"];
/** Who is away from when to when, in seconds; who is not back at the end of the play is in the picture so. */
const outages: readonly (readonly [name: string, from: number, to: number])[] = [
  ["Goro", 8, 16],
  ["Mei Lin", 10, 99], // 30 s later the seat is free
  ["Dana", 14, 31],
  ["Ben Okafor", 15, 19],
  ["Jonas", 16, 30],
  ["Hana Sato", 33, 38],
  ["Kavya Rao", 36, 58],
  ["Goro", 44, 51],
  ["Emre Yılmaz", 57, 99],
  ["Ines Duarte", 60, 66],
  ["Jonas", 65, 99],
  ["Chiara Rossi", 73, 99],
];
const leavesAt = { name: "Luca 🎸", second: 48 };
const lastSecond = 76;

const slug = (name: string) => name.replace(/\W+/g, "-").toLowerCase();

function join(url: string, name: string): Promise<RawClient> {
  const device = `${slug(name)}-phone`;
  return RawClient.join(url, {
    event_id: eventId,
    device_id: device,
    session_token: `the token of ${device}`,
    display_name: name,
  });
}

async function play(url: string, clients: Map<string, RawClient>, second: number): Promise<void> {
  for (const [name, from, to] of outages) {
    if (second === from) clients.get(name)?.socket.terminate();
    if (second === to) clients.set(name, await join(url, name));
  }
  if (second === leavesAt.second) clients.get(leavesAt.name)?.socket.close(4000);
}

async function open(browser: Browser, address: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ ...options, locale: "en-GB", reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

async function takeSeat(browser: Browser, url: string, name: string, options: BrowserContextOptions) {
  const page = await open(browser, `${url}/?event=${eventId}`, options);
  await page.locator("[data-test=name]").fill(name);
  await page.locator("[data-test=join]").click();
  await page.locator("[data-test=own-status][data-status=here]").waitFor();
  return page;
}

async function takePicture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
  for (const look of looks) {
    await page.emulateMedia({ colorScheme: look, reducedMotion: "reduce" });
    await page.screenshot({ path: `${folder}/${name}${look === "light" ? "" : "-dark"}.png` });
  }
}

await buildPages();
const app = createApp({
  config: loadConfig({ STORE_URL: "memory:", LOG_LEVEL: "silent", HOST: "127.0.0.1" }),
});
const port = await app.listen(0);
const url = `http://localhost:${port}`;
const hosts = new HostClient({ url });
await hosts.signIn(app.newHostCode() ?? "");
await hosts.create({ event_id: eventId, title: "Friday quiz" });
await hosts.create({ title: "Book club" });
const browser = await launch();
mkdirSync(folder, { recursive: true });

const host = await open(browser, `${url}/host?event=${eventId}#code=${app.newHostCode() ?? ""}`, desktop);
await host.locator("[data-test=signed-in]").waitFor();
const clients = new Map<string, RawClient>();
for (const name of [...guests, ...more]) clients.set(name, await join(url, name));
const ann = await takeSeat(browser, url, "Ann Lee", phone);
await host.locator("[data-test=lobby]").click();
await host.locator("[data-test=projector] [data-test=event-code]").waitFor();
await host.waitForTimeout(1000);
await takePicture(host, "projector");
await host.locator("[data-test=start]").click();

const began = performance.now();
for (let second = 0; second <= lastSecond; second += 1) {
  await play(url, clients, second);
  if (second === lastSecond - 6) await ann.context().setOffline(true);
  await new Promise((resolve) => setTimeout(resolve, began + second * 1000 + 1000 - performance.now()));
}
await takePicture(ann, "participant-away");
await ann.context().setOffline(false);
await ann.locator("[data-test=own-status][data-status=here]").waitFor();
await ann.waitForTimeout(8000); // the moment of the return is over
await takePicture(ann, "participant");
await takePicture(host, "host");
await browser.close();
process.exit(0);
