// What the demo shows: a table that redraws itself on a terminal, a line every ten seconds anywhere else, and the
// verdict at the end. Turns values into text; knows nothing of servers.
import type { Verdict } from "./verdict.ts";

export interface Row {
  readonly device: string;
  readonly path: string;
  readonly trouble: string;
  readonly status: string;
  readonly isDown: boolean;
  readonly outages: number;
  readonly drops: number;
  readonly returns: number;
  readonly expiries: number;
}
export interface Progress {
  readonly elapsedMs: number;
  readonly totalMs: number;
  readonly rows: readonly Row[];
}

const lineEveryMs = 10_000;
const clearScreen = "\u001b[H\u001b[J";

function heading({ elapsedMs, totalMs, rows }: Progress): string {
  const total = (pick: (row: Row) => number) => rows.reduce((sum, row) => sum + pick(row), 0);
  const away = rows.filter(({ status }) => status !== "here").length;
  return [
    `${Math.round(elapsedMs / 1000)} of ${Math.round(totalMs / 1000)} s`,
    `${rows.length - away} here, ${away} away`,
    `${total((row) => row.outages)} outages`,
    `${total((row) => row.drops)} drops`,
    `${total((row) => row.returns)} returns`,
    `${total((row) => row.expiries)} expiries`,
  ].join("   ");
}

function line({ device, path, trouble, status, isDown, outages, drops, returns, expiries }: Row): string {
  const numbers = [outages, drops, returns, expiries].map((number) => String(number).padStart(9)).join("");
  return `${device.padEnd(10)}${path.padEnd(7)}${trouble.padEnd(12)}${(isDown ? "DOWN" : "up").padEnd(9)}${status.padEnd(9)}${numbers}`;
}

const titles = `phone     path   trouble     network  seat       outages    drops  returns expiries`;

/** Shows the progress now and then, until stopped. */
export class LiveTable {
  readonly #read: () => Progress;
  readonly #footer: string;
  readonly #timer: NodeJS.Timeout;

  /** `footer` stays under the table of a terminal. */
  constructor(read: () => Progress, footer: string) {
    this.#read = read;
    this.#footer = footer;
    const isTerminal = process.stdout.isTTY;
    this.#timer = setInterval(() => this.#show(isTerminal), isTerminal ? 500 : lineEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #show(isTerminal: boolean): void {
    const progress = this.#read();
    if (!isTerminal) console.log(heading(progress));
    else
      process.stdout.write(
        `${clearScreen}${heading(progress)}\n\n${titles}\n${progress.rows.map(line).join("\n")}\n\n${this.#footer}\n`,
      );
  }
}

/** The verdict as a short table. */
export function verdictTable(verdict: Verdict): string {
  const { outages, disconnects, returns, takeovers, left, slowestExpiryMs, departures } = verdict;
  const reasons = Object.entries(left).map(([reason, number]) => [`left: ${reason}`, number] as const);
  const rows: (readonly [string, number | string])[] = [
    ["outages played", outages],
    ["disconnects seen", disconnects],
    ["returns: SDK reconnection", returns.sdk],
    ["returns: client.reconnect", returns.token],
    ["returns: join", returns.join],
    ["takeovers (told to the returner alone)", takeovers],
    ...reasons,
    ["slowest expiry after its deadline, ms", Math.round(slowestExpiryMs)],
    ["departures from the truth", departures.length],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(42)}${String(value).padStart(6)}`).join("\n");
}
