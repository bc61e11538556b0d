// The server as a program: its command line, its settings from the environment, one app, signals.
// Loads the server itself last: --help and a bad setting are answered at once.
import { flushCompileCache } from "node:module";
import { readCommandLine, refuse, type Terminal, UsageError } from "./command-line.ts";
import { type Config, loadConfig, SettingError, settings } from "./config.ts";
import type { Host } from "./ops/lifecycle.ts";
import { findPackageManagers } from "./ops/starters.ts";
import type { Setting } from "./setting-kinds.ts";
import { shownUrl } from "./store/store-url.ts";

const nameWidth = Math.max(...Object.keys(settings).map((name) => name.length)) + 2;

function lineOf([name, setting]: [string, Setting]): string {
  const fallback = setting.fallback === "" ? "" : ` (${setting.fallback})`;
  return `  ${name.padEnd(nameWidth)}${setting.meaning}${fallback}`;
}

const command = {
  name: "holdfast",
  summary: "Serves event rooms that never lose a seat to a bad network.",
  options: {},
  words: "[backup PATH]",
  more: [
    "backup PATH copies the store of STORE_URL to a new file, also while the server runs.",
    "",
    "Settings are environment variables, with these defaults:",
    "",
    ...Object.entries(settings).map(lineOf),
    "",
    "SIGTERM, SIGINT and SIGHUP end it in an orderly way. README.md and docs/ say more.",
  ].join("\n"),
  hint(option: string) {
    const name = option.toUpperCase().replaceAll("-", "_");
    return Object.hasOwn(settings, name) ? `Set ${name} in the environment.` : undefined;
  },
};

function readSettings(host: Host & Terminal): Config {
  try {
    return loadConfig(host.env);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    host.stderr.write(`${error.message}\n`);
    return host.exit(1);
  }
}

/** Ends with 0 and what was copied, or with 1 and why not. */
async function backUpAndExit(host: Terminal, storeUrl: string, path: string): Promise<never> {
  const { backUp } = await import("./store/sqlite/backup-command.ts");
  try {
    host.stdout.write(`${await backUp(storeUrl, path)}\n`);
  } catch (error) {
    host.stderr.write(`${(error as Error).message}\n`);
    return host.exit(1);
  }
  return host.exit(0);
}

/** The path of `backup PATH`; undefined where the server is to be started. */
function backupPath(host: Terminal): string | undefined {
  const [word, path, ...more] = readCommandLine(command, host).words;
  if (word === undefined) return undefined;
  if (word === "backup" && path !== undefined && more.length === 0) return path;
  const sentence =
    word === "backup"
      ? "backup needs the path of the copy, and nothing else."
      : `There is no command ${JSON.stringify(word)}.`;
  return refuse(command, host, new UsageError(sentence));
}

/** Loads the server and makes the app; ends with 1 and a sentence where the installed packages do not fit. */
async function loadApp(host: Terminal, config: Config) {
  try {
    const [{ createApp }, { serve }] = await Promise.all([
      import("./app.config.ts"),
      import("./ops/lifecycle.ts"),
    ]);
    return { app: createApp({ config }), serve };
  } catch (error) {
    const { name, message } = error as Error;
    const isUnfit = name === "UnfitPackages";
    // What Node says of an import that its package does not export.
    if (!isUnfit && !(name === "SyntaxError" && message.includes("does not provide an export"))) throw error;
    const why = isUnfit ? message : `Holdfast cannot run with the installed packages: ${message}`;
    host.stderr.write(`${why}\n`);
    return host.exit(1);
  }
}

/** Runs the server as the process `host`, until a signal ends it. */
export async function main(host: Host & Terminal): Promise<void> {
  const managers = findPackageManagers(host); // before the server is loaded: they may go any time
  const copyTo = backupPath(host);
  const config = readSettings(host);
  if (copyTo !== undefined) return backUpAndExit(host, config.storeUrl, copyTo);
  const { app, serve } = await loadApp(host, config);
  try {
    const port = await serve(app, host, managers);
    const at = `http://localhost:${port}`;
    const code = config.isProduction ? undefined : app.newHostCode();
    host.stdout.write(`Holdfast listens on ${at}
  join     client.joinOrCreate("event", { event_id, device_id, session_token })
  look     ${at}/${code === undefined ? "host" : `  host (this link works once) ${at}/host#code=${code}`}
            ${config.isMonitorOn ? `${at}/monitor  ` : ""}${at}/metrics
  identity ${config.authMode} mode   seats ${shownUrl(config.storeUrl)}   grace ${config.gracePeriodMs} ms
`);
  } catch (error) {
    const { message } = error as Error;
    const isStore = /^(?:STORE|REDIS)_URL/.test(message);
    const why = isStore ? message : `Holdfast cannot listen on ${config.host}:${config.port}: ${message}`;
    host.stderr.write(`${why}\n`);
    host.exit(1);
  }
  flushCompileCache(); // a process that is killed would not keep what was compiled
}
