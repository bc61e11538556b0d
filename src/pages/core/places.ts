// What addresses say: the event of a link, the one-time code of a host's link, the link that a QR code holds.
// Pure: the address is given. Codes and tokens stay in the fragment, which is never sent to a server.

/** In UTF-16 units: an id has 128 characters at most (protocol/incoming/join-options). A QR code holds no link to a longer one. */
const longestEventId = 256;

/** The event that a link names (`?event=CODE`), exactly as it is written; undefined where it names none that there can be. */
export function eventOf(search: string): string | undefined {
  const named = new URLSearchParams(search).get("event") ?? "";
  return named === "" || named.length > longestEventId ? undefined : named;
}

/** What a host looks at: an event as it runs, its lobby, or the form of a new one. */
export type HostView = "running" | "lobby" | "new";

/** Where the host's page is (`?event=CODE&view=lobby`). */
export interface HostPlace {
  readonly event: string | undefined;
  readonly view: HostView;
}

export function hostPlaceOf(search: string): HostPlace {
  const event = eventOf(search);
  const view = new URLSearchParams(search).get("view");
  if (event === undefined) return { event, view: view === "new" ? "new" : "running" };
  return { event, view: view === "lobby" ? "lobby" : "running" };
}

/** The query of a place; empty for the list alone. */
export function searchOf({ event, view }: HostPlace): string {
  const query = new URLSearchParams();
  if (event !== undefined) query.set("event", event);
  if (view !== "running") query.set("view", view);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** The host's link of a one-time code; for one event, or for all. `page` is the address of any page of ours. */
export function hostLink(page: string, code: string, eventId: string | undefined): string {
  const link = new URL("./host", page);
  if (eventId !== undefined) link.search = searchOf({ event: eventId, view: "running" });
  link.hash = `code=${encodeURIComponent(code)}`;
  return link.href;
}

/** An address as a person reads it from a wall: without its scheme and the last slash. */
export function spokenAddress(page: string): string {
  const { host, pathname } = new URL("./", page);
  return (host + pathname).replace(/\/$/, "");
}

/** A secret of the fragment (`#code=...`, `#token=...`); undefined without one. */
export function fragmentValue(hash: string, name: "code" | "token"): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, "")).get(name) || undefined;
}

/** The address of the participant page for an event; `page` is the address of any page of ours. */
export function joinLink(page: string, eventId: string): string {
  const link = new URL("./", page);
  link.search = `?event=${encodeURIComponent(eventId)}`;
  return link.href;
}

/** The address of this page in an event: as it is, with the language that it names, and without what else there was. */
export function ownAddress(page: string, eventId: string): string {
  const language = new URL(page).searchParams.get("lang");
  return joinLink(page, eventId) + (language === null ? "" : `&lang=${encodeURIComponent(language)}`);
}

/** Where the server is, as seen from a page of ours: `https://host/` (also behind a path prefix). */
export function serverOf(page: string): string {
  const { origin, pathname } = new URL("./", page);
  return origin + pathname.replace(/\/$/, "");
}

/** Would a phone that scans this link end up on itself? */
export function isOnlyThisMachine(link: string): boolean {
  return /^(?:(?:.+\.)?localhost|0\.0\.0\.0|127\.\d+\.\d+\.\d+|\[::1?\])$/.test(new URL(link).hostname);
}

/** The device that a participant's token (JWT) is for; undefined when it does not say. Not a check: the server's is. */
export function deviceOfToken(token: string): string | undefined {
  try {
    const payload = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { device_id?: unknown } | null;
    return typeof claims?.device_id === "string" ? claims.device_id : undefined;
  } catch {
    return undefined;
  }
}
