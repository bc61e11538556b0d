// Structured logs on stdout, one JSON object a line. What may be logged is chosen where it is logged;
// the redaction here is the second lock, not the first.
import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

const secretPaths = [
  "session_token",
  "*.session_token",
  "token",
  "*.token",
  "reconnectionToken",
  "*.reconnectionToken",
  "proof",
  "*.proof",
  "authorization",
  "*.authorization",
  "digest",
  "*.digest",
];

/**
 * Of an error only what says what happened: those of libraries carry what they were about, and a Redis command's
 * arguments are passwords and stored seats.
 */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack, code } = pino.stdSerializers.err(error);
  return { type, message, stack, ...(typeof code === "string" ? { code } : {}) };
}

/**
 * A logger that writes one JSON object a line, without secrets.
 * @param level `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`, as `LOG_LEVEL` has it
 * @param destination where the lines go; standard output when left out
 * @throws Error for another level
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const redact = { paths: secretPaths, censor: "(secret)" };
  const options = { level, base: null, redact, serializers: { err: plainError } };
  // Not one system call for each line: while one write is under way, the next gathers. What is left is written at exit.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: false }));
}
