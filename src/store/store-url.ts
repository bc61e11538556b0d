// What a STORE_URL may be; apart from the stores, so that reading settings loads no database.

const isRedis = (url: string) => /^rediss?:\/\//.test(url) && URL.canParse(url);

/** Why a REDIS_URL is not one, as the end of a sentence; undefined when it is. */
export function whyNotRedisUrl(url: string): string | undefined {
  return isRedis(url) ? undefined : "redis://<host>:<port>";
}

/** Why a STORE_URL is not one, as the end of a sentence; undefined when it is. */
export function whyNotStoreUrl(url: string): string | undefined {
  if (url === "memory:" || (url.startsWith("file:") && url.length > "file:".length)) return undefined;
  if (isRedis(url)) return undefined;
  return "file:<path>, redis://<host>:<port> or memory:";
}
