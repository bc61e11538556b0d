// STORE_URL -> store. The one place that knows which stores there are.
import { MemoryStore } from "./memory-store.ts";
import { RedisStore } from "./redis/redis-store.ts";
import type { SeatStore } from "./seat-store.ts";
import { SqliteStore } from "./sqlite/sqlite-store.ts";
import { type StoreLog, toStderr } from "./store-log.ts";

/**
 * The store that a `STORE_URL` names; it is opened by whoever uses it.
 * @param url a STORE_URL
 * @param log is given what the operator has to know: that something is missing, or was found changed
 * @throws Error when the URL is none of a store
 */
export function createStore(url: string, log: StoreLog = toStderr): SeatStore {
  if (url === "memory:") return new MemoryStore();
  if (url.startsWith("file:")) return new SqliteStore(url.slice("file:".length), undefined, log);
  return new RedisStore(url);
}
