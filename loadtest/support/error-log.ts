// A server's log for a load test: keeps warnings and errors off the terminal, and at hand.
import { Writable } from "node:stream";
import { createLogger, type Logger } from "../../src/ops/logger.ts";

const errorLevel = 50;

/** A logger, and every line that it got at level `error` or worse. */
export function errorLog(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split("\n")) {
        if (line !== "" && (JSON.parse(line) as { level: number }).level >= errorLevel) lines.push(line);
      }
      done();
    },
  });
  return { log: createLogger("error", sink), lines };
}
