// Our server under the framework's own bundle (`colyseus`) and test kit (`@colyseus/testing`), as an author's project has
// them: in a process of its own, because both change things for a whole process (an `.env` is read, Room gets methods).
// Prints what was found as one line of JSON.
import { ColyseusTestServer } from "@colyseus/testing";
import * as bundle from "colyseus";
import * as core from "@colyseus/core";
import { createApp } from "../../src/app.config.ts";
import { EventRoom } from "../../src/holdfast.ts";
import { identity } from "../clients/phone.ts";
import { freePort } from "./free-port.ts";

class Quiz extends EventRoom {
  override messages = { point: (client: core.Client) => client.send("counted", 1) };
}

const app = createApp({ room: Quiz, config: { storeUrl: "memory:", logLevel: "error" } });
await app.listen(await freePort(), "127.0.0.1");
const kit = new ColyseusTestServer(app.server);
const me = identity();
const phone = await kit.sdk.joinOrCreate("event", me);
const room = kit.getRoomById(phone.roomId);
const counted = new Promise((resolve) => phone.onMessage("counted", resolve));
phone.send("point");
await counted;
const byRoomId = await kit.connectTo(room, identity(me.event_id));
const health = await kit.http.get("/healthz");
const found = {
  isOneFramework: bundle.Room === core.Room && bundle.matchMaker === core.matchMaker,
  isOurRoom: room instanceof Quiz && room === (app.room(me.event_id) as unknown),
  clients: room.clients.length,
  isSameRoom: byRoomId.roomId === room.roomId,
  health: health.data as unknown,
};
await app.close();
console.log(JSON.stringify(found));
process.exit(0);
