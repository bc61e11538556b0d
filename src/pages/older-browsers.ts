// What the pages use and browsers of 2022 do not have (iOS 15.4, Chrome and Android's WebView 98): a phone that gets no updates
// is still somebody's way in.

function add(to: object, name: string, value: unknown): void {
  if (!(name in to)) Object.defineProperty(to, name, { value, writable: true, configurable: true });
}

/** Adds it where it is not there. Every entry calls it before it does anything else. */
export function equipOlderBrowsers(): void {
  add(Array.prototype, "toSorted", function <T>(this: T[], compare?: (a: T, b: T) => number): T[] {
    // oxlint-disable-next-line unicorn/no-array-sort -- this is what is missing
    return [...this].sort(compare);
  });
  add(Array.prototype, "toReversed", function <T>(this: T[]): T[] {
    // oxlint-disable-next-line unicorn/no-array-reverse -- this is what is missing
    return [...this].reverse();
  });
  add(AbortSignal, "timeout", (delayMs: number): AbortSignal => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("It took too long.", "TimeoutError")), delayMs);
    return controller.signal;
  });
}
