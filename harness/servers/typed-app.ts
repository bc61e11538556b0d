// A server with several types of events in this process, on a free port, with short periods.
import { type App, createApp } from "../../src/app.config.ts";
import type { Config } from "../../src/config.ts";
import { createLogger } from "../../src/ops/logger.ts";
import type { EventRoomClass } from "../../src/rooms/event-types.ts";
import { eventRoom } from "../../src/rooms/framework/event-room.ts";
import type { ProcessOptions } from "../../src/server/surroundings.ts";

export interface TypedApp {
  readonly parts: App;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server with types by these names, the first of them the default. Close it in `after`. */
export async function startTypes(
  rooms: Readonly<Record<string, EventRoomClass>>,
  config: Partial<Config> = {},
  options: ProcessOptions = {},
): Promise<TypedApp> {
  const types = Object.fromEntries(
    Object.entries(rooms).map(([name, room]) => [name, eventRoom(room as never)]),
  );
  const usual = { port: 0, host: "127.0.0.1", storeUrl: "memory:", gracePeriodMs: 1000 };
  const log = createLogger("silent");
  const parts = createApp({ rooms: types, config: { ...usual, ...config }, log, ...options });
  const port = await parts.listen(0, "127.0.0.1");
  return { parts, url: `http://127.0.0.1:${port}`, close: () => parts.close() };
}
