// The README's pictures of both pages: `node harness/clients/screenshots.ts` plays a lively event of 80 s on a server of
// its own, in real time, and writes docs/screenshots/*.png. Needs chromium.
import { mkdirSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { createApp, loadConfig } from "../../src/holdfast.ts";
import { buildPages, launch } from "./browser.ts";
import { RawClient } from "./raw-client.ts";

const folder = "docs/screenshots";
const eventId = "friday-quiz";
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const desktop = { viewport: { width: 1280, height: 800 } };

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

function join(url: string, name: string, event = eventId): Promise<RawClient> {
  const device = `${slug(name)}-phone`;
  return RawClient.join(url, {
    event_id: event,
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
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Take a seat" }).click();
  await page.getByRole("heading", { name: "You are here" }).waitFor();
  return page;
}

async function openHost(
  browser: Browser,
  url: string,
  code: string | undefined,
  options: BrowserContextOptions,
) {
  const page = await open(browser, `${url}/host?event=${eventId}#code=${code ?? ""}`, options);
  await page.getByText("2 min", { exact: true }).click();
  return page;
}

await buildPages();
const app = createApp({
  config: loadConfig({ STORE_URL: "memory:", LOG_LEVEL: "silent", HOST: "127.0.0.1" }),
});
const url = `http://127.0.0.1:${await app.listen(0)}`;
const browser = await launch();

const hostPhone = await openHost(browser, url, app.newHostCode(), phone);
const hostDesktop = await openHost(browser, url, app.newHostCode(), desktop);
const clients = new Map<string, RawClient>();
for (const name of [...guests, ...more]) clients.set(name, await join(url, name));
const others = await Promise.all(
  ["Otto", "Pia", "Quinn"].flatMap((name) => [join(url, name, "all-hands"), join(url, name, "book-club")]),
);
const annPhone = await takeSeat(browser, url, "Ann Lee", phone);
const samDesktop = await takeSeat(browser, url, "Sam Adeyemi", desktop);

const began = performance.now();
for (let second = 0; second <= lastSecond; second += 1) {
  await play(url, clients, second);
  if (second === 20) others[0]?.socket.terminate();
  if (second === lastSecond - 12)
    await annPhone.getByRole("button", { name: "Go dark for 5 seconds" }).click();
  if (second === lastSecond - 6) await annPhone.getByRole("button", { name: "Drop the socket" }).click();
  await new Promise((resolve) => setTimeout(resolve, began + second * 1000 + 1000 - performance.now()));
}

mkdirSync(folder, { recursive: true });
const pictures = { "participant-phone": annPhone, "participant-desktop": samDesktop };
for (const [name, page] of Object.entries({
  ...pictures,
  "host-phone": hostPhone,
  "host-desktop": hostDesktop,
})) {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
  await page.screenshot({ path: `${folder}/${name}.png` });
}
await browser.close();
process.exit(0);
