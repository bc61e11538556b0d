// A server with several types of events in this process, on a free port, with short periods.
import type { Config } from "../../src/config.ts";
import { type App, createApp, eventRoom } from "../../src/holdfast.ts";
import { createLogger } from "../../src/ops/logger.ts";
import type { ProcessOptions } from "../../src/server/surroundings.ts";
import type { EventRoom } from "../../src/rooms/EventRoom.ts";

export interface TypedApp {
  readonly app: App;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server with types by these names, the first of them the default. Close it in `after`. */
export async function startTypes(
  rooms: Readonly<Record<string, new () => EventRoom>>,
  config: Partial<Config> = {},
  options: ProcessOptions = {},
): Promise<TypedApp> {
  const types = Object.entries(rooms).map(([name, room]) => [name, eventRoom(room)]);
  const usual = { port: 0, host: "127.0.0.1", storeUrl: "memory:", gracePeriodMs: 1000 };
  const app = createApp({
    log: createLogger("silent"),
    ...options,
    rooms: Object.fromEntries(types),
    config: { ...usual, ...config },
  });
  const port = await app.listen();
  return { app, url: `http://127.0.0.1:${port}`, close: () => app.close() };
}
