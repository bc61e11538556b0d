// A real nginx of the test's own, run with deploy/nginx.conf itself: only its port, its processes' addresses and its
// files are put in; or the news that there is none.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { describeWithRedis } from "../redis/redis.ts";
import { until } from "../../wait.ts";

/** Debian keeps it where a user's PATH does not look. */
const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

export const hasNginx = spawnSync("nginx", ["-v"], { env: environment }).status === 0;
if (!hasNginx)
  console.warn("NOT RUN: tests that need nginx, which is not installed (apt-get install nginx-light)");

/** `describe`, or a loud skip where nginx or redis-server is not installed. */
export function describeWithNginx(title: string, suite: (this: Mocha.Suite) => void): void {
  if (hasNginx) describeWithRedis(title, suite);
  else describe.skip(title, suite);
}

export interface LogLine {
  readonly path: string;
  readonly status: string;
  readonly seconds: string;
  readonly upstream: string;
  readonly upstream_status: string;
}

export class Nginx {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.#child = child;
    this.#folder = folder;
  }

  /** In front of `ports`; fewer than the file names stand for several of its processes each. */
  static async start(ports: readonly number[]): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-nginx-"));
    const port = await freePort();
    writeFileSync(join(folder, "nginx.conf"), configuration(port, ports, folder));
    const log = openSync(join(folder, "log"), "a");
    const child = spawn("nginx", ["-c", join(folder, "nginx.conf"), "-g", "daemon off;", "-e", "stderr"], {
      env: environment,
      stdio: ["ignore", log, log],
    });
    const nginx = new Nginx(port, child, folder);
    await until(
      "an nginx that answers",
      () => {
        if (child.exitCode !== null) throw new Error(`nginx: ${nginx.log()}`);
        return fetch(nginx.url).catch(() => undefined);
      },
      10_000,
    );
    return nginx;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Everything it wrote, of requests and of itself. */
  log(): string {
    return readFileSync(join(this.#folder, "log"), "utf8");
  }

  requests(): LogLine[] {
    const lines = this.log().split("\n");
    return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as LogLine);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill("SIGTERM");
      await once(this.#child, "exit");
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export const configurationFile = "deploy/nginx.conf";

function configuration(port: number, ports: readonly number[], folder: string): string {
  const text = readFileSync(configurationFile, "utf8");
  const changed = text
    .replace("listen 8080;", `listen 127.0.0.1:${port};`)
    .replaceAll(/holdfast(\d):2567/g, (_, n) => `127.0.0.1:${ports[(Number(n) - 1) % ports.length]}`)
    .replaceAll("/tmp/nginx", `${folder}/nginx`)
    // as many workers as a small machine has, and no more files than a test may open
    .replace("worker_processes auto;", "worker_processes 2;")
    .replace("worker_rlimit_nofile 65536;", "")
    .replace("worker_connections 16384;", "worker_connections 2048;");
  if (process.getuid?.() === 0) return `user root;\n${changed}`; // its files are ours
  return changed;
}
