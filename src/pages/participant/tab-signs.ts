// The tab's title and icon say when this device is away: they are all that is seen of a page in the background. The icon is in
// the script, because there may be no network to fetch it over.

const ring = (colour: string, line: string) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="11.5" fill="none" stroke="${colour}" stroke-width="5" ${line}/><circle cx="16" cy="16" r="4" fill="${colour}"/></svg>`,
  )}`;
const awayIcon = ring("#c06d00", 'stroke-dasharray="8 4"');
const overIcon = ring("#55666b", 'stroke-dasharray="2 4"');

const plainIcon = () => document.querySelector<HTMLLinkElement>('link[rel="icon"]');
let original: string | undefined;

/** @param tone of what the page says of its own seat; undefined: there is no event */
export function showInTab(title: string, tone: "well" | "trouble" | "over" | undefined): void {
  if (document.title !== title) document.title = title;
  const icon = plainIcon();
  if (icon === null) return;
  original ??= icon.getAttribute("href") ?? "";
  const href = tone === "trouble" ? awayIcon : tone === "over" ? overIcon : original;
  if (icon.getAttribute("href") !== href) icon.setAttribute("href", href);
}
