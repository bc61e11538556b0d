#!/usr/bin/env node
// The server as a program: settings from the environment, one app, signals. The only reader of the process.
import { createApp } from "./app.config.ts";
import { type Config, loadConfig, SettingError } from "./config.ts";
import { serve } from "./ops/lifecycle.ts";
import { backUp } from "./store/backup-command.ts";
import { shownUrl } from "./store/store-url.ts";

function readSettings(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    console.error(error.message);
    return process.exit(1);
  }
}

/** `holdfast backup <path>`: exits with 0 and what was copied, or with 1 and why not. */
async function backUpAndExit(storeUrl: string, [path, ...more]: readonly string[]): Promise<never> {
  try {
    if (path === undefined || more.length > 0) throw new Error("Usage: holdfast backup <path of the copy>");
    console.log(await backUp(storeUrl, path));
    return process.exit(0);
  } catch (error) {
    console.error((error as Error).message);
    return process.exit(1);
  }
}

const config = readSettings();
if (process.argv[2] === "backup") await backUpAndExit(config.storeUrl, process.argv.slice(3));
const app = createApp({ config });

try {
  const port = await serve(app, process);
  const at = `http://localhost:${port}`;
  const code = config.isProduction ? undefined : app.newHostCode();
  console.log(`Holdfast listens on ${at}
  join     client.joinOrCreate("event", { event_id, device_id, session_token })
  look     ${at}/${code === undefined ? "host" : `  host (this link works once) ${at}/host#code=${code}`}
            ${config.isMonitorOn ? `${at}/monitor  ` : ""}${at}/metrics
  identity ${config.authMode} mode   seats ${shownUrl(config.storeUrl)}   grace ${config.gracePeriodMs} ms`);
} catch (error) {
  const { message } = error as Error;
  const isStore = /^(?:STORE|REDIS)_URL/.test(message);
  console.error(isStore ? message : `Holdfast cannot listen on ${config.host}:${config.port}: ${message}`);
  process.exit(1);
}
