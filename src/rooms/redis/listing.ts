// The framework's listing of rooms in Redis: a hash of rows by room id, and what is done to it in one step.
import type { Redis } from "ioredis";
import { luaScript, type Scripted, withScripts } from "../../store/redis/redis-scripts.ts";

/** Where the framework's driver keeps it (redis-driver 0.18.3). */
export const listingKey = "roomcaches";

const scripts = {
  list: luaScript<number>(import.meta.url, 2, "list"),
  unlist: luaScript<number>(import.meta.url, 1, "unlist"),
};

/** A connection that has the listing's scripts as commands. */
export type Listing = Scripted<typeof scripts>;

export function listingOn(redis: Redis): Listing {
  return withScripts(redis, scripts);
}
