// The least that `serve` can run: it listens on nothing, prints its pid, and says so when it is asked to close.
import { serve } from "../../../src/ops/lifecycle.ts";
import { createLogger } from "../../../src/ops/logger.ts";
import type { Watch } from "../../../src/ops/telemetry.ts";

const idle = setInterval(() => {}, 1000);
const app = {
  watch: { log: createLogger("info"), reportError: console.error } as unknown as Watch,
  listen: async () => process.pid,
  close: async () => {
    await new Promise((resolve) => setTimeout(resolve, Number(process.env.SLOW_END_MS ?? 0)));
    clearInterval(idle);
    console.log("drained");
  },
};
console.log(`served by ${await serve(app, process)}`);
