// Colyseus's own log lines, as ours: it logs through console-like calls with any number of parts.
import type { Logger } from "../../ops/logger.ts";
import type { FramesRead } from "./frames-read.ts";

/** A logger for `defineServer`; what the framework thinks worth an `info` is ours to debug with. */
export function frameworkLogger(log: Logger, frames: FramesRead) {
  const line =
    (level: "debug" | "info" | "warn" | "error" | "trace") =>
    (...parts: unknown[]) =>
      log[level]({ from: "colyseus" }, parts.map(String).join(" "));
  return {
    debug: line("debug"),
    info: line("debug"),
    warn: line("warn"),
    error: (...parts: unknown[]) => {
      if (!frames.takes(String(parts[0]))) line("error")(...parts);
    },
    trace: line("trace"),
  };
}
