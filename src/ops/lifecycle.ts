// A server as a process: it outlives other people's errors, and it leaves in an orderly way. Reads no global:
// whoever has the process hands it over.
import type { Watch } from "./watch.ts";

/** An exit is never later than this after the first signal, whatever a room or a store does. */
const shutdownLimitMs = 9500;

/** A server that can be run and ended: what createApp returns. */
export interface Runnable {
  readonly watch: Watch;
  listen(): Promise<number>;
  /** Lets nobody new in, stores what is decided, asks everyone to come back, frees the port. */
  close(): Promise<void>;
}

/** The part of Node's `process` that a server's life hangs on. */
export interface Host {
  on(event: "unhandledRejection" | "uncaughtException", listener: (error: unknown) => void): unknown;
  on(event: "SIGTERM" | "SIGINT", listener: () => void): unknown;
  exit(code: number): never;
}

/**
 * Runs an app as this process: an error that nobody caught is logged and counted, and the server goes on; the first
 * SIGTERM or SIGINT drains and exits with 0 within 10 s, the second exits at once with 1.
 * @returns the port, once the server accepts connections
 */
export async function serve(app: Runnable, host: Host): Promise<number> {
  const { watch } = app;
  // [E9] one guest's error must not end everybody's event
  host.on("unhandledRejection", (reason) => watch.caught("unhandledRejection", reason));
  host.on("uncaughtException", (error) => watch.caught("uncaughtException", error));
  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) host.exit(1);
    isStopping = true;
    watch.log.info({ signal }, "stopping: everyone is asked to come back");
    // What was told is stored already: leaving late would help nobody.
    setTimeout(() => host.exit(0), shutdownLimitMs);
    await app.close().catch((error: unknown) => watch.caught("shutdown", error));
    host.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) host.on(signal, () => void stop(signal));
  return app.listen();
}
