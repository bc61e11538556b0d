// The package managers (npm, npx, yarn, pnpm, bun) that run this process as their script and wait for it: when one of
// them is gone, nobody can stop the server any more by the process that was started. Finds them among the ancestors.
// In doubt there is none: to go on without a parent is a nuisance, to stop without being asked is an outage.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

/** The part of Node's `process` that says who started it. */
export interface Started {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly platform: string;
  /** Throws ESRCH for a process that there is not; signal 0 only asks. */
  kill(pid: number, signal: 0): unknown;
}

export interface ProcessRow {
  readonly parent: number;
  /** The command line; npm replaces its own by a title such as `npm start`. */
  readonly command: string;
}

/** Processes by pid: all of them, or at least the one that is asked for and its ancestors. */
export type ProcessTable = ReadonlyMap<number, ProcessRow>;

const title = /^(?:npm|npx|yarn|pnpm|pnpx|bun|bunx)(?:\.exe)?(?:\s|$)/;
const program =
  /[\\/](?:np[mx]-cli|np[mx]|yarn(?:pkg|-[\d.]+)?|pnp[mx]|bunx?)(?:\.[cm]?js|\.exe)?(?=["']?(?:\s|$))/;
/** A shell that was given one command, not one that a person types into or that reads a file. */
const shell =
  /^"?(?:\S*[\\/])?(?:(?:ba|da|a|k|mk|z)?sh|busybox sh|cmd)(?:\.exe)?"?(?:\s+[-/][\w:]+)*\s+(?:-\w*c|\/c)\s/i;
/** What lets a script's program outlive the script: its package manager's end is then not the program's. */
const background = /(?<![&><])&(?![&>])|\b(?:nohup|setsid|disown|daemon|daemonize)\b|\/c\s+"?start\s/i;

/**
 * Pids of the package managers that wait for process `pid`, the nearest first: its ancestors, as far as they are such
 * or the shells in which those run a script (`sh -c`). Anything else in between (a process manager, a file watcher, a
 * shell that a person types into) runs the server on its own account, and the search ends there.
 */
export function packageManagersAbove(
  table: ProcessTable,
  pid: number,
  env: Started["env"],
): readonly number[] {
  // Every package manager sets it for its scripts; whatever they start inherits it, so that it alone proves nothing.
  if (!env.npm_lifecycle_event || background.test(env.npm_lifecycle_script ?? "")) return [];
  const found: number[] = [];
  const seen = new Set([pid]);
  for (let at = table.get(pid)?.parent ?? 0; at > 0 && !seen.has(at); at = table.get(at)?.parent ?? 0) {
    seen.add(at);
    const command = table.get(at)?.command ?? "";
    if (shell.test(command)) {
      if (background.test(command)) break;
    } else if (title.test(command) || program.test(command)) found.push(at);
    else break;
  }
  return found;
}

const run = promisify(execFile);
const limits = { timeout: 10_000, maxBuffer: 64 * 1024 * 1024, windowsHide: true };

function rowOfProc(pid: number): ProcessRow & { readonly state: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // `pid (name) state ppid ...`, and the name may hold anything.
  const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  return { parent: Number(parent), command, state };
}

function tableOfProc(pid: number): ProcessTable {
  const table = new Map<number, ProcessRow>();
  for (let at = pid; at > 0 && !table.has(at); at = table.get(at)?.parent ?? 0) table.set(at, rowOfProc(at));
  return table;
}

/** Reads what `ps -A -o pid= -o ppid= -o args=` prints. */
export function tableOfPs(text: string): ProcessTable {
  const rows = [...text.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*?)\s*$/gm)];
  return new Map(
    rows.map(([, pid, parent, command = ""]) => [Number(pid), { parent: Number(parent), command }]),
  );
}

const askWindows =
  "Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,CommandLine | ConvertTo-Json -Compress";

/** Reads what PowerShell prints for `askWindows`. */
export function tableOfWindows(text: string): ProcessTable {
  const rows = JSON.parse(text) as {
    ProcessId: number;
    ParentProcessId: number;
    CommandLine: string | null;
  }[];
  return new Map(
    rows.map((row) => [row.ProcessId, { parent: row.ParentProcessId, command: row.CommandLine ?? "" }]),
  );
}

/** The processes of this machine, in its own way. @throws where they cannot be seen */
export async function readProcesses(platform: string, pid: number): Promise<ProcessTable> {
  if (platform === "linux") return tableOfProc(pid);
  if (platform === "win32") {
    const flags = ["-NoProfile", "-NonInteractive", "-Command", askWindows];
    return tableOfWindows((await run("powershell.exe", flags, limits)).stdout);
  }
  return tableOfPs((await run("ps", ["-A", "-o", "pid=", "-o", "ppid=", "-o", "args="], limits)).stdout);
}

/** The package managers that wait for this process; none where that cannot be seen. Ask early: they may go any time. */
export async function findPackageManagers(host: Started): Promise<readonly number[]> {
  if (!host.env.npm_lifecycle_event) return [];
  try {
    return packageManagersAbove(await readProcesses(host.platform, host.pid), host.pid, host.env);
  } catch {
    return [];
  }
}

/** True when there is no such process, or nobody has collected the exit code of one that has ended. */
export function isGone(host: Started, pid: number): boolean {
  try {
    host.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH"; // EPERM: it is there, and another user's
  }
  if (host.platform !== "linux") return false;
  try {
    return rowOfProc(pid).state === "Z";
  } catch {
    return false;
  }
}
