// A file that a server of version 0.1.0 has written, opened by this one.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { EventRoom, eventRoom } from "../../../src/holdfast.ts";
import { askToJoin } from "../../../harness/clients/http.ts";
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

  it("[T1] its events are of the default type of a server with several, and of no other", async () => {
    const path = join(folder, "events.db");
    const database = new DatabaseSync(path);
    database.exec(dump);
    database.close();
    class Buzzer extends EventRoom {}
    const rooms = { buzzer: eventRoom(Buzzer), party: eventRoom(PartyRoom, { default: true }) };
    app = await startApp({ rooms, config: { storeUrl: `file:${path}`, gracePeriodMs: 30_000 } });
    const asBuzzer = { event_id: "party", device_id: "new", session_token: "t" };
    const refusal = await askToJoin(app.url, asBuzzer, {}, "/matchmake/joinOrCreate/buzzer");
    expect(JSON.parse(refusal.text)).to.include({ code: 409, reason: "other_type" });
    await expectParty(app);
    expect(app.room("party")?.roomName).to.equal("party");
  });
});
