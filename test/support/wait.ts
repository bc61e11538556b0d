// Waiting for a condition with a bound: the only way in which tests wait.

export const now = (): number => performance.timeOrigin + performance.now();

/** Resolves with the first value of `read` that is neither undefined, null nor false. @throws after `withinMs`. */
export async function until<Value>(
  what: string,
  read: () => Value | undefined | null | false | Promise<Value | undefined | null | false>,
  withinMs = 5000,
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Lets real time pass where the point is that nothing happens in it. */
export const quiet = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
