// Breaks of what takes a refused message back, and of what waits until a handler has returned.
import { type Break, breaksOf } from "../break.ts";

const undo = "rooms/internals/undo";

export const publishing: readonly Break[] = [
  ...breaksOf(`${undo}/log.ts`, "author/publish", [
    ["P14 P15 P16", "nothing is taken back", "log.takeBack();", ""],
  ]),
  ...breaksOf(`${undo}/values.ts`, "framework/undo", [
    ["P14", "what is pushed stays", 'before(ArraySchema, ["push"], saveLengths);', ""],
    ["P14", "an element that is replaced stays", 'before(ArraySchema, ["$changeAt"], saveItem);', ""],
    ["P14", "what is popped is gone", 'before(ArraySchema, ["pop"], saveLast);', ""],
    [
      "P14",
      "an array that is sorted, spliced or cleared stays so",
      "before(ArraySchema, moving, saveArray);",
      "",
    ],
    ["P14", "a map's entry stays", 'before(MapSchema, ["set"], saveEntry);', ""],
    [
      "P14",
      "a map's entry is gone, or comes back elsewhere",
      'before(MapSchema, ["delete"], saveEntries);',
      "",
    ],
    ["P14", "a map that is cleared stays so", 'before(MapSchema, ["clear", "~reset"], saveMap);', ""],
    ["P14", "what is added to a set stays", 'before(type, ["add"], saveAddition);', ""],
    [
      "P14",
      "what is taken out of a set is gone",
      'before(type, ["delete", "clear", "~reset"], saveSet);',
      "",
    ],
    ["P14", "undefined becomes null", "if (log !== undefined) saveTree(log, this[$changes]);", ""],
    [
      "P14",
      "what has been deleted before in this tick comes back elsewhere",
      "return saveOrder(log, snapshots);",
      "return;",
    ],
  ]),
  ...breaksOf(`${undo}/trees.ts`, "framework/undo", [
    ["P14", "tracking stays paused", "paused: tree.paused,", ""],
    ["P15", "what is recorded of a field stays", "dirtyLow: tree.dirtyLow,", ""],
    ["P15", "what is recorded of an entry stays", "else tree.collDirty?.set(index, operation);", ""],
    ["P15", "what a collection recorded before is forgotten", "tree.collDirty = operations;", ""],
    [
      "P15",
      "an instance that is taken out gets no patch when it is back",
      "log.push(() => link(queue, node as Node));",
      ";",
    ],
    ["P15", "what is new stays in the queue", "unlink(queue, node as Node);", ""],
    ["P15", "numbers of instances are used up", "root.nextUniqueId = nextUniqueId;", ""],
    ["P15", "instances are counted that are gone", "saveKey(log, root.refCount, String(refId));", ""],
    ["P15", "a view is told what was refused", "view.changes = changes;", ""],
    ["P15", "a view goes on showing what was refused", "visibleViews: tree.visibleViews?.slice(),", ""],
    [
      "P14",
      "what is kept beside the synchronised fields stays",
      "Object.assign(instance, { [localFields]: local });",
      ";",
    ],
  ]),
  ...breaksOf(`${undo}/install.ts`, "framework/undo-internals", [
    ["P19", "a stream may have handlers", "for (const type of types) refuseStreams(type);", ""],
  ]),
  ...breaksOf(`${undo}/values.ts`, "framework/undo-internals", [
    [
      "P18",
      "a map is copied for each entry",
      "const key = String(name);",
      "const key = String(name); saveOrder(log, map.$items);",
    ],
  ]),
  ...breaksOf("rooms/author/deferred-effects.ts", "author/publish", [
    ["P17", "nothing waits", "this.#waiting = waiting;", ""],
    [
      "P17",
      "what was asked for is done after a throw, too",
      "for (const { drop } of waiting.toReversed()) drop?.();",
      "for (const { effect } of waiting) effect();",
    ],
    ["P17", "nothing is done", "for (const { effect } of waiting) this.#attempt(effect);", ""],
    ["P17", "one effect that fails keeps the others back", "this.#onError(error);", "throw error;"],
  ]),
  ...breaksOf("event/participants.ts", "author/publish", [
    ["P17", "a kick does not wait", "if (!this.#effects.isHolding)", "if (this.#effects !== undefined)"],
  ]),
];
