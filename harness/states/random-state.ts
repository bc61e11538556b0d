// States of random shape, random changes to them, and what there is to compare: everything that is reachable from a state
// and from its encoder, and the bytes of its patches. All chance comes from a tape of numbers, so that a failure shrinks.
import {
  $changes,
  ArraySchema,
  CollectionSchema,
  Encoder,
  MapSchema,
  Metadata,
  type Schema,
  SetSchema,
  StateView,
  schema,
  t,
} from "@colyseus/schema";
import { defineEventState } from "../../src/schema/event-state.ts";

export class Tape {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  get isOver(): boolean {
    return this.#at >= this.#numbers.length;
  }

  get at(): number {
    return this.#at;
  }

  set at(at: number) {
    this.#at = at;
  }

  /** A number below `limit`; 0 for ever when the tape is over. */
  next(limit: number): number {
    return (this.#numbers[this.#at++] ?? 0) % limit;
  }
}

// biome-ignore lint: shapes are made at run time
type Any = any; // oxlint-disable-line no-explicit-any

/** What a field of each kind is made of. `child` is a class to nest. */
const kinds: ((child: Any) => Any)[] = [
  () => t.number().default(0),
  () => t.string().optional(),
  () => t.boolean(),
  () => t.array("string"),
  (child) => t.array(child),
  () => t.map("number"),
  (child) => t.map(child),
  () => t.set("string"),
  (child) => t.set(child),
  () => t.collection("number"),
  (child) => t.collection(child),
  (child) => t.ref(child),
  (child) => t.ref(child).optional(),
  () => t.quantized({ min: 0, max: 8, bits: 8 }),
  () => t.number().fullStateOnly(),
];
/** What is not synchronised is kept on a participant and on the event, not in a nested class. */
const localKind = () => t.number().default(0).noSync();
/** The same for states that show some fields to some. */
const viewKinds: ((child: Any) => Any)[] = [
  () => t.string().view(),
  (child) => t.array(child).view(),
  (child) => t.map(child).view(),
  (child) => t.ref(child).optional().view(),
  () => t.number().view(2),
];

let classes = 0;

function fields(tape: Tape, child: Any, hasViews: boolean): Record<string, Any> {
  const many = 1 + tape.next(5);
  const made: Record<string, Any> = {};
  for (let i = 0; i < many; i++) {
    const from = hasViews && tape.next(3) === 0 ? viewKinds : kinds;
    made[`f${i}`] = from[tape.next(from.length)]?.(child);
  }
  return made;
}

export function randomShape(tape: Tape, hasViews: boolean) {
  const leaf = schema({ n: t.number().default(0), s: t.string().optional() }, `Leaf${++classes}`);
  const middle = schema(fields(tape, leaf, hasViews), `Middle${classes}`);
  const many = schema(
    Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`m${i}`, t.number()])) as Any,
    `Many${classes}`,
  );
  return defineEventState({
    participant: { ...fields(tape, middle, hasViews), f5: localKind() },
    event: {
      ...fields(tape, middle, hasViews),
      f5: localKind(),
      many: t.ref(many),
      list: t.array(middle),
    } as Any,
  });
}
export type Shape = ReturnType<typeof randomShape>;

/** A state with its encoder and two views of it. */
export class Twin {
  readonly state: Any;
  readonly encoder: Encoder;
  readonly views: StateView[];
  /** Instances that have been taken out, and may be put in again. */
  readonly removed: Any[] = [];
  readonly #shape: Shape;

  constructor(shape: Shape, hasViews: boolean) {
    this.#shape = shape;
    this.state = new shape.State();
    this.encoder = new Encoder(this.state);
    this.views = hasViews ? [new StateView(), new StateView(true)] : [];
    for (const device of ["a", "b"]) this.join(device);
    for (const view of this.views) view.add(this.state);
  }

  join(device: string): void {
    const participant = new this.#shape.Participant() as Any;
    participant.device_id = device;
    this.state.participants.set(device, participant);
  }

  /** The bytes of a patch: for those without a view, and for each view. */
  patch(): string[] {
    const it = { offset: 1 };
    const shared = Buffer.from(this.encoder.encode(it)).toString("hex");
    const sharedOffset = it.offset;
    const ofViews = this.views.map((view) =>
      Buffer.from(this.encoder.encodeView(view, sharedOffset, it)).toString("hex"),
    );
    this.encoder.discardChanges();
    return [shared, ...ofViews];
  }

  whole(): string[] {
    const it = { offset: 1 };
    const shared = Buffer.from(this.encoder.encodeAll(it)).toString("hex");
    const sharedOffset = it.offset;
    const ofViews = this.views.map((view) =>
      Buffer.from(this.encoder.encodeAllView(view, sharedOffset, { ...it })).toString("hex"),
    );
    return [shared, ...ofViews];
  }
}

// --- changes ---

/** Changes something somewhere. Leaves what it took out in `twin.removed`. @throws what the framework throws. */
export function mutate(tape: Tape, twin: Twin): void {
  const { state } = twin;
  const at = tape.next(12);
  if (at === 0) return twin.join("abcd"[tape.next(4)] as string);
  if (at === 1) return void state.participants.delete("abcd"[tape.next(4)]);
  if (at === 2 && twin.views.length > 0) return mutateView(tape, twin);
  const participant = state.participants.get("ab"[tape.next(2)] as string);
  const instance = at < 7 && participant !== undefined ? participant : state;
  mutateInstance(tape, twin, instance, 0);
}

function mutateView(tape: Tape, twin: Twin): void {
  const view = twin.views[tape.next(2)] as StateView;
  const instance = someInstance(tape, twin.state);
  const how = tape.next(5);
  if (how === 0) view.remove(instance);
  else if (how === 1) view.add(instance, 2);
  else if (how === 2 && !Metadata.isValidInstance(instance)) view.subscribe(instance);
  else if (how === 3 && !Metadata.isValidInstance(instance)) view.unsubscribe(instance);
  else view.add(instance);
}

function someInstance(tape: Tape, from: Any): Any {
  let instance = from;
  for (let depth = tape.next(4); depth > 0; depth--) {
    const children: Any[] = [];
    instance[$changes].forEachChild((child: Any) => children.push(child.ref));
    if (children.length === 0) break;
    instance = children[tape.next(children.length)];
  }
  return instance;
}

const ours = /^(device_id|user_id|joined_at|event_id|participants)$/;

function mutateInstance(tape: Tape, twin: Twin, instance: Any, depth: number): void {
  const metadata = (instance.constructor as typeof Schema)[Symbol.metadata] as Any;
  const names = Object.keys(Metadata.getFields(instance.constructor)).filter((name) => !ours.test(name));
  const local = ["f5"].filter((name) => name in instance);
  const name = [...names, ...local][tape.next(names.length + local.length)] as string;
  if (local.includes(name)) return void (instance[name] = tape.next(9));
  const { type } = metadata[metadata[name]] as { type: Any };
  if (tape.next(20) === 0) return tape.next(8) === 0 ? instance.pauseTracking() : instance.resumeTracking();
  if (tape.next(9) === 0)
    return instance.untracked(() => mutateField(tape, twin, instance, name, type, depth));
  mutateField(tape, twin, instance, name, type, depth);
}

function mutateField(tape: Tape, twin: Twin, instance: Any, name: string, type: Any, depth: number): void {
  if (typeof type === "string" || type.quantized !== undefined) instance[name] = primitive(tape, type, true);
  else if (typeof type === "function") mutateRef(tape, twin, instance, name, type, depth);
  else if (instance[name] == null || tape.next(8) === 0) instance[name] = newCollection(tape, twin, type);
  else mutateCollection(tape, twin, instance[name], Object.values(type)[0], depth);
}

function primitive(tape: Tape, type: Any, mayBeAbsent: boolean): unknown {
  const value = tape.next(7);
  if (mayBeAbsent && value >= 5) return value === 5 ? null : undefined;
  if (type === "string") return "vwxyz"[value % 5];
  if (type === "boolean") return value % 2 === 0;
  return value;
}

function mutateRef(tape: Tape, twin: Twin, instance: Any, name: string, type: Any, depth: number): void {
  const before = instance[name];
  const how = tape.next(5);
  if (how === 0) instance[name] = tape.next(2) === 0 ? null : undefined;
  else if (how === 1 || before == null) instance[name] = newInstance(tape, twin, type);
  else if (depth < 3) return mutateInstance(tape, twin, before, depth + 1);
  if (before != null && before !== instance[name]) twin.removed.push(before);
}

function newInstance(tape: Tape, twin: Twin, type: Any): Any {
  const old = tape.next(3) === 0 ? twin.removed.find((one) => one instanceof type) : undefined;
  if (old !== undefined) return old;
  const made = new type();
  if (tape.next(2) === 0) mutateInstance(tape, twin, made, 2);
  return made;
}

function element(tape: Tape, twin: Twin, type: Any): Any {
  return typeof type === "string" ? primitive(tape, type, false) : newInstance(tape, twin, type);
}

function newCollection(tape: Tape, twin: Twin, type: Any): Any {
  const [[kind, child]] = Object.entries(type) as [[string, Any]];
  const elements = Array.from({ length: tape.next(4) }, () => element(tape, twin, child));
  if (tape.next(8) === 0) return tape.next(2) === 0 ? null : undefined;
  if (kind === "array") return tape.next(2) === 0 ? elements : new ArraySchema(...elements);
  if (kind === "map") return new MapSchema(Object.fromEntries(elements.map((one, i) => [`k${i}`, one])));
  return kind === "set" ? new SetSchema(elements) : new CollectionSchema(elements);
}

function mutateCollection(tape: Tape, twin: Twin, collection: Any, type: Any, depth: number): void {
  if (tape.next(12) === 0) return collection.clear();
  if (typeof type !== "string" && depth < 3 && tape.next(4) === 0) {
    const all = [...collection.values()];
    if (all.length > 0) return mutateInstance(tape, twin, all[tape.next(all.length)], depth + 1);
  }
  if (collection instanceof ArraySchema) return mutateArray(tape, twin, collection, type);
  if (collection instanceof MapSchema) {
    const key = `k${tape.next(5)}`;
    if (tape.next(3) > 0) return void collection.set(key, element(tape, twin, type));
    const removed = collection.get(key);
    if (typeof removed === "object") twin.removed.push(removed);
    return void collection.delete(key);
  }
  const all = [...collection.values()];
  if (tape.next(3) > 0 || all.length === 0) return void collection.add(element(tape, twin, type));
  collection.delete(all[tape.next(all.length)]);
}

function mutateArray(tape: Tape, twin: Twin, array: Any, type: Any): void {
  const { length } = array;
  const one = () => element(tape, twin, type);
  const changes: (() => unknown)[] = [
    () => array.push(one()),
    () => array.push(one(), one()),
    () => array.pop(),
    () => array.shift(),
    () => array.unshift(one()),
    () => array.splice(tape.next(length + 1), tape.next(3)),
    () => array.splice(tape.next(length + 1), tape.next(3), one()),
    () => (array[tape.next(length + 1)] = one()),
    () => array.reverse(),
    () => array.sort((a: Any, b: Any) => (String(a.n ?? a) < String(b.n ?? b) ? -1 : 1)),
    () => (array.length = tape.next(length + 1)),
    () => array.move((all: Any) => length > 1 && ([all[0], all[1]] = [all[1], all[0]])),
    () => (array[tape.next(length + 1)] = undefined),
  ];
  changes[tape.next(changes.length)]?.();
}
