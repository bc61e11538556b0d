// What a server under test logs as an error, kept: an author's hook that throws is caught by the server, and must not be missed.
import { createLogger, type Logger } from "../../ops/logger.ts";

/** An error that the server has reported. */
export interface ReportedError {
  /** Where it happened: `hook`, `onMessage`, `publish`, `store`, ... */
  readonly where: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The event that it happened in; undefined where it was in none. */
  readonly eventId: string | undefined;
}

/** From this level on a line is an error's (pino). */
const errorLevel = 50;

export class TestLog {
  readonly errors: ReportedError[] = [];
  readonly logger: Logger;
  readonly #isSilent: boolean;

  /** @param level as `config.logLevel`; with `silent` errors are kept, and not written */
  constructor(level = "error") {
    this.#isSilent = level === "silent";
    this.logger = createLogger(this.#isSilent ? "error" : level, this);
  }

  /** Called by the logger. */
  write(line: string): void {
    const { level, where, err, msg, event_id: eventId } = JSON.parse(line);
    if (level >= errorLevel)
      this.errors.push({ where: String(where), message: err?.message ?? msg, stack: err?.stack, eventId });
    if (!this.#isSilent) process.stderr.write(line);
  }
}
