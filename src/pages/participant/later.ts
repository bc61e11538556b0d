// Loads what stands beside one's own seat when there is time for it: after the join has been painted.
import { useEffect, useState } from "preact/hooks";

type Beside = typeof import("./beside.tsx");

/** The network may be gone again, or a proxy in the way: then it is asked for again after this time, which doubles, in ms. */
const againMs = 1000;
/** ... up to this one, in ms. */
const mostMs = 30_000;

let loaded: Beside | undefined;

/**
 * What stands beside one's own seat; undefined until it has come. It comes all at once, so that nothing on the screen moves twice.
 * @param isHere only then is it asked for; who comes back asks at once
 */
export function useBeside(isHere: boolean): Beside | undefined {
  const [beside, setBeside] = useState(loaded);
  // An effect runs when what was rendered has been painted; in a tab that nobody sees, a moment later.
  useEffect(() => {
    if (!isHere || loaded !== undefined) return undefined;
    const ended = new AbortController();
    void load(ended.signal).then(() => setBeside(loaded));
    return () => ended.abort();
  }, [isHere]);
  return beside;
}

async function load(ended: AbortSignal): Promise<void> {
  for (let waitMs = againMs; !ended.aborted; waitMs = Math.min(2 * waitMs, mostMs))
    try {
      loaded = await import("./beside.tsx");
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
}
