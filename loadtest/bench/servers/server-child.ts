// Starts a server of the benchmark as a process of its own and asks its probe. Knows nothing of what it serves.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Memory, Question, Sample } from "./probe.ts";

export interface ServerChild {
  readonly port: number;
  /**
   * Begins a measurement: the event-loop delay starts anew. With `profile`, a CPU profile goes to that file when
   * `sample` ends it with the same name. @throws when it does not answer in 60 s
   */
  mark(profile?: string): Promise<Sample>;
  sample(profile?: string): Promise<Sample>;
  memory(): Promise<Memory>;
  /** Everything it printed, for when it failed. */
  output(): string;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The program, where it is none of this folder. */
  readonly file?: string;
}

const startLimitMs = 20_000;
const answerLimitMs = 60_000;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function portOf(child: ChildProcess, output: () => string): Promise<number> {
  for (const startedAt = performance.now(); performance.now() - startedAt < startLimitMs; await sleep(20)) {
    const port = /listens on http:\/\/[^:]+:(\d+)/.exec(output())?.[1];
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null || child.signalCode !== null) break;
  }
  child.kill("SIGKILL");
  throw new Error(`the server did not start: ${output().slice(-2000)}`);
}

/** Starts `<script>.ts` of this folder on a free port, with a store and a log in a folder that goes with it. */
export async function startChild(script: string, options: StartOptions = {}): Promise<ServerChild> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  const log = join(folder, "log");
  const descriptor = openSync(log, "a");
  const flags = ["--expose-gc", "--import", new URL("probe.ts", import.meta.url).href];
  const child = spawn(process.execPath, [...flags, options.file ?? here(`${script}.ts`)], {
    env: {
      PATH: process.env.PATH ?? "",
      NODE_ENV: "production",
      AUTH_MODE: "open",
      HOST: "127.0.0.1",
      PORT: "0",
      STORE_URL: `file:${join(folder, "events.db")}`,
      ...options.env,
    },
    stdio: ["ignore", descriptor, descriptor, "ipc"],
  });
  closeSync(descriptor);
  const output = () => readFileSync(log, "utf8");
  const waiting = new Map<number, (answered: unknown) => void>();
  child.on("message", (message) => {
    const { id, answered } = message as { id: number; answered: unknown };
    waiting.get(id)?.(answered);
    waiting.delete(id);
  });
  const port = await portOf(child, output);
  let asked = 0;
  const ask = <Answer>(question: Question, profile?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const id = ++asked;
      const limit = setTimeout(() => reject(new Error("the server does not answer")), answerLimitMs);
      waiting.set(id, (answered) => {
        clearTimeout(limit);
        resolve(answered as Answer);
      });
      child.send({ id, question, profile }, (error) => error && reject(error));
    });
  return {
    port,
    output,
    mark: (profile) => ask<Sample>("mark", profile),
    sample: (profile) => ask<Sample>("sample", profile),
    memory: () => ask<Memory>("memory"),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, "exit");
        if (child.connected) child.send({ id: 0, question: "exit" }, () => {});
        const limit = setTimeout(() => child.kill("SIGKILL"), 5000);
        await gone;
        clearTimeout(limit);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
