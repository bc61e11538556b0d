// Colyseus's own log lines: as ours in a server of ours, as they are in somebody else's. Either way what is said of a frame
// that cannot be read goes to its room, which knows whose it was.
import type { Logger } from "../../ops/logger.ts";
import type { FramesRead } from "./frames-read.ts";

type Line = (...parts: unknown[]) => void;
/** What the framework calls of a logger: console has it. */
type Lines = Record<"debug" | "info" | "warn" | "error" | "trace", Line>;

/** Ours, as a logger for `defineServer`; what the framework thinks worth an `info` is ours to debug with. */
export function frameworkLogger(log: Logger): Lines {
  const line =
    (level: keyof Lines): Line =>
    (...parts) =>
      log[level]({ from: "colyseus" }, parts.map(String).join(" "));
  return {
    debug: line("debug"),
    info: line("debug"),
    warn: line("warn"),
    error: line("error"),
    trace: line("trace"),
  };
}

/** The same logger, but for what is said of frames. */
export function aroundLogger<L extends Pick<Lines, "error">>(logger: L, frames: FramesRead): L {
  const error: Line = (...parts) => void (frames.takes(String(parts[0])) || logger.error(...parts));
  return new Proxy(logger, {
    get(target, name) {
      if (name === "error") return error;
      const found: unknown = target[name as keyof L];
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
}
