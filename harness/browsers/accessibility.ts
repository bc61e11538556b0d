// What axe says of a page, in every look that a person may have chosen: light, dark, and forced colours.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Frame, Page } from "playwright-core";
import type { Tab } from "./tab.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** Light and dark as the page draws them; forced colours as the system does. */
const looks = {
  light: { colorScheme: "light", forcedColors: "none" },
  dark: { colorScheme: "dark", forcedColors: "none" },
  "forced colours": { colorScheme: "dark", forcedColors: "active" },
} as const;

/**
 * What axe finds wrong with a page as it is now, one sentence each; none is none.
 * @param isForced colours are the system's. axe 4.14 reads `-webkit-text-fill-color`, which Chromium gives as it was without
 *   them, and finds contrasts that nobody sees: it is not asked for any.
 */
export async function violationsNow(page: Page, isForced = false): Promise<string[]> {
  // Not as a script of the page's: its content policy would refuse it. Axe asks itself in each frame.
  for (const frame of page.frames()) await frame.evaluate(axeSource);
  const rules = isForced ? { "color-contrast": { enabled: false } } : {};
  return sentencesOf(await page.evaluate(askAxe, { resultTypes: ["violations"], rules }));
}

/** The same for a tab of any browser. Firefox gives the colours as they are seen. */
export async function violationsInTab(tab: Tab): Promise<string[]> {
  await tab.evaluate(new Function(axeSource) as () => void);
  return sentencesOf(await tab.evaluate(askAxe, { resultTypes: ["violations"] }));
}

const askAxe = async (options: object): Promise<AxeResult> => {
  const { axe } = window as unknown as { axe: { run(options: object): Promise<AxeResult> } };
  return axe.run(options);
};

const sentencesOf = ({ violations }: AxeResult): string[] =>
  violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = "" }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary}`),
  );

/** What axe finds wrong in each look; each sentence begins with the look. The page looks as before afterwards. */
export async function violationsInEveryLook(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [look, media] of Object.entries(looks)) {
    await page.emulateMedia({ ...media, reducedMotion: "reduce" });
    for (const frame of page.frames())
      await frame.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        // A colour half way to another is nobody's.
        for (const animation of document.getAnimations())
          if (animation instanceof CSSTransition) animation.finish();
      });
    found.push(
      ...(await violationsNow(page, media.forcedColors === "active")).map(
        (sentence) => `${look}: ${sentence}`,
      ),
    );
  }
  await page.emulateMedia({ colorScheme: null, forcedColors: null, reducedMotion: null });
  return found;
}

/** Elements that stick out of the page to the side, or whose own text does not fit, each by its beginning; none is none. */
export async function overflowsOf(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const wide = scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide, of ${clientWidth}`] : [];
    const seen = [...document.querySelectorAll<HTMLElement>("body *")].filter((element) => {
      const { overflowX, display } = getComputedStyle(element);
      const mayBeCut = overflowX !== "visible" || display === "inline" || element.closest("svg") !== null;
      return !mayBeCut && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
    });
    return [...wide, ...seen.map(({ outerHTML }) => outerHTML.slice(0, 160))];
  });
}
