// Where a CPU profile's time went: each function by itself, and with all that it called. Pure.

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}
/** As `.cpuprofile` files have it. */
export interface CpuProfile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}
export interface Hot {
  readonly name: string;
  readonly ms: number;
  readonly share: number;
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: Node): string {
  const file = url.replace(/^.*\/node_modules\//, "").replace(/^.*\/(?=src\/|loadtest\/)/, "");
  return `${functionName === "" ? "(anonymous)" : functionName} ${file}${file === "" ? "" : `:${lineNumber + 1}`}`;
}

const isIdle = (node: Node | undefined) => node === undefined || node.callFrame.functionName === "(idle)";

/** The `top` functions by self time and by inclusive time; shares are of the time that was not idle. */
export function hottest(profile: CpuProfile, top: number): { self: Hot[]; inclusive: Hot[] } {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const [self, inclusive] = [new Map<string, number>(), new Map<string, number>()];
  const add = (to: Map<string, number>, name: string, us: number) => to.set(name, (to.get(name) ?? 0) + us);
  let totalUs = 0;
  for (const [k, id] of profile.samples.entries()) {
    const node = nodes.get(id);
    if (node === undefined || isIdle(node)) continue;
    const us = profile.timeDeltas[k] ?? 0;
    const stack = new Set<string>(); // a recursive function counts once
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at))
      stack.add(nameOf(nodes.get(at) as Node));
    if ([...stack].some((name) => name.includes("bench/servers/probe.ts"))) continue; // the profiler's own start
    totalUs += us;
    add(self, nameOf(node), us);
    for (const name of stack) add(inclusive, name, us);
  }
  const first = (of: Map<string, number>) =>
    [...of]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, top)
      .map(([name, us]) => ({ name, ms: us / 1000, share: us / totalUs }));
  return { self: first(self), inclusive: first(inclusive) };
}
