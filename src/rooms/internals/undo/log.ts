// Takes back a synchronous change of the state that threw. While one is under way, whatever is about to change says first
// how to restore it; after a throw these steps run, the newest first. Knows nothing of what is changed.

/** How to take back a change that is under way. */
export class UndoLog {
  readonly #steps: (() => void)[] = [];
  readonly #saved = new Set<object>();
  readonly #savedWhole = new Set<object>();

  /** Adds the step that takes back what happens next. It runs when everything later has been taken back. */
  push(step: () => void): void {
    this.#steps.push(step);
  }

  /** True once for each object: its fields are to be saved now. */
  isFirst(object: object): boolean {
    if (this.#saved.has(object)) return false;
    this.#saved.add(object);
    return true;
  }

  /** True once for each object: all that it contains is to be saved now, and no part of it later. */
  isFirstWhole(object: object): boolean {
    if (this.#savedWhole.has(object)) return false;
    this.#savedWhole.add(object);
    return true;
  }

  isSavedWhole(object: object): boolean {
    return this.#savedWhole.has(object);
  }

  takeBack(): void {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) step();
  }
}

/** What is synchronous runs alone: there is one at most. */
let underWay: UndoLog | undefined;

/**
 * Runs `change`, and returns what it returns. If it throws, what is recorded (`install`) is as it was before, and the
 * error is thrown on. One inside another is a part of that.
 */
export function takenBackOnThrow<T>(change: () => T): T {
  if (underWay !== undefined) return change();
  const log = new UndoLog();
  underWay = log;
  try {
    return change();
  } catch (error) {
    underWay = undefined;
    log.takeBack();
    throw error;
  } finally {
    underWay = undefined;
  }
}

/** The log of the change that is under way, if there is one. */
export function currentLog(): UndoLog | undefined {
  return underWay;
}

type Method = (this: object, ...parameters: unknown[]) => unknown;
interface Type {
  readonly prototype: object;
  readonly name: string;
}

/** True while it is only looked whether every method is there. */
let isLookingOnly = false;

/** Calls `record`, which replaces nothing: only looks. @throws Error when a method is not there */
export function lookFor(record: () => void): void {
  isLookingOnly = true;
  try {
    record();
  } finally {
    isLookingOnly = false;
  }
}

/**
 * Has `save` called before each of these methods, while a change is under way, with the object and the parameters.
 * @throws Error when there is no such method: another version of the framework than was read
 */
export function before<Target extends object>(
  type: Type,
  names: readonly string[],
  save: (log: UndoLog, target: Target, ...parameters: never[]) => void,
): void {
  replace(
    type,
    names,
    (original) =>
      function (...parameters) {
        if (underWay !== undefined) save(underWay, this as Target, ...(parameters as never[]));
        return original.apply(this, parameters);
      },
  );
}

/** Has `run` called instead of each of these methods, while a change is under way, with the original bound to its object. */
export function insteadOf<Target extends object>(
  type: Type,
  names: readonly string[],
  run: (log: UndoLog, target: Target, original: () => unknown, ...parameters: never[]) => unknown,
): void {
  replace(
    type,
    names,
    (original) =>
      function (...parameters) {
        if (underWay === undefined) return original.apply(this, parameters);
        return run(
          underWay,
          this as Target,
          () => original.apply(this, parameters),
          ...(parameters as never[]),
        );
      },
  );
}

function replace(
  { prototype, name: owner }: Type,
  names: readonly string[],
  replacement: (original: Method) => Method,
): void {
  for (const name of names) {
    const found = Object.getOwnPropertyDescriptor(prototype, name);
    if (typeof found?.value !== "function")
      throw new Error(`@colyseus/schema has no ${owner}.${name} any more: re-read src/rooms/internals/undo`);
    if (isLookingOnly) continue;
    Object.defineProperty(prototype, name, { ...found, value: replacement(found.value as Method) });
  }
}
