// Whether an object is still reachable: the garbage collector is asked.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { until } from "./wait.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/**
 * Waits until the garbage collector has taken all of these.
 * @param what names them, for the error when it does not
 */
export function collected(what: string, objects: readonly WeakRef<object>[]): Promise<unknown> {
  const left = () => objects.filter((each) => each.deref() !== undefined).length;
  return until(
    () => `${what}: ${left()} of ${objects.length} are still held`,
    () => {
      collect();
      return left() === 0;
    },
  );
}
