// Counts, latencies and errors of a load test, and their summary. Knows nothing of what is measured.
import { now } from "./sdk.ts";

export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const tenth = (ms: number) => Math.round(ms * 10) / 10;

/** The smallest value that at least `share` of them do not exceed; 0 of none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export class Tally {
  readonly counts: Record<string, number> = {};
  /** Each error's text, and how often. */
  readonly errors: Record<string, number> = {};
  readonly #latencies = new Map<string, number[]>();

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  failed(what: string, error: unknown): void {
    const text = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    this.errors[text] = (this.errors[text] ?? 0) + 1;
  }

  took(what: string, ms: number): void {
    const known = this.#latencies.get(what);
    if (known === undefined) this.#latencies.set(what, [ms]);
    else known.push(ms);
  }

  /** Runs a task; counts and times it, or notes why it failed. */
  async time<Value>(what: string, task: () => Promise<Value>): Promise<Value | undefined> {
    const startedAt = now();
    try {
      const value = await task();
      this.took(what, now() - startedAt);
      this.count(what);
      return value;
    } catch (error) {
      this.failed(what, error);
      return undefined;
    }
  }

  get latenciesMs(): Record<string, Latency> {
    return Object.fromEntries(
      [...this.#latencies].map(([what, values]) => {
        const sorted = values.toSorted((a, b) => a - b);
        const [p50, p99, max] = [0.5, 0.99, 1].map((share) => tenth(quantile(sorted, share)));
        return [what, { count: sorted.length, p50, p99, max } as Latency];
      }),
    );
  }
}

/** Runs `task` for each item, at most `width` at a time. */
export async function pool<Item>(
  items: readonly Item[],
  width: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
