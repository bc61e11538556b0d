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

export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, redact: { paths: secretPaths, censor: "(secret)" } };
  // Not one system call for each line: while one write is under way, the next gathers. What is left is written at exit.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: false }));
}
