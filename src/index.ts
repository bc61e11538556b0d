#!/usr/bin/env node
// The server as a program: settings from the environment, one app, signals. The only reader of the process.
import { createApp } from "./app.config.ts";
import { type Config, loadConfig, SettingError } from "./config.ts";

/** An exit is never later than this after the first signal, whatever a room or a store does. */
const shutdownLimitMs = 10_000;

function readSettings(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    console.error(error.message);
    return process.exit(1);
  }
}

const config = readSettings();
const app = createApp({ config });
const { log } = app.watch;

// [E9] one guest's error must not end everybody's event: it is logged, counted, and the server goes on.
process.on("unhandledRejection", (reason) => app.watch.caught("unhandledRejection", reason));
process.on("uncaughtException", (error) => app.watch.caught("uncaughtException", error));

let isStopping = false;
async function stop(signal: string): Promise<void> {
  if (isStopping) process.exit(1); // a second signal means now
  isStopping = true;
  log.info({ signal }, "stopping: everyone is asked to come back");
  const limit = setTimeout(() => process.exit(1), shutdownLimitMs);
  limit.unref();
  await app.close();
  process.exit(0);
}
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal));

try {
  const port = await app.listen();
  const at = `http://localhost:${port}`;
  console.log(`Holdfast listens on ${at}
  join     client.joinOrCreate("event", { event_id, device_id, session_token })
  look     ${at}/  ${config.isMonitorOn ? `${at}/monitor  ` : ""}${at}/metrics
  identity ${config.authMode} mode   seats ${config.storeUrl}   grace ${config.gracePeriodMs} ms`);
} catch (error) {
  console.error(`Holdfast cannot listen on ${config.host}:${config.port}: ${(error as Error).message}`);
  process.exit(1);
}
