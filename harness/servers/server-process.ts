// A real server process, for what only a process can show: stalls (SIGSTOP), signals, exit codes.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { until } from "../wait.ts";

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  /** Everything it printed. */
  readonly output: () => string;
  /** Stops every thread of it for a while, as a stall of the event loop would. */
  stall(ms: number): Promise<void>;
  kill(): Promise<void>;
}

/** Starts `src/index.ts` with these settings on a free port, and waits until it listens. */
export async function startServer(
  env: Record<string, string> = {},
  script = "src/index.ts",
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH ?? "", HOST: "127.0.0.1", PORT: "0", STORE_URL: "memory:", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (output += bytes));
  const port = await until(
    () => `a listening server; it printed ${output}`,
    () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the server exited: ${output}`);
      return Number(/listens on http:\/\/[^:]+:(\d+)/.exec(output)?.[1]) || undefined;
    },
    30_000,
  ).catch((error: unknown) => {
    child.kill("SIGKILL"); // nobody would
    throw error;
  });
  return {
    child,
    port,
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    async stall(ms) {
      child.kill("SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, ms));
      child.kill("SIGCONT");
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGCONT");
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
