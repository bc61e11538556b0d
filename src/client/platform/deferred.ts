// A promise that is settled from outside, and whose rejection nobody has to look at.

export interface Deferred<Value = void> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

export function deferred<Value = void>(): Deferred<Value> {
  let resolve!: Deferred<Value>["resolve"];
  let reject!: Deferred<Value>["reject"];
  const promise = new Promise<Value>((...settle) => {
    [resolve, reject] = settle;
  });
  handled(promise);
  return { promise, resolve, reject };
}

/** An outage must not end a process that did not look at one of our promises. */
export function handled(promise: Promise<unknown>): void {
  promise.catch(() => {});
}
