// What addresses say: the event of a link, the one-time code of a host's link, the link that a QR code holds.
// Pure: the address is given. Codes and tokens stay in the fragment, which is never sent to a server.

/** The event that a link names (`?event=CODE`), exactly as it is written; undefined without one. */
export function eventOf(search: string): string | undefined {
  return new URLSearchParams(search).get("event") || undefined;
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
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(link).hostname);
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
