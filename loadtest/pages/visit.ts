// One visit of a person with a slow phone: opens a link to an event, takes a seat, and what came when.
import type { BrowserContext, Page } from "playwright-core";

export interface Visit {
  /** From the navigation, in ms. */
  readonly firstPaintMs: number;
  /** The first moment at which what is typed stands in the field. */
  readonly usableMs: number;
  /** "You are here" is on the screen. */
  readonly joinedMs: number;
  /** When that was, in ms since 1970. */
  readonly hereAt: number;
}

interface Marks {
  typedAt?: number;
  hereAt?: number;
}

/** Notes, in the page, when something was typed and when it was in. */
function note(): void {
  const marks: Marks = ((globalThis as unknown as { marks: Marks }).marks = {});
  addEventListener("input", () => (marks.typedAt ??= performance.now()), true);
  const look = () => {
    if (document.querySelector("[data-test=own-status][data-status=here]") === null)
      requestAnimationFrame(look);
    else marks.hereAt = performance.now();
  };
  requestAnimationFrame(look);
}

/** @param slowdown how many times slower the processor is to be */
export async function slowPage(context: BrowserContext, slowdown: number): Promise<Page> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  await page.addInitScript(note);
  return page;
}

const marksOf = (page: Page): Promise<Marks> =>
  page.evaluate(() => (globalThis as unknown as { marks: Marks }).marks);

export const firstPaintOf = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => {
          const [paint] = performance.getEntriesByName("first-contentful-paint");
          if (paint === undefined) requestAnimationFrame(look);
          else resolve(paint.startTime);
        };
        look();
      }),
  );

export async function visit(page: Page, address: string): Promise<Visit> {
  await page.goto(address, { waitUntil: "commit", timeout: 60_000 });
  await page.locator("[data-test=name]").pressSequentially("Ann");
  await page.locator("[data-test=join]").click();
  await page.locator("[data-test=own-status][data-status=here]").waitFor({ timeout: 60_000 });
  const { typedAt = Number.NaN, hereAt = Number.NaN } = await marksOf(page);
  const beganAt = await page.evaluate(() => performance.timeOrigin);
  return {
    firstPaintMs: await firstPaintOf(page),
    usableMs: typedAt,
    joinedMs: hereAt,
    hereAt: beganAt + hereAt,
  };
}
