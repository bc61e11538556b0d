// What the examples' pages do with the document. Names and answers are what other people have typed: they become text here,
// never HTML.

/** The element with this id. @throws when the page has none of that kind */
export function byId<Element extends HTMLElement = HTMLElement>(
  id: string,
  kind: new () => Element = HTMLElement as never,
): Element {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} #${id}`);
}

/** A new element with these texts and elements in it. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  ...children: (string | Node)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
}

/** Writes a text, unless it stands there already: what has not changed is not read out once more. */
export function say(where: HTMLElement, text: string): void {
  if (where.textContent !== text) where.textContent = text;
}

/** Whole seconds that are left until `instant`, by the server's clock; never below 0. */
export function secondsUntil(instant: number, serverNow: number): number {
  return Math.max(0, Math.ceil((instant - serverNow) / 1000));
}

/** Calls `draw` now, and four times a second: for whatever counts down. */
export function everyQuarterSecond(draw: () => void): void {
  draw();
  setInterval(draw, 250);
}

/** What stands in the field of this name. */
export function fieldOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === "string" ? value.trim() : "";
}
