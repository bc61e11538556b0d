// Whether two values are the same, or collections of the same items. Pure.

/**
 * True for the same value, and for two arrays, maps or plain objects of the same items in the same order.
 * @example useRoster(byTeam, shallowEqual)
 */
export function shallowEqual(before: unknown, after: unknown): boolean {
  if (Object.is(before, after)) return true;
  const [one, other] = [itemsOf(before), itemsOf(after)];
  return (
    one !== undefined &&
    other !== undefined &&
    one.length === other.length &&
    one.every((item, index) => Object.is(item, other[index]))
  );
}

/** Undefined for what is no collection. An array and an object are never equal: one begins with its kind. */
function itemsOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return ["array", ...(value as unknown[])];
  if (value instanceof Map) return ["map", ...[...value].flat()];
  const isPlain =
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? ["object", ...Object.entries(value as object).flat()] : undefined;
}
