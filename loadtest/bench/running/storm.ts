// Many doing the same at once: so many abreast, each timed, all of it bounded. Knows nothing of what they do.

export interface StormResult {
  readonly done: number;
  readonly of: number;
  /** Until the last was done; the bound when not all were. */
  readonly wallMs: number;
  readonly latenciesMs: readonly number[];
  /** Why some were not done: each sentence once, at most five. */
  readonly errors: readonly string[];
}

/** Resolves after `ms`; `cancel` keeps it from holding the process. */
export function deadline(ms: number): { readonly over: Promise<void>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  return { over, cancel: () => clearTimeout(timer) };
}

/** Runs `task` for each item, `width` abreast, for at most `boundMs`. A task that throws is not done. */
export async function storm<Item>(
  items: readonly Item[],
  width: number,
  boundMs: number,
  task: (item: Item) => Promise<void>,
): Promise<StormResult> {
  const latenciesMs: number[] = [];
  const errors = new Set<string>();
  const startedAt = performance.now();
  let lastAt = startedAt;
  let isOver = false;
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      if (isOver) return;
      const beganAt = performance.now();
      try {
        await task(item);
        if (isOver) return;
        lastAt = performance.now();
        latenciesMs.push(lastAt - beganAt);
      } catch (error) {
        if (errors.size < 5) errors.add((error as Error).message);
      }
    }
  };
  const workers = Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  const limit = deadline(boundMs);
  await Promise.race([workers, limit.over]);
  limit.cancel();
  isOver = true;
  const isWhole = latenciesMs.length === items.length;
  const wallMs = (isWhole ? lastAt : performance.now()) - startedAt;
  return { done: latenciesMs.length, of: items.length, wallMs, latenciesMs, errors: [...errors] };
}
