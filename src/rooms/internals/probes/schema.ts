// What of @colyseus/schema is looked for, as read in 5.0.34.
import { $changes, Encoder, MapSchema, schema, t } from "@colyseus/schema";
import type { Internal } from "./internal.ts";
import { fieldOf, isLocal } from "../../../schema/internals.ts";
import { numberInstancesFrom, onNextChange, visitChanged } from "../schema.ts";
import { lookForMethods } from "../undo/install.ts";

const ofSchema = { package: "@colyseus/schema", readIn: "5.0.34" } as const;
const pinned = "test/pure/framework/schema.test.ts";

const Probe = schema({ name: t.string(), inner: t.map("number") }, "Probe");

/** A state with nothing to tell, and what records its changes. */
function scene() {
  const state = new Probe();
  const encoder = new Encoder(state);
  encoder.discardChanges();
  return { state, encoder };
}

export const schemaProbes: readonly Internal[] = [
  {
    ...ofSchema,
    name: "MapSchema's journal.indexByKey",
    purpose: "a device id named like a member of Object.prototype does not end the process",
    usedBy: ["src/rooms/internals/schema.ts"],
    wanted: "an index of keys without a prototype",
    pinnedBy: [pinned],
    isThere: () => {
      const journal = Reflect.get(new MapSchema<number>({ key: 1 }), "journal") as { indexByKey: object };
      return Object.hasOwn(journal.indexByKey, "key");
    },
  },
  {
    ...ofSchema,
    name: "Encoder.root.changes, a list of change trees",
    purpose: "an author's fields that have changed are stored",
    usedBy: ["src/rooms/internals/schema.ts"],
    wanted: "a way to go through what has changed since the last patch",
    pinnedBy: [pinned],
    isThere: () => {
      const { state, encoder } = scene();
      const changed = new Set<object>();
      state.inner.set("one", 1);
      visitChanged(encoder, (instance) => changed.add(instance) === changed);
      return changed.has(state) && changed.size === 2;
    },
  },
  {
    ...ofSchema,
    name: "Root.nextUniqueId",
    purpose: "an SDK that comes back after a restart takes no instance for another",
    usedBy: ["src/rooms/internals/schema.ts", "src/rooms/internals/serializer.ts"],
    wanted: "a first number for the instances of a state, as Root's constructor takes it",
    pinnedBy: [pinned],
    isThere: () => {
      const { state, encoder } = scene();
      numberInstancesFrom(encoder, 1000);
      state.inner = new MapSchema<number>() as never;
      return encoder.root.changeTrees[1000]?.ref === state.inner;
    },
  },
  {
    ...ofSchema,
    name: "Root.enqueueChangeTree",
    purpose: "an event in which nothing happens wakes up when its state changes",
    usedBy: ["src/rooms/internals/schema.ts"],
    wanted: "a callback for the first change after a patch",
    pinnedBy: [pinned],
    isThere: () => {
      const { state, encoder } = scene();
      let isNoticed = false;
      onNextChange(encoder, () => (isNoticed = true));
      state.name = "changed";
      return isNoticed;
    },
  },
  {
    ...ofSchema,
    name: "Encoder._resizeBuffer and sharedBuffer",
    purpose: "buffers begin small and grow without a warning each time",
    usedBy: ["src/rooms/internals/schema.ts", "src/rooms/internals/serializer.ts"],
    wanted: "a size for each encoder, and no warning",
    pinnedBy: ["test/pure/framework/serializer.test.ts"],
    isThere: () => {
      const { encoder } = scene();
      return (
        typeof Reflect.get(encoder, "_resizeBuffer") === "function" &&
        encoder.sharedBuffer instanceof Uint8Array
      );
    },
  },
  {
    ...ofSchema,
    name: "Symbol.metadata of a class, and a definition's _noSync",
    purpose: "it is known which fields patches tell",
    usedBy: ["src/schema/internals.ts"],
    wanted: "a public description of a class's fields",
    pinnedBy: [pinned, "test/pure/sync/snapshot.test.ts"],
    isThere: () =>
      fieldOf(Probe, "name")?.type === "string" && isLocal(t.string().noSync()) && !isLocal(t.string()),
  },
  {
    ...ofSchema,
    name: "the methods of change trees, roots, views and collections that change something",
    purpose: "what a handler changed before it threw is taken back",
    usedBy: [
      "src/rooms/internals/undo/install.ts",
      "src/rooms/internals/undo/log.ts",
      "src/rooms/internals/undo/trees.ts",
      "src/rooms/internals/undo/values.ts",
    ],
    wanted: "a transaction on a state, or change trees that can be copied and put back",
    pinnedBy: ["test/pure/framework/undo-internals.test.ts", "test/pure/framework/undo.test.ts"],
    isThere: () => {
      lookForMethods();
      return Reflect.get(new Probe(), $changes) !== undefined;
    },
  },
];
