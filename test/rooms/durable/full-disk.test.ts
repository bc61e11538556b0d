// The disk is full while the event goes on: what its people notice, and what is written when it is not.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { EventBatch, Kept } from "../../../src/store/seat-store.ts";
import { SqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

const away = "participant_temporarily_disconnected{connection_lost}";
const back = "participant_reconnected";
const readiness = async (app: TestApp) => (await fetch(`${app.url}/readyz`)).status;

/** SQLite on a disk that can be full. */
class FullDisk extends SqliteStore {
  isFull = false;
  override async commit(batch: readonly EventBatch[]): Promise<void> {
    if (this.isFull) throw new Error("database or disk is full");
    return super.commit(batch);
  }
  override async alive(at: number): Promise<Kept> {
    if (this.isFull) throw new Error("database or disk is full");
    return super.alive(at);
  }
}

describe("durable seats: a SQLite file that cannot be written", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("[D7] the room serves on from memory, says so, and writes everything when it can", async () => {
    const path = join(folder, "events.db");
    const store = new FullDisk(path);
    const app = await startApp({ store });
    const event = newEvent();
    const [a, b, c] = [identity(event), identity(event), identity(event)];
    const ann = await Phone.join(app.url, a);
    await Phone.join(app.url, b);
    store.isFull = true;
    const cat = await Phone.join(app.url, c);
    await ann.hears("participant_joined", c.device_id);
    await until("it says so", async () => (await readiness(app)) === 503);
    expect(app.lines.some((line) => line.where === "store")).to.equal(true);
    cat.drop({ reconnect: true });
    await ann.hears("participant_reconnected", c.device_id);
    expect(ann.story(c.device_id)).to.deep.equal(["participant_joined", away, back]);
    store.isFull = false;
    await until("it is ready again", async () => (await readiness(app)) === 200);
    await app.close();
    const reader = new SqliteStore(path);
    await reader.open();
    const stored = await reader.load(event);
    expect(stored?.seats.map(({ record }) => record.deviceId).toSorted()).to.deep.equal(
      [a, b, c].map(({ device_id }) => device_id).toSorted(),
    );
    expect(stored?.seats.every(({ record }) => record.away === null)).to.equal(true);
    await reader.close();
  });
});
