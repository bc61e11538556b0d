// Where a person can see the demo in a browser; on a terminal, the browser opens by itself.
import { spawn } from "node:child_process";

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
  linux: ["xdg-open"],
};

/** Prints the pages of an event, and opens the host's. `code` makes one browser a host. Returns what it printed. */
export function visit(port: number, eventId: string, code: string | undefined): string {
  const at = `http://localhost:${port}`;
  const host = `${at}/host?event=${encodeURIComponent(eventId)}${code === undefined ? "" : `#code=${code}`}`;
  const guest = `${at}/?event=${encodeURIComponent(eventId)}`;
  const text = `  watch, as its host    ${host}\n  join, as a guest      ${guest}`;
  console.log(text);
  const [command, ...before] = openers[process.platform] ?? [];
  if (!process.stdout.isTTY || command === undefined) return text;
  spawn(command, [...before, host], { stdio: "ignore", detached: true })
    .on("error", () => {}) // a machine without a browser: the line above is there
    .unref();
  return text;
}
