// How a hook reads from a provider's session: what is there now, and again when that says so. Never opens a session.
import { type Context, createContext, useCallback, useContext, useRef, useSyncExternalStore } from "react";
import { type EventHandle, type Listen, nowhere, type Place } from "./event-handle.ts";
import { registry } from "./registry.ts";
import type { Equality } from "./types.ts";

/** One for all copies of this module that work with one React. */
export function handleContext(): Context<EventHandle | undefined> {
  const { contexts } = registry();
  type Handles = Context<EventHandle | undefined>;
  const known = contexts.get(createContext) as Handles | undefined;
  const context = known ?? createContext<EventHandle | undefined>(undefined);
  contexts.set(createContext, context);
  return context;
}

/** @throws Error outside a provider. */
export function useHandle(): EventHandle {
  const handle = useContext(handleContext());
  if (handle === undefined) throw new Error("holdfast/react: this hook needs an <EventProvider> around it");
  return handle;
}

/** `listen` has to be the same function from one render to the next; `read` gives the same value until something changes. */
export function useReading<Value>(listen: Listen, read: (place: Place) => Value): Value {
  const handle = useHandle();
  const subscribe = useCallback((notify: () => void) => handle.attach(listen, notify), [handle, listen]);
  return useSyncExternalStore(
    subscribe,
    () => read(handle),
    () => read(nowhere),
  );
}

interface Memo<Value> {
  readonly source: unknown;
  readonly by: unknown;
  readonly value: Value;
}

/**
 * A value that is computed from a source: again when that is another one, or by another function, and the same as before
 * where it is equal.
 * @param by the application's function, by which `compute` computes
 */
export function useSelection<Value>(
  listen: Listen,
  sourceOf: (place: Place) => unknown,
  by: unknown,
  compute: (place: Place, before: Value | undefined) => Value,
  isEqual: Equality<Value>,
): Value {
  const memo = useRef<Memo<Value> | undefined>(undefined);
  return useReading(listen, (place) => {
    const source = sourceOf(place);
    const { current } = memo;
    if (current !== undefined && current.source === source && current.by === by) return current.value;
    const next = compute(place, current?.value);
    const value = current !== undefined && isEqual(current.value, next) ? current.value : next;
    memo.current = { source, by, value };
    return value;
  });
}
