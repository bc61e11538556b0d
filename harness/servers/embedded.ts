// Somebody's server with events in it: `defineServer(withHoldfast(...))`, on a free port, as its owner would write it.
import { defineServer, type RegisteredHandler, type Router, type Server } from "@colyseus/core";
import { type Config, type HoldfastOptions, withHoldfast } from "../../src/holdfast.ts";
import { freePort } from "./free-port.ts";

export interface Embedded<T extends Record<string, RegisteredHandler>, R extends Router> {
  readonly server: Server<T, R>;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** What the framework and we would print, kept from a test's output. */
export const quiet = { debug() {}, info() {}, warn() {}, error() {}, trace() {} };

/** Starts one. Close it in `after`. */
export async function startEmbedded<T extends Record<string, RegisteredHandler>, R extends Router = Router>(
  options: HoldfastOptions<T, R>,
  config: Partial<Config> = {},
): Promise<Embedded<T, R>> {
  const settings = { storeUrl: "memory:", gracePeriodMs: 1000, logLevel: "silent" as const, ...config };
  const stock = { greet: false, gracefullyShutdown: false, logger: quiet, ...options };
  const server = defineServer<T, R>(withHoldfast<T, R>(stock, settings));
  const port = await freePort();
  await server.listen(port, "127.0.0.1");
  return { server, port, url: `http://127.0.0.1:${port}`, close: () => server.gracefullyShutdown(false) };
}
