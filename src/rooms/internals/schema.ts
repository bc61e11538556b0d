// Parts of @colyseus/schema that it does not document, as read in 5.0.34: what changed in a state, how its buffers grow, which
// keys a map bears (`constructor`, `__proto__`). test/pure/framework/schema.test.ts pins each of them; undo/ has a test of its
// own, and how a class describes its fields stands in src/schema/internals.ts.
import { $changes, type Encoder } from "@colyseus/schema";

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

/**
 * @colyseus/schema 5.0.34, encoder/MapJournal.ts:29: the index of keys is a plain object, so a key named like a
 * member of Object.prototype ends the process at the next patch. Call it on a map before its first key, and never
 * `clear()` that map (it makes a new plain object).
 */
export function guardMapKeys(map: object): void {
  const journal = Reflect.get(map, "journal") as { indexByKey: Record<string, number> };
  journal.indexByKey = Object.create(null) as Record<string, number>;
}

/**
 * @colyseus/schema 5.0.34, encoder/Root.ts:37: instances are numbered as they come into a state, so that no client's decoder
 * ever meets a number for another instance; but each state numbers from 0 on. Call it on a state that takes another's place,
 * before anything comes into it: its instances are numbered from `first` on.
 */
export function numberInstancesFrom(encoder: Encoder, first: number): void {
  Reflect.set(encoder.root, "nextUniqueId", first);
}

interface ChangeTree {
  readonly ref: object;
  readonly parent?: object;
}
interface ChangeNode {
  readonly changeTree: ChangeTree;
  readonly next?: ChangeNode;
}

/**
 * @colyseus/schema 5.0.34, encoder/ChangeTree.ts:98: what has changed since the last patch is a linked list, and no
 * public hook exists for it. Calls `visit` with each changed instance and then with what contains it, up to the root or
 * until `visit` returns false.
 */
export function visitChanged(encoder: Encoder, visit: (instance: object) => boolean): void {
  const root = encoder.root as unknown as { changes: { next?: ChangeNode } };
  for (let node = root.changes.next; node !== undefined; node = node.next) {
    let tree: ChangeTree | undefined = node.changeTree;
    while (tree !== undefined) {
      const goesOn: boolean = visit(tree.ref);
      tree = goesOn && tree.parent !== undefined ? treeOf(tree.parent) : undefined;
    }
  }
}

function treeOf(instance: object): ChangeTree | undefined {
  return Reflect.get(instance, $changes) as ChangeTree | undefined;
}

type Resize = (buffer: Uint8Array, usedOffset: number) => Uint8Array;
const resizeMethod = "_resizeBuffer";

/** Encoder.ts: a buffer that is too small is replaced with a warning, and a new one of its double size. Here without the warning. */
export function growQuietly(encoder: Encoder): void {
  const resize: Resize = (buffer, usedOffset) => {
    const grown = new Uint8Array(2 ** Math.ceil(Math.log2(usedOffset + 1)));
    grown.set(buffer);
    if (buffer === encoder.sharedBuffer) encoder.sharedBuffer = grown;
    return grown;
  };
  if (typeof Reflect.get(encoder, resizeMethod) !== "function")
    throw new Error(
      `@colyseus/schema has no Encoder.${resizeMethod} any more: re-read src/rooms/internals/schema.ts`,
    );
  Reflect.set(encoder, resizeMethod, resize);
}
