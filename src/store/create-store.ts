// STORE_URL -> store. The one place that knows which stores there are.
import { MemoryStore } from "./memory-store.ts";
import { RedisStore } from "./redis-store.ts";
import type { SeatStore } from "./seat-store.ts";
import { SqliteStore } from "./sqlite-store.ts";

export function createStore(url: string): SeatStore {
  if (url === "memory:") return new MemoryStore();
  if (url.startsWith("file:")) return new SqliteStore(url.slice("file:".length));
  return new RedisStore(url);
}
