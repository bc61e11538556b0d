// The application's tests, as `@colyseus/testing` has them: of the plain room and the routes, as they were, and of both
// kinds of rooms beside each other. Run it with `node --test`.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { boot, type ColyseusTestServer } from "@colyseus/testing";
import type { TableState } from "../src/rooms/TableRoom.ts";

process.env.STORE_URL = "memory:";
process.env.LOG_LEVEL = "error";
const { default: app } = await import("../src/app.config.ts");

/** Who comes to an event: a device, and a secret of its own that proves that the seat is its. */
const guest = (name: string) => ({
  event_id: "party",
  device_id: name,
  display_name: name,
  session_token: `the secret of ${name}'s device`,
});

describe("the application", () => {
  let colyseus: ColyseusTestServer<typeof app>;

  before(async () => {
    colyseus = await boot(app);
  });
  after(() => colyseus.shutdown());
  beforeEach(() => colyseus.cleanup());

  it("seats people at a plain table", async () => {
    const room = await colyseus.createRoom<TableState>("table", { dish: "soup" });
    const ann = await colyseus.connectTo(room, { name: "Ann" });
    const ordered = new Promise((resolve) => ann.onMessage("ordered", resolve));
    ann.send("order", "bread");
    assert.equal(await ordered, "bread");
    await room.waitForNextPatch();
    assert.deepEqual(ann.state.toJSON(), { dish: "bread", guests: { [ann.sessionId]: "Ann" } });
  });

  it("answers its routes", async () => {
    assert.deepEqual((await colyseus.sdk.http.get("/api/hello")).data, { message: "Hello World" });
    assert.equal((await colyseus.http.get("/hi")).data, "It's time to kick ass and chew bubblegum!");
  });

  it("has a party beside the tables, by the stock SDK", async () => {
    const ann = await colyseus.sdk.joinOrCreate("party", guest("ann"));
    const toast = new Promise<{ type: string; payload: unknown }>((resolve) =>
      ann.onMessage("announcement", resolve),
    );
    ann.onMessage("*", () => {}); // who comes and goes
    ann.send("toast");
    const { type, payload } = await toast;
    assert.deepEqual([type, payload], ["toast", { by: "ann", count: 1 }]);
  });
});
