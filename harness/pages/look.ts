// What is wrong with a page as it is now, in one language: words of another, the wrong side, what sticks out, what axe says.
import type { Page } from "playwright-core";
import { directionOf, type Language } from "../../src/pages/languages/languages.ts";
import { overflowsOf, violationsInEveryLook } from "../clients/accessibility.ts";
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
    const spoken = await this.#page.evaluate(
      () => `${document.documentElement.lang} ${document.documentElement.dir}`,
    );
    const wanted = `${this.#language} ${directionOf(this.#language)}`;
    const wrong = [
      ...(spoken === wanted ? [] : [`is ${spoken}, and not ${wanted}`]),
      ...(await foreignWordsOf(this.#page, this.#language, this.#names)).map(
        (text) => `not in ${this.#language}: ${text}`,
      ),
      ...(await overflowsOf(this.#page)).map((text) => `sticks out: ${text}`),
      ...(isNew && this.#language === askedIn ? await violationsInEveryLook(this.#page) : []),
    ];
    this.found.push(...wrong.map((text) => `${state}: ${text}`));
  }
}
