// The links to the page's other languages: they keep the rest of the address, and the choice is remembered.
import { chooseLanguage } from "../languages/choose.ts";
import { languageOf } from "../languages/languages.ts";

export function chooseByLinks(): void {
  document.addEventListener("click", (event) => {
    const link =
      event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-language]") : null;
    const language = languageOf(link?.dataset.language ?? "");
    if (link === null || language === undefined) return;
    chooseLanguage(language);
    const address = new URL(location.href);
    address.searchParams.set("lang", language);
    link.href = address.href;
  });
}
