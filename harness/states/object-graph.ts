// Everything that is reachable from an object, in a form that can be compared: each object once, with all its own fields,
// whatever their names. What is undefined is as good as absent.

const isRaw = (value: unknown): value is object => typeof value === "object" && value !== null;

/** `hidden` are fields that are not looked at, and `behind` finds what is behind a proxy. */
export function graphOf(
  from: object,
  hidden: ReadonlySet<PropertyKey>,
  behind: (object: object) => object,
): { lines: string[]; objects: object[] } {
  const numbers = new Map<object, number>();
  const objects: object[] = [];
  const nameOf = (value: unknown): string => {
    if (typeof value === "function") return "function";
    if (!isRaw(value)) return typeof value === "string" ? JSON.stringify(value) : String(value);
    const object = behind(value);
    if (object instanceof WeakRef) return `weak ${nameOf(object.deref())}`;
    if (!numbers.has(object)) {
      numbers.set(object, objects.length);
      objects.push(object);
    }
    return `#${numbers.get(object)}`;
  };
  nameOf(from);
  const lines: string[] = [];
  for (let at = 0; at < objects.length; at++) lines.push(lineOf(objects[at] as object, hidden, nameOf));
  return { lines, objects };
}

function lineOf(
  object: object,
  hidden: ReadonlySet<PropertyKey>,
  nameOf: (value: unknown) => string,
): string {
  const parts: string[] = [object.constructor?.name ?? "null"];
  if (object instanceof Map)
    for (const [key, value] of object) parts.push(`${nameOf(key)} => ${nameOf(value)}`);
  else if (object instanceof Set) for (const value of object) parts.push(nameOf(value));
  else if (ArrayBuffer.isView(object)) parts.push(String(object));
  else {
    for (const key of Reflect.ownKeys(object)) {
      const value: unknown = Reflect.get(object, key);
      if (key === "undefined" && Array.isArray(object)) continue; // the framework's splice beyond the end leaves it
      if (value !== undefined && !hidden.has(key)) parts.push(`${String(key)}: ${nameOf(value)}`);
    }
  }
  return parts.join(" ");
}
