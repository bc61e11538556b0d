// What the server says that it has seen (GET /metrics), beside what was done. Pure but for the one request.
import type { Operation } from "./acts.ts";
import type { Count } from "./verdict.ts";

/** The sum of a metric's series whose labels contain `label`; 0 when it has none. */
export function metricIn(text: string, name: string, label = ""): number {
  return text
    .split("\n")
    .filter(
      (line) => line.startsWith(`holdfast_${name}`) && /^\w+[{ ]/.exec(line)?.[0].length === name.length + 10,
    )
    .filter((line) => line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

export async function metricsOf(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

/** Each kind of operation as both sides have counted it, and that nobody is left. */
export function countsIn(metrics: string, made: Readonly<Record<Operation, number>>): Count[] {
  const count = (title: string, done: number, name: string, label?: string) => ({
    title,
    made: done,
    seen: metricIn(metrics, name, label),
  });
  return [
    count("seats taken", made.join, "joins_total"),
    count("drops", made.drop, "disconnects_total"),
    count("returns by token", made["return by token"], "returns_total", 'path="reconnection"'),
    count("returns by join", made["return by join"], "returns_total", 'path="join"'),
    count("expiries", made.expiry, "leaves_total", 'reason="grace_expired"'),
    count("leaves", made.leave, "leaves_total", 'reason="consented"'),
    count("errors", 0, "errors_total"),
    count("participants left over", 0, "participants"),
    count("events left over", 0, "events"),
  ];
}
