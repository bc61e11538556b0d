// A visit of a page whose shell the browser keeps, when its service worker has been stopped, as browsers do after half a minute.
import type { BrowserContext, Page } from "playwright-core";
import { until } from "../../harness/wait.ts";
import { firstPaintOf, slowPage } from "./visit.ts";

/** The HTML is written last: with it the whole shell is there. */
const hasShell = async (page: string): Promise<boolean> => {
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys())
      if (url.includes(`/assets/${page}.`)) return true;
  return false;
};

/** @throws when the shell of this page is not kept within a minute */
export async function shellIsKept(tab: Page, page: "index" | "host"): Promise<void> {
  await until(`the shell of ${page} is kept`, () => tab.evaluate(hasShell, page), 60_000, 200);
}

/** @returns the first paint with content, in ms after the navigation */
export async function secondVisit(
  context: BrowserContext,
  address: string,
  slowdown: number,
): Promise<number> {
  const page = await slowPage(context, slowdown);
  const devtools = await context.newCDPSession(page);
  await devtools.send("ServiceWorker.enable");
  await devtools.send("ServiceWorker.stopAllWorkers");
  await page.goto(address, { waitUntil: "commit" });
  const paintedAfterMs = await firstPaintOf(page);
  await page.close();
  return paintedAfterMs;
}
