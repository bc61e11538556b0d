// @colyseus/schema 5.0.34, annotations.ts, types/custom/*.ts, encoder/MapJournal.ts: what instances and collections hold.
// What costs the framework one step is saved in one step; what moves or removes is saved whole, once.
import {
  $changes,
  ArraySchema,
  type ChangeTree,
  CollectionSchema,
  MapSchema,
  Schema,
  SetSchema,
} from "@colyseus/schema";
import { before, currentLog, type UndoLog } from "./log.ts";
import { saveTree } from "./trees.ts";

interface Instance {
  readonly [$changes]: ChangeTree;
}

// --- fields ---

const observed = new WeakSet<object>();

/**
 * Records the fields of a schema class, and of those that it extends, also where the framework records nothing: when
 * undefined becomes null, and while tracking is paused.
 */
export function recordFields(type: typeof Schema): void {
  for (
    let prototype = type.prototype as object;
    prototype !== Schema.prototype && prototype !== null && !observed.has(prototype);
    prototype = Object.getPrototypeOf(prototype) as object
  ) {
    observed.add(prototype);
    for (const [name, field] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
      if (field.set !== undefined) recordField(prototype, name, field, field.set);
  }
}

function recordField(
  prototype: object,
  name: string,
  field: PropertyDescriptor,
  set: (value: unknown) => void,
): void {
  Object.defineProperty(prototype, name, {
    ...field,
    set(this: Instance, value: unknown) {
      const log = currentLog();
      if (log !== undefined) saveTree(log, this[$changes]);
      set.call(this, value);
    },
  });
}

// --- arrays ---

interface ArrayInternals {
  items: unknown[];
  tmpItems: unknown[];
  deletedIndexes: boolean[];
  isMovingItems: boolean;
}

function saveArray(log: UndoLog, array: Instance): void {
  const target = contents<ArrayInternals>(log, array);
  if (!log.isFirstWhole(target)) return;
  const { isMovingItems } = target;
  const [items, tmpItems] = [target.items.slice(), target.tmpItems.slice()];
  const deletedIndexes = target.deletedIndexes.slice();
  log.push(() => Object.assign(target, { items, tmpItems, deletedIndexes, isMovingItems }));
}

function saveLengths(log: UndoLog, array: Instance): void {
  const target = contents<ArrayInternals>(log, array);
  if (log.isSavedWhole(target)) return;
  const [length, tmpLength] = [target.items.length, target.tmpItems.length];
  log.push(() => {
    target.items.length = length;
    target.tmpItems.length = tmpLength;
  });
}

function saveItem(log: UndoLog, array: Instance, index: number): void {
  const target = contents<ArrayInternals>(log, array);
  if (target.deletedIndexes.length > 0) saveArray(log, array); // the index among what was is another one
  if (log.isSavedWhole(target)) return;
  saveElement(log, target, "items", index);
  saveElement(log, target, "tmpItems", index);
}

function saveLast(log: UndoLog, array: Instance): void {
  const target = contents<ArrayInternals>(log, array);
  if (log.isSavedWhole(target)) return;
  let last = target.tmpItems.length - 1;
  while (last >= 0 && target.deletedIndexes[last] === true) last -= 1;
  saveElement(log, target, "items", Math.max(0, target.items.length - 1));
  saveElement(log, target, "deletedIndexes", Math.max(0, last));
}

function saveElement(
  log: UndoLog,
  target: ArrayInternals,
  list: "items" | "tmpItems" | "deletedIndexes",
  index: number,
): void {
  const had = Object.hasOwn(target[list], index);
  const { [index]: value, length } = target[list];
  log.push(() => {
    const elements = target[list] as unknown[];
    if (had) elements[index] = value;
    else Reflect.deleteProperty(elements, index);
    elements.length = length;
  });
}

// --- maps ---

interface MapInternals {
  readonly $items: Map<string, unknown>;
  journal: {
    indexByKey: Record<string, number>;
    keyByIndex: Map<number, string>;
    nextIndex: number;
    snapshots?: Map<number, unknown> | undefined;
  };
}

function saveEntry(log: UndoLog, map: Instance & MapInternals, name: unknown): void {
  saveTree(log, map[$changes]);
  const key = String(name);
  const { $items, journal } = map;
  if (!log.isSavedWhole($items)) {
    const had = $items.has(key);
    const value = $items.get(key);
    log.push(() => void (had ? $items.set(key, value) : $items.delete(key)));
  }
  if (log.isSavedWhole(journal)) return;
  const index: number | undefined = journal.indexByKey[key];
  if (index !== undefined) return saveSnapshot(log, journal, index);
  const { nextIndex } = journal;
  log.push(() => {
    Reflect.deleteProperty(journal.indexByKey, key);
    journal.keyByIndex.delete(nextIndex);
    journal.nextIndex = nextIndex;
  });
}

/** An entry that goes can come back to its place only where the order of all is known. */
function saveEntries(log: UndoLog, map: Instance & MapInternals, name: unknown): void {
  if (!map.$items.has(String(name))) return;
  saveTree(log, map[$changes]);
  saveOrder(log, map.$items);
  const index = map.journal.indexByKey[String(name)];
  if (index !== undefined && !log.isSavedWhole(map.journal)) saveSnapshot(log, map.journal, index);
}

function saveMap(log: UndoLog, map: Instance & MapInternals): void {
  saveTree(log, map[$changes]);
  saveOrder(log, map.$items);
  const { journal } = map;
  if (!log.isFirstWhole(journal)) return;
  const { indexByKey, nextIndex } = journal;
  const prototype = Object.getPrototypeOf(indexByKey) as object | null; // guardMapKeys has made it null
  const saved = {
    indexByKey: Object.assign(Object.create(prototype) as typeof indexByKey, indexByKey),
    keyByIndex: new Map(journal.keyByIndex),
    snapshots: journal.snapshots && new Map(journal.snapshots),
    nextIndex,
  };
  log.push(() => Object.assign(journal, saved));
}

/** What is deleted in a tick and set again in the same one. */
function saveSnapshot(log: UndoLog, journal: MapInternals["journal"], index: number): void {
  const { snapshots } = journal;
  if (snapshots?.has(index) === true) return saveOrder(log, snapshots);
  if (snapshots !== undefined && log.isSavedWhole(snapshots)) return;
  log.push(() => {
    if (snapshots === undefined) journal.snapshots = undefined;
    else snapshots.delete(index);
  });
}

function saveOrder(log: UndoLog, items: Map<unknown, unknown>): void {
  if (!log.isFirstWhole(items)) return;
  const keys = [...items.keys()];
  const values = [...items.values()];
  log.push(() => {
    items.clear();
    for (const [i, key] of keys.entries()) items.set(key, values[i]);
  });
}

// --- sets and collections ---

interface SetInternals {
  readonly $items: Map<number, unknown>;
  deletedItems: Record<number, unknown>;
  $refId: number;
}

function saveAddition(log: UndoLog, set: Instance & SetInternals): void {
  saveTree(log, set[$changes]);
  const { $items, $refId: index } = set;
  log.push(() => {
    $items.delete(index);
    set.$refId = index;
  });
}

function saveSet(log: UndoLog, set: Instance & SetInternals): void {
  saveTree(log, set[$changes]);
  saveOrder(log, set.$items);
  if (!log.isFirstWhole(set)) return;
  const { $refId } = set;
  const deletedItems = { ...set.deletedItems };
  log.push(() => Object.assign(set, { $refId, deletedItems }));
}

/** What an instance is behind its proxy. */
function contents<Internals>(log: UndoLog, instance: Instance): Internals {
  saveTree(log, instance[$changes]);
  return instance[$changes].refTarget as Internals;
}

export function recordValues(): void {
  before(ArraySchema, ["push"], saveLengths);
  before(ArraySchema, ["$changeAt"], saveItem);
  before(ArraySchema, ["pop"], saveLast);
  const moving = ["shift", "unshift", "splice", "sort", "reverse", "clear", "move", "$cancelAdd", "~reset"];
  before(ArraySchema, moving, saveArray);
  before(MapSchema, ["set"], saveEntry);
  before(MapSchema, ["delete"], saveEntries);
  before(MapSchema, ["clear", "~reset"], saveMap);
  for (const type of [SetSchema, CollectionSchema]) {
    before(type, ["add"], saveAddition);
    before(type, ["delete", "clear", "~reset"], saveSet);
  }
}
