// A file that a server of version 0.1.0 has written, opened by this one.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expectParty, PartyRoom } from "../../../harness/stores-of-0.1.0/party.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";

const dump = readFileSync(new URL("../../../harness/stores-of-0.1.0/sqlite.sql", import.meta.url), "utf8");

describe("durable seats: a SQLite file of 0.1.0", () => {
  let folder: string;
  let app: TestApp | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  });
  afterEach(async () => {
    await app?.close();
    rmSync(folder, { recursive: true });
  });

  it("[D64] opens with every seat, field and snapshot, who was kicked, and what was closed; and again after that", async () => {
    const path = join(folder, "events.db");
    const database = new DatabaseSync(path);
    database.exec(dump);
    database.close();
    const start = () =>
      startApp({ room: PartyRoom, config: { storeUrl: `file:${path}`, gracePeriodMs: 30_000 } });
    app = await start();
    await expectParty(app);
    await app.close();
    app = await start();
    await expectParty(app);
  });
});
