// A server as a process: it outlives other people's errors, and it leaves in an orderly way. Reads no global:
// whoever has the process hands it over.
import { findPackageManagers, isGone, type Started } from "./starters.ts";
import type { Watch } from "./telemetry.ts";

/** An exit is never later than this after the first signal, whatever a room or a store does. */
const shutdownLimitMs = 9500;
/** How often a server that a package manager runs asks whether that is still there. */
const askEveryMs = 500;
/** One Ctrl-C comes twice where npm's shell has become the server: from the terminal, and passed on by npm. */
const sameKeystrokeMs = 250;

/** A server that can be run and ended: what createApp returns. */
export interface Runnable {
  readonly watch: Watch;
  /** Resolves with the port once it accepts connections. */
  listen(): Promise<number>;
  /** Lets nobody new in, stores what is decided, asks everyone to come back, frees the port. */
  close(): Promise<void>;
}

/** The part of Node's `process` that a server's life hangs on. */
export interface Host extends Started {
  /** Hears of errors that nobody caught. */
  on(event: "unhandledRejection" | "uncaughtException", listener: (error: unknown) => void): unknown;
  /** Hears of the signals that end a server. */
  on(event: "SIGTERM" | "SIGINT" | "SIGHUP", listener: () => void): unknown;
  /** Ends the process with this exit code. */
  exit(code: number): never;
}

/**
 * Runs an app as this process: an error that nobody caught is logged and counted, and the server goes on. The first
 * SIGTERM, SIGINT or SIGHUP, or the end of the npm (npx, yarn, pnpm, bun) that runs it as its script, drains and exits
 * with 0 within 10 s; a second signal exits at once with 1. Where it cannot begin (the port or the store is in use) it
 * rejects, and an error that nobody catches from then on ends the process with 1.
 * @param managers what `findPackageManagers` found, for one who has asked it earlier
 * @returns the port, once the server accepts connections
 */
export async function serve(
  app: Runnable,
  host: Host,
  managers: Promise<readonly number[]> = findPackageManagers(host),
): Promise<number> {
  const { watch: telemetry } = app;
  // [E9] one guest's error must not end everybody's event
  let hasFailed = false;
  const outlive = (where: "unhandledRejection" | "uncaughtException", error: unknown): void => {
    telemetry.reportError(where, error);
    if (hasFailed) host.exit(1); // [W22] there is nobody to go on for
  };
  host.on("unhandledRejection", (reason) => outlive("unhandledRejection", reason));
  host.on("uncaughtException", (error) => outlive("uncaughtException", error));
  let stoppingSince: number | undefined;
  const stop = async (why: Record<string, unknown>): Promise<void> => {
    stoppingSince = performance.now();
    telemetry.log.info(why, "stopping: everyone is asked to come back");
    // What was announced is stored already: leaving late would help nobody.
    setTimeout(() => host.exit(0), shutdownLimitMs);
    await app.close().catch((error: unknown) => telemetry.reportError("shutdown", error));
    host.exit(0);
  };
  let isRunByManager = false;
  const onSignal = (signal: string): void => {
    if (stoppingSince === undefined) return void stop({ signal });
    const isRepeat = isRunByManager && performance.now() - stoppingSince < sameKeystrokeMs;
    if (!isRepeat) host.exit(1);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) host.on(signal, () => onSignal(signal));
  void managers.then((pids) => {
    isRunByManager = pids.length > 0;
    if (!isRunByManager) return;
    const timer = setInterval(() => {
      const gone = pids.find((pid) => isGone(host, pid));
      if (gone === undefined) return;
      clearInterval(timer);
      if (stoppingSince === undefined) void stop({ gone: "the package manager that ran this", pid: gone });
    }, askEveryMs).unref();
  });
  return app.listen().catch((error: unknown) => {
    hasFailed = true;
    throw error;
  });
}
