// Which rows a host has chosen. Pure; each step gives another value.

export interface Selection {
  readonly keys: ReadonlySet<string>;
  /** From where a range goes. */
  readonly anchor: string | undefined;
}

export const nobody: Selection = { keys: new Set(), anchor: undefined };

/** Chooses one more, or one less. */
export function toggled({ keys }: Selection, key: string): Selection {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return { keys: next, anchor: key };
}

/** Chooses everyone from the anchor to `key`, in the order of the list, beside those who are. */
export function extended(selection: Selection, key: string, order: readonly string[]): Selection {
  const { keys, anchor } = selection;
  const [from, to] = [order.indexOf(anchor ?? key), order.indexOf(key)];
  if (to < 0) return selection;
  if (from < 0) return toggled(selection, key);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { keys: new Set([...keys, ...range]), anchor: anchor ?? key };
}

/** Chooses all of these, or, when all of them are chosen, nobody. */
export function allOf({ keys, anchor }: Selection, order: readonly string[]): Selection {
  return order.length > 0 && order.every((key) => keys.has(key)) ? nobody : { keys: new Set(order), anchor };
}

/** Without those who are no rows any more. The same value when everyone still is. */
export function without(selection: Selection, isRow: (key: string) => boolean): Selection {
  const keys = [...selection.keys].filter(isRow);
  return keys.length === selection.keys.size ? selection : { ...selection, keys: new Set(keys) };
}
