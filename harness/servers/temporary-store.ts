// A store of the default kind, in a folder that goes with the process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A STORE_URL for one run. */
export function temporaryStore(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return `file:${join(folder, "events.db")}`;
}
