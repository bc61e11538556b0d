// What a STORE_URL may be; apart from the stores, so that reading settings loads no database.

/** Why a STORE_URL is not one, as the end of a sentence; undefined when it is. */
export function whyNotStoreUrl(url: string): string | undefined {
  if (url === "memory:" || (url.startsWith("file:") && url.length > "file:".length)) return undefined;
  if (/^rediss?:\/\//.test(url) && URL.canParse(url)) return undefined;
  return "file:<path>, redis://<host>:<port> or memory:";
}
