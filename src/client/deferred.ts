// A promise that is settled from outside, and whose rejection nobody has to look at.

export interface Deferred {
  readonly promise: Promise<void>;
  readonly isRejected: boolean;
  resolve(): void;
  reject(error: Error): void;
}

export function deferred(): Deferred {
  let settle: Pick<Deferred, "resolve" | "reject"> = { resolve: () => {}, reject: () => {} };
  let isRejected = false;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  handled(promise);
  return {
    promise,
    get isRejected() {
      return isRejected;
    },
    resolve: () => settle.resolve(),
    reject: (error) => {
      isRejected = true;
      settle.reject(error);
    },
  };
}

/** An outage must not end a process that did not look at one of our promises. */
export function handled(promise: Promise<unknown>): void {
  promise.catch(() => {});
}
