// @colyseus/schema 5.0.34, encoder/ChangeTree.ts, Root.ts, StateView.ts: what the encoder knows of each instance, which
// instances it knows, in which order they go into the next patch, and what each view shows. No public hook tells of it.
import { $refId, $values, ChangeTree, Root, StateView } from "@colyseus/schema";
import { localFields } from "../../../schema/internals.ts";
import { before, insteadOf, type UndoLog } from "./log.ts";

interface Instance {
  [$refId]?: number | undefined;
  [$values]?: unknown[];
  [localFields]?: object;
}
type Recorder = NonNullable<ChangeTree["unreliableRecorder"]>;

/** Saves what the encoder knows of an instance, and the instance's fields; O(1): of a collection not what it contains. */
export function saveTree(log: UndoLog, tree: ChangeTree): void {
  if (!(tree instanceof ChangeTree) || !log.isFirst(tree)) return;
  const saved = {
    flags: tree.flags,
    root: tree.root,
    parentRef: tree.parentRef,
    _parentIndex: tree._parentIndex,
    dirtyLow: tree.dirtyLow,
    dirtyHigh: tree.dirtyHigh,
    opsLow: tree.opsLow,
    opsHigh: tree.opsHigh,
    paused: tree.paused,
    changesNode: tree.changesNode,
    unreliableChangesNode: tree.unreliableChangesNode,
    ops: tree.ops?.slice(),
    extraParents: copyOfParents(tree.extraParents),
    collPureOps: tree.collPureOps?.slice(),
    visibleViews: tree.visibleViews?.slice(),
    subscribedViews: tree.subscribedViews?.slice(),
    tagViews: tree.tagViews && new Map([...tree.tagViews].map(([tag, views]) => [tag, views.slice()])),
    unreliableRecorder: tree.unreliableRecorder && copyOfRecorder(tree.unreliableRecorder),
  };
  const restoreFields = savedFields(tree.refTarget as Instance);
  log.push(() => {
    Object.assign(tree, saved);
    restoreFields();
  });
}

function savedFields(instance: Instance): () => void {
  const { [$refId]: refId, [localFields]: local } = instance;
  const values = instance[$values]?.slice();
  const restoreOthers = values === undefined ? undefined : savedOthers(instance);
  return () => {
    if (instance[$refId] !== refId) instance[$refId] = refId;
    if (values === undefined) return;
    instance[$values] = values;
    if (instance[localFields] !== local) Object.assign(instance, { [localFields]: local });
    restoreOthers?.();
  };
}

/** What an author has put on an instance beside its fields. */
function savedOthers(instance: object): () => void {
  const others = Object.keys(instance).map((name) => [name, Reflect.get(instance, name)] as const);
  return () => {
    for (const name of Object.keys(instance)) Reflect.deleteProperty(instance, name);
    for (const [name, value] of others) Reflect.set(instance, name, value);
  };
}

function copyOfParents(parents: ChangeTree["extraParents"]): ChangeTree["extraParents"] {
  return parents && { ...parents, next: copyOfParents(parents.next) as NonNullable<typeof parents.next> };
}

function copyOfRecorder(recorder: Recorder): Recorder {
  const copy = Object.create(Object.getPrototypeOf(recorder) as object) as Recorder;
  const { ops } = recorder as unknown as { ops: Uint8Array };
  return Object.assign(copy, recorder, { ops: ops.slice() });
}

/** Of a collection, what has been recorded of one index. */
function saveOperation(log: UndoLog, tree: ChangeTree, index: number): void {
  saveTree(log, tree);
  if (tree.collDirty === undefined || log.isSavedWhole(tree)) return;
  const operation = tree.collDirty.get(index);
  log.push(() => {
    if (operation === undefined) tree.collDirty?.delete(index);
    else tree.collDirty?.set(index, operation);
  });
}

function saveOperations(log: UndoLog, tree: ChangeTree): void {
  saveTree(log, tree);
  if (tree.collDirty === undefined || !log.isFirstWhole(tree)) return;
  const operations = new Map(tree.collDirty);
  log.push(() => {
    tree.collDirty = operations;
  });
}

export function recordTrees(): void {
  before(ChangeTree, ["record", "recordDelete", "recordRaw", "setOperationAt"], saveOperation);
  before(ChangeTree, ["reset", "recycle", "insertAt", "removeAt", "discard"], saveOperations);
  before(ChangeTree, ["change", "delete", "recordPure", "ensureUnreliableRecorder"], saveTree);
  before(ChangeTree, ["pause", "resume", "untracked", "markDirty"], saveTree);
  before(ChangeTree, ["setRoot", "setParent", "addParent", "removeParent", "setParentIndex"], saveTree);
}

interface Node {
  changeTree: ChangeTree;
  prev?: Node | undefined;
  next?: Node | undefined;
  position: number;
}
/** What goes into the next patch, in this order. */
interface Queue {
  next?: Node | undefined;
  tail?: Node | undefined;
  nextPosition: number;
}
interface RootInternals {
  nextUniqueId: number;
  refCount: Record<string, number>;
  changeTrees: Record<string, ChangeTree>;
  pendingFilterRefresh: ChangeTree[];
}

export function recordRoots(): void {
  before(Root, ["add"], (log, root: RootInternals, tree: ChangeTree) => {
    const { nextUniqueId } = root;
    saveCount(log, root, tree, nextUniqueId);
    log.push(() => {
      root.nextUniqueId = nextUniqueId;
    });
  });
  before(Root, ["remove"], (log, root: RootInternals, tree: ChangeTree) => saveCount(log, root, tree));
  before(Root, ["enqueueChangeTree", "enqueueUnreliable"], (log, _: object, tree: ChangeTree) =>
    saveTree(log, tree),
  );
  before(Root, ["enqueueFilterRefresh"], (log, root: RootInternals, tree: ChangeTree) => {
    saveTree(log, tree);
    const { length } = root.pendingFilterRefresh;
    log.push(() => {
      root.pendingFilterRefresh.length = length;
    });
  });
  insteadOf(Root, ["_appendToList"], (log, _: object, append: () => unknown, queue: Queue) => {
    const { nextPosition } = queue;
    const node = append();
    log.push(() => {
      unlink(queue, node as Node);
      queue.nextPosition = nextPosition;
    });
    return node;
  });
  insteadOf(
    Root,
    ["_removeNode"],
    (log, _: object, remove: () => unknown, queue: Queue, _tree: ChangeTree, node: Node | undefined) => {
      const isRemoved = remove();
      if (isRemoved === true) log.push(() => link(queue, node as Node));
      return isRemoved;
    },
  );
  insteadOf(
    Root,
    ["_moveNextToParentInList"],
    (log, _: object, move: () => unknown, queue: Queue, _tree: ChangeTree, node: Node) => {
      const { prev, next, position } = node;
      const { nextPosition } = queue;
      move();
      if (node.position === position) return;
      log.push(() => {
        unlink(queue, node);
        Object.assign(node, { prev, next, position });
        link(queue, node);
        queue.nextPosition = nextPosition;
      });
    },
  );
  // A node that has been removed keeps its neighbours, so that it can be put back between them.
  insteadOf(Root, ["releaseNode"], () => undefined);
}

function saveCount(log: UndoLog, root: RootInternals, tree: ChangeTree, newId?: number): void {
  saveTree(log, tree);
  const refId = (tree.ref as Instance)[$refId] ?? newId;
  saveKey(log, root.refCount, String(refId));
  saveKey(log, root.changeTrees, String(refId));
}

function saveKey(log: UndoLog, object: Record<string, unknown>, key: string): void {
  const had = Object.hasOwn(object, key);
  const value = object[key];
  log.push(() => {
    if (had) object[key] = value;
    else Reflect.deleteProperty(object, key);
  });
}

function unlink(queue: Queue, { prev, next }: Node): void {
  if (prev === undefined) queue.next = next;
  else prev.next = next;
  if (next === undefined) queue.tail = prev;
  else next.prev = prev;
}

function link(queue: Queue, node: Node): void {
  if (node.prev === undefined) queue.next = node;
  else node.prev.next = node;
  if (node.next === undefined) queue.tail = node;
  else node.next.prev = node;
}

/** That a view has been given its number is not taken back: nobody sees it, and it is given back when the view is gone. */
function saveView(log: UndoLog, view: StateView): void {
  if (!log.isFirst(view)) return;
  const changes = new Map([...view.changes].map(([refId, operations]) => [refId, new Map(operations)]));
  const items = (view.items as StateView["items"] | undefined)?.slice();
  log.push(() => {
    view.changes = changes;
    if (items !== undefined) view.items = items;
  });
}

export function recordViews(): void {
  before(StateView, ["add", "_addImmediate", "remove", "subscribe", "unsubscribe", "clear"], saveView);
  const ofTree = ["markVisible", "unmarkVisible", "addTag", "removeTag", "removeAllTagsOnTree"];
  before(StateView, [...ofTree, "_setSubscribed", "_clearSubscribed"], (log, _: object, tree: ChangeTree) =>
    saveTree(log, tree),
  );
  insteadOf(StateView, ["dispose"], () => {
    throw new TypeError("A view cannot be disposed of in an onPublish handler: that cannot be taken back");
  });
}
