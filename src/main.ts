// The server as a program: its command line, its settings from the environment, one app, signals.
// Loads the server itself last: --help and a bad setting are answered at once.
import { flushCompileCache } from "node:module";
import { networkInterfaces } from "node:os";
import { flag, readCommandLine, refuse, type Terminal, UsageError } from "./command-line.ts";
import { type Config, doubtsAbout, loadConfig, SettingError, settings } from "./config.ts";
import { nearest } from "./misspelt.ts";
import type { Host } from "./ops/lifecycle.ts";
import { networkAddresses, ownHost } from "./ops/network-addresses.ts";
import { findPackageManagers } from "./ops/starters.ts";
import type { Setting } from "./setting-kinds.ts";
import type { Shell } from "./starter/new.ts";
import { shownUrl } from "./store/store-url.ts";

const nameWidth = Math.max(...Object.keys(settings).map((name) => name.length)) + 2;

function lineOf([name, setting]: [string, Setting]): string {
  const fallback = setting.fallback === "" ? "" : ` (${setting.fallback})`;
  return `  ${name.padEnd(nameWidth)}${setting.meaning}${fallback}`;
}

const command = {
  name: "holdfast",
  summary: "Serves event rooms that never lose a seat to a bad network.",
  options: { "check-config": flag("Say whether the settings are good, and start nothing") },
  words: "[new NAME | backup PATH | host-link [revoke]]",
  more: [
    "new NAME writes a project: a room, a page, a test (holdfast new --help).",
    "backup PATH copies the store of STORE_URL to a new file, also while the server runs.",
    "host-link prints a link that makes one browser a host (AUTH_MODE=open), also while the server runs; it works once,",
    "for a day. host-link revoke takes every earlier link and every host's token back first.",
    "",
    "Settings are environment variables, with these defaults:",
    "",
    ...Object.entries(settings).map(lineOf),
    "",
    "SIGTERM, SIGINT and SIGHUP end it in an orderly way. docs/README.md says where more is.",
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

/** Ends with 0 and a host's link, or with 1 and why there is none. */
async function linkAndExit(host: Terminal, config: Config, isRevoking: boolean): Promise<never> {
  const { hostLink } = await import("./server/host-link.ts");
  try {
    host.stdout.write(`${await hostLink(config, isRevoking)}\n`);
  } catch (error) {
    host.stderr.write(`${(error as Error).message}\n`);
    return host.exit(1);
  }
  return host.exit(0);
}

/** Ends with 0 for settings that are good, and with 1 where one is probably not meant. */
function checkAndExit(host: Terminal, config: Config): never {
  const doubts = doubtsAbout(config);
  if (doubts.length > 0) {
    host.stderr.write(`${doubts.join("\n")}\n`);
    return host.exit(1);
  }
  const mode = config.isProduction ? "production" : "development";
  const store = shownUrl(config.storeUrl);
  host.stdout.write(`The settings are good: ${mode}, ${config.authMode} mode, seats in ${store}.\n`);
  return host.exit(0);
}

/** What a command line asks for beside a server; undefined where that is to be started. */
type Task = (host: Terminal, config: Config) => Promise<never> | never;

function taskOf(host: Terminal): Task | undefined {
  const { words, values } = readCommandLine(command, host);
  const [word, next, ...more] = words;
  if (word === undefined) return values["check-config"] ? checkAndExit : undefined;
  if (values["check-config"]) refuse(command, host, new UsageError("--check-config goes with no command."));
  if (word === "backup" && next !== undefined && more.length === 0)
    return (terminal, config) => backUpAndExit(terminal, config.storeUrl, next);
  const isRevoking = next === "revoke";
  if (word === "host-link" && (next === undefined || isRevoking) && more.length === 0)
    return (terminal, config) => linkAndExit(terminal, config, isRevoking);
  const needs: Record<string, string> = {
    backup: "backup needs the path of the copy, and nothing else.",
    "host-link": "host-link takes nothing, or the word revoke.",
  };
  const near = nearest(word, ["new", ...Object.keys(needs)]);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const sentence = Object.hasOwn(needs, word)
    ? needs[word]
    : `There is no command ${JSON.stringify(word)}.${hint}`;
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

/** Does what the command line of the process `host` asks for: runs a server until a signal ends it, where it names nothing else. */
export async function main(host: Host & Shell): Promise<void> {
  const [, , word, ...words] = host.argv;
  if (word === "new") return (await import("./starter/new.ts")).makeProject(host, words);
  const managers = findPackageManagers(host); // before the server is loaded: they may go any time
  const task = taskOf(host);
  const config = readSettings(host);
  if (task !== undefined) return task(host, config);
  const { app, serve } = await loadApp(host, config);
  try {
    const port = await serve(app, host, managers);
    const at = `http://${ownHost(config.host)}:${port}`;
    const code = config.isProduction ? undefined : app.newHostCode();
    const inNetwork = config.isProduction ? [] : networkAddresses(config.host, networkInterfaces());
    const phones = inNetwork.map((address) => `http://${address}:${port}/`).join("  ");
    host.stdout.write(`Holdfast listens on ${at}
  join     client.joinOrCreate("event", { event_id, device_id, session_token })
  look     ${at}/${code === undefined ? "host" : `  host (this link works once) ${at}/host#code=${code}`}
            ${config.isProduction ? "" : `${at}/demo  `}${config.isMonitorOn ? `${at}/monitor  ` : ""}${at}/metrics${phones === "" ? "" : `\n  phones   ${phones}  (open the host's link with this address, too)`}
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
