// What a STORE_URL may be, and how much of one may be shown; apart from the stores, so that reading settings loads no
// database.

/** Why a REDIS_URL is not one, as the end of a sentence; undefined when it is. */
export function whyNotRedisUrl(url: string): string | undefined {
  const { protocol, hostname, pathname, searchParams } = URL.parse(url) ?? {};
  const form = "redis://<host>:<port>";
  if (!/^rediss?:\/\//.test(url) || (protocol !== "redis:" && protocol !== "rediss:")) return form;
  if (!/^\/?\d*$/.test(pathname ?? "") || !/^\d*$/.test(searchParams?.get("db") ?? ""))
    return `${form} or ${form}/<number of a database>${hostname === "" ? "; the path of a unix socket is not taken" : ""}`;
  return undefined;
}

/** Why a STORE_URL is not one, as the end of a sentence; undefined when it is. */
export function whyNotStoreUrl(url: string): string | undefined {
  if (url === "memory:" || (url.startsWith("file:") && url.length > "file:".length)) return undefined;
  if (/^rediss?:\/\//.test(url)) return whyNotRedisUrl(url);
  if (/^(?:redis\+)?unix:|^\//.test(url))
    return "file:<path>, redis://<host>:<port> or memory:; the path of a unix socket is not taken";
  return "file:<path>, redis://<host>:<port> or memory:";
}

/**
 * A STORE_URL or REDIS_URL without its secrets: of a Redis URL only the scheme, the host, the port and the database
 * are kept, because a password may stand before the host and in the query.
 * @example shownUrl("redis://:pw@h:6379/2?password=pw") // "redis://h:6379/2"
 */
export function shownUrl(url: string): string {
  if (url === "memory:" || url.startsWith("file:")) return url;
  const parsed = URL.parse(url);
  if (parsed === null || whyNotRedisUrl(url) !== undefined) return "(not shown)";
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
