// What is wrong with a page as it is now, and with the frames in it, in one language: words of another, the wrong side, what
// sticks out, what axe says.
import type { Frame, Page } from "playwright-core";
import { directionOf, type Language } from "../../src/pages/languages/languages.ts";
import { overflowsOf, violationsInEveryLook } from "../browsers/accessibility.ts";
import { foreignWordsOf } from "./foreign-words.ts";

/** Axe is asked once, in the language that runs the other way. */
const askedIn: Language = "ar";

/** Collects what is wrong in each state, so that one run tells all of it. */
export class Look {
  /** A sentence for each thing that is wrong, which begins with the state; none is none. */
  readonly found: string[] = [];
  readonly #page: Page;
  readonly #language: Language;
  readonly #names: readonly string[];

  /** @param names what people have called themselves and events: of no language */
  constructor(page: Page, language: Language, names: readonly string[] = []) {
    this.#page = page;
    this.#language = language;
    this.#names = names;
  }

  /** @param isNew no other test asks axe in this state */
  async at(state: string, isNew = false): Promise<void> {
    const wrong = isNew && this.#language === askedIn ? await violationsInEveryLook(this.#page) : [];
    for (const frame of this.#page.frames()) wrong.push(...(await this.#wrongIn(frame)));
    this.found.push(...wrong.map((text) => `${state}: ${text}`));
  }

  async #wrongIn(frame: Frame): Promise<string[]> {
    const spoken = await frame.evaluate(
      () => `${document.documentElement.lang} ${document.documentElement.dir}`,
    );
    const wanted = `${this.#language} ${directionOf(this.#language)}`;
    return [
      ...(spoken === wanted ? [] : [`is ${spoken}, and not ${wanted}`]),
      ...(await foreignWordsOf(frame, this.#language, this.#names)).map(
        (text) => `not in ${this.#language}: ${text}`,
      ),
      ...(await overflowsOf(frame)).map((text) => `sticks out: ${text}`),
      ...(await namesAstrayIn(frame)).map((text) => `does not begin where the page's lines do: ${text}`),
    ];
  }
}

/** Names that stand at the far end of their place, because they run the other way than the page. */
function namesAstrayIn(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const isRightToLeft = document.documentElement.dir === "rtl";
    const astray = [...document.querySelectorAll<HTMLElement>("bdi")].filter((name) => {
      const { display, textAlign } = getComputedStyle(name);
      if (display === "inline" || textAlign === "center" || !name.checkVisibility()) return false;
      const text = document.createRange();
      text.selectNodeContents(name);
      const [place, line] = [name.getBoundingClientRect(), text.getBoundingClientRect()];
      return (isRightToLeft ? place.right - line.right : line.left - place.left) > 2;
    });
    return astray.map(({ outerHTML }) => outerHTML);
  });
}
