// A server's secret, for a command beside it: asked of the server that uses a SQLite store, or read from a store that no
// server holds. Whoever may read the store may have it.
import { existsSync } from "node:fs";
import { RedisStore } from "./redis/redis-store.ts";
import type { SeatStore } from "./seat-store.ts";
import { askForSecret } from "./sqlite/backup-socket.ts";
import { SqliteStore } from "./sqlite/sqlite-store.ts";

const lockWaitMs = 1000;

/**
 * The secret of this name; kept as `fresh` when there is none, or when `replaces` is asked for.
 * @throws Error with one sentence
 */
export async function storedSecret(
  storeUrl: string,
  name: string,
  fresh: string,
  replaces = false,
): Promise<string> {
  if (storeUrl === "memory:")
    throw new Error(
      "STORE_URL=memory: keeps nothing that outlives the server: it prints a link when it starts.",
    );
  if (!storeUrl.startsWith("file:"))
    return ask(new RedisStore(storeUrl, undefined, { isHolding: false }), name, fresh, replaces);
  const path = storeUrl.slice("file:".length);
  if (!existsSync(path)) throw new Error(`STORE_URL: there is no store at ${path}.`);
  const answer = await askForSecret(path, { secret: name, fresh, replaces });
  return answer ?? ask(new SqliteStore(path, lockWaitMs), name, fresh, replaces);
}

async function ask(store: SeatStore, name: string, fresh: string, replaces: boolean): Promise<string> {
  await store.open();
  try {
    const kept = await store.secret(name, fresh);
    return replaces && kept !== fresh ? await store.secret(name, fresh, kept) : kept;
  } finally {
    await store.close();
  }
}
