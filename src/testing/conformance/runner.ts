// Whatever test runner is there: one that has put `describe` and `it` on the global object (mocha, jest, vitest with globals),
// or Node's own, under `node --test`.
/** What a suite needs of a runner. */
export interface TestRunner {
  /** Groups what `suite` registers. */
  describe(title: string, suite: () => void): unknown;
  /** Registers a test, which may skip itself by `this.skip()`. */
  it(title: string, test: (this: unknown) => Promise<void>): unknown;
  /** Runs once before the tests of a group. */
  before(hook: () => Promise<void>): unknown;
  /** Runs once after them. */
  after(hook: () => Promise<void>): unknown;
}

/** A test's own way to say that it was not made: mocha's `this.skip()`, Node's `t.skip(message)`. */
interface CanSkip {
  skip?(message?: string): void;
}

interface Globals {
  readonly describe?: TestRunner["describe"];
  readonly it?: TestRunner["it"];
  readonly before?: TestRunner["before"];
  readonly beforeAll?: TestRunner["before"];
  readonly after?: TestRunner["after"];
  readonly afterAll?: TestRunner["after"];
}

/** @throws Error with a sentence when there is none */
export function findRunner(): TestRunner {
  const { describe, it, before, beforeAll, after, afterAll } = globalThis as Globals;
  const [first, last] = [before ?? beforeAll, after ?? afterAll];
  if (describe !== undefined && it !== undefined && first !== undefined && last !== undefined)
    return { describe, it, before: first, after: last };
  const isUnderNode = process.env.NODE_TEST_CONTEXT !== undefined || process.execArgv.includes("--test");
  if (!isUnderNode)
    throw new Error(
      "conformance() registers tests with a runner, and there is none: run the file with mocha or `node --test`, give it " +
        "`runner`, or use `await checkConformance(Room)`, which needs none",
    );
  const node = process.getBuiltinModule("node:test");
  return {
    describe: (title, suite) => void node.describe(title, suite),
    it: (title, test) => void node.it(title, (context) => test.call(context)),
    before: (hook) => node.before(hook),
    after: (hook) => node.after(hook),
  };
}

/** Says that this test was not made. Without a way to say so it passes. */
export function skip(test: unknown, because: string): void {
  (test as CanSkip | undefined)?.skip?.(because);
}
