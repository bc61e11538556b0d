// Parts of @colyseus/schema that it does not document, as read in 5.0.34. test/rooms/framework/internals.test.ts pins each of them.

/** What records the changes of a state: an `Encoder`. */
export interface Recorded {
  readonly hasChanges: boolean;
  readonly root: { enqueueChangeTree(...args: never[]): void };
}

/**
 * Calls `then` once, with the next change of a state that has none now. There is no public hook for it: each change of an
 * instance puts it into its root's queue by this method (encoder/Root.ts:324, ChangeTree.ts:661-772), which is an own
 * property of the root until then, and costs nothing afterwards.
 */
export function onNextChange({ root }: Recorded, then: () => void): void {
  const { enqueueChangeTree } = Object.getPrototypeOf(root) as Recorded["root"];
  root.enqueueChangeTree = (...args) => {
    Reflect.deleteProperty(root, "enqueueChangeTree");
    enqueueChangeTree.apply(root, args);
    then();
  };
}
