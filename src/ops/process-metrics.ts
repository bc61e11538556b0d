// What a dashboard sees of the process itself: memory, processor, event loop, garbage collection. It is measured once,
// however many servers there are in the process, one after the other: what measures it cannot be ended.
import { collectDefaultMetrics, type Metric, Registry } from "prom-client";

let measured: readonly Metric[] | undefined;

/** The process's metrics (`process_*`, `nodejs_*`), for the registry of whichever server is there. */
export function processMetrics(): readonly Metric[] {
  measured ??= measure();
  return measured;
}

function measure(): readonly Metric[] {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry
    .getMetricsAsArray()
    .map(({ name }) => registry.getSingleMetric(name))
    .filter((metric) => metric !== undefined);
}
