// Crashes in a storm on the store that needs nothing (harness/crashes/crash-storm.ts).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storm } from "../../../harness/crashes/crash-storm.ts";

describe("durable seats: crashes in a storm of joins, drops and leaves", function () {
  this.timeout(30 * 60_000);

  it("[D2] on SQLite: no acknowledged join is missing, no leave comes back", async () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-"));
    await storm(`file:${join(folder, "events.db")}`);
    rmSync(folder, { recursive: true });
  });
});
