// Where a store logs what its operator has to know.
import { writeSync } from "node:fs";

/** pino's logger is one. */
export interface StoreLog {
  error(fields: { where: "store" }, sentence: string): void;
}

const stderr = 2;

/** For a store that is made without a log. */
export const toStderr: StoreLog = { error: (_, sentence) => void writeSync(stderr, `${sentence}\n`) };
