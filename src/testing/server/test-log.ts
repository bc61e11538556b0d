// What a server under test logs, kept: an author's hook that throws is caught by the server, and must not be missed.
import { createLogger, type Logger } from "../../ops/logger.ts";

/** A line that the server has logged; its `time` is the machine's. */
export interface LogLine {
  /** 30 is `info`, 40 `warn`, 50 `error` (pino). */
  readonly level: number;
  readonly msg?: string;
  /** The event that it is about, where it is about one. */
  readonly event_id?: string;
  readonly [field: string]: unknown;
}

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
/** From this level on a line is kept, whatever is written: `info` (pino). */
const keptLevel = 30;

export class TestLog {
  readonly logger: Logger;
  readonly #writtenLevel: number;
  readonly #lines: LogLine[] = [];
  /** Lines as they came: most tests never look at them. */
  #unread: string[] = [];

  /** @param level as `config.logLevel`: what is written to standard error; from `info` on all is kept */
  constructor(level = "error") {
    this.logger = createLogger("info", this);
    const written = this.logger.levels.values[level] ?? Number.POSITIVE_INFINITY;
    if (written < keptLevel) this.logger.level = level;
    this.#writtenLevel = written;
  }

  /** Called by the logger. */
  write(line: string): void {
    this.#unread.push(line);
    if (levelOf(line) >= this.#writtenLevel) process.stderr.write(line);
  }

  /** What was logged so far, over all lives of the server. */
  get lines(): readonly LogLine[] {
    for (const line of this.#unread.splice(0)) this.#lines.push(JSON.parse(line));
    return this.#lines;
  }

  get errors(): ReportedError[] {
    return this.lines.filter(({ level }) => level >= errorLevel).map(reported);
  }
}

/** A line begins with its level (pino). */
const levelOf = (line: string): number => Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? errorLevel);

function reported({ where, err, msg = "", event_id: eventId }: LogLine): ReportedError {
  const { message = msg, stack } = (err ?? {}) as Partial<Error>;
  return { where: String(where), message, stack, eventId };
}
