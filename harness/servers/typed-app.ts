// A server with several types of events in this process, on a free port, with short periods.
import { loadConfig, type Config } from "../../src/config.ts";
import { createLogger } from "../../src/ops/logger.ts";
import { type EventRoomClass, EventTypes } from "../../src/rooms/event-types.ts";
import { Process, type ProcessOptions } from "../../src/server/process.ts";

export interface TypedApp {
  readonly parts: Process;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server with types by these names, the first of them the default. Close it in `after`. */
export async function startTypes(
  rooms: Readonly<Record<string, EventRoomClass>>,
  config: Partial<Config> = {},
  options: ProcessOptions = {},
): Promise<TypedApp> {
  const types = new EventTypes(Object.entries(rooms).map(([name, room]) => ({ name, room })));
  const usual = { port: 0, host: "127.0.0.1", storeUrl: "memory:", gracePeriodMs: 1000 };
  const log = createLogger("silent");
  const parts = new Process(types, { ...loadConfig({}), ...usual, ...config }, { log, ...options });
  const port = await parts.listen(0, "127.0.0.1");
  return { parts, url: `http://127.0.0.1:${port}`, close: () => parts.close() };
}
