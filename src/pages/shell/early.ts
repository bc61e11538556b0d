// What has to happen before anything else of the page is there: the build puts it into the HTML, which is why it is small and
// imports nothing. A language that is chosen is remembered; a form that is submitted early is kept; a page whose script does not
// come is loaded again; whoever has a seat does not see the form; the rest of the page is fetched when the first paint is done.
// shell/way-in.ts takes over from it.

const page = document.documentElement;
const address = new URLSearchParams(location.search);
const kept = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

const language = kept("holdfast.language");
if (language !== null && language !== page.lang && !address.has("lang")) {
  address.set("lang", language);
  location.replace(`?${address}${location.hash}`);
}

addEventListener("click", ({ target }) => {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>("a[data-language]") : null;
  const chosen = link?.dataset.language;
  if (link === null || chosen === undefined) return;
  try {
    localStorage.setItem("holdfast.language", chosen);
  } catch {
    // not kept, then
  }
  const there = new URL(location.href); // as it is now: whoever is in an event has its code in there
  there.searchParams.set("lang", chosen);
  link.href = there.href;
});

try {
  // As participant/memory keeps it: the events, the newest first; version 0.1.0 kept one.
  const seats = JSON.parse(kept("holdfast.page.seated") ?? "[]") as string[] | [string, string][];
  const eventIds = typeof seats[0] === "string" ? [seats[0]] : seats.map(([eventId]) => eventId);
  const wanted =
    address.get("event") ?? (matchMedia("(display-mode: standalone)").matches ? eventIds[0] : undefined);
  if (wanted !== undefined && eventIds.includes(wanted)) page.dataset.way = "back";
} catch {
  // then the form is shown
}

addEventListener(
  "submit",
  (event) => {
    event.preventDefault();
    page.dataset.asked = "";
  },
  true, // before the form's own listener, once that is there
);

/** Asks until the server answers, then loads the page again; what was typed is kept for it. */
function comeAgain(): void {
  setTimeout(() => {
    fetch(location.href, { cache: "no-store" }).then(({ ok }) => {
      if (!ok) return comeAgain();
      const typed = Array.from(
        document.forms[0]?.elements ?? [],
        (field) => (field as HTMLInputElement).value,
      );
      try {
        sessionStorage.setItem("holdfast.typed", JSON.stringify([...typed.slice(0, 2), page.dataset.asked]));
      } catch {
        // typed again, then
      }
      return location.reload();
    }, comeAgain);
  }, 2000);
}
addEventListener(
  "error",
  ({ target }) => {
    if (target instanceof HTMLScriptElement) comeAgain();
  },
  true,
);
addEventListener("holdfast-part-missing", comeAgain, { once: true });

requestAnimationFrame(() =>
  setTimeout(() => {
    for (const link of document.querySelectorAll<HTMLLinkElement>("link[data-later]"))
      link.rel = link.dataset.later as string;
  }),
);
