// A whole server in this process, on a free port, with short periods and everything it logs kept for inspection.
import { Writable } from "node:stream";
import { type App, type AppOptions, createApp } from "../../src/app.config.ts";
import { createLogger } from "../../src/ops/logger.ts";
import { FaultProxy } from "../../src/testing/network/fault-proxy.ts";

export interface TestApp extends App {
  readonly port: number;
  readonly url: string;
  /** Every line logged so far. */
  readonly lines: Record<string, unknown>[];
  readonly text: () => string;
  /** A bad network in front of this server; closed with it. */
  proxy(): Promise<FaultProxy>;
}

/** Starts a server; `config` is laid over short test periods (grace 1 s). Close it in `after`. */
export async function startApp(options: AppOptions = {}): Promise<TestApp> {
  const lines: Record<string, unknown>[] = [];
  let text = "";
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      for (const line of chunk.toString().split("\n")) if (line !== "") lines.push(JSON.parse(line));
      done();
    },
  });
  const app = createApp({
    log: createLogger("info", sink),
    ...options,
    config: { port: 0, host: "127.0.0.1", storeUrl: "memory:", gracePeriodMs: 1000, ...options.config },
  });
  const port = await app.listen();
  const proxies: FaultProxy[] = [];
  return {
    ...app,
    port,
    url: `http://127.0.0.1:${port}`,
    lines,
    text: () => text,
    async proxy() {
      const proxy = await FaultProxy.start(port);
      proxies.push(proxy);
      return proxy;
    },
    async close() {
      await app.close();
      for (const proxy of proxies) await proxy.close();
    },
  };
}
