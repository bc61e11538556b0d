// Pins what src/rooms/internals/ws and the transport take from ws and ws-transport: an upgrade that moves it turns red here.
import { type EventEmitter, once } from "node:events";
import { Socket } from "node:net";
import type { Room } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { expect } from "chai";
import { frameOf, pingOf } from "../../../src/rooms/internals/ws.ts";
import { startApp } from "../../../harness/servers/app.ts";
import { identity } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";

describe("internals of ws 8.23 and ws-transport 0.18.4", () => {
  it("[E1] frames are RFC 6455 binary frames for every length", () => {
    for (const length of [0, 1, 125, 126, 65_535, 65_536, 100_000]) {
      const frame = frameOf(Buffer.alloc(length, 7));
      expect(frame[0]).to.equal(0x82);
      const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
      expect(frame.length).to.equal(header + length);
      if (header === 2) expect(frame[1]).to.equal(length);
      if (header === 4) expect([frame[1], frame.readUInt16BE(2)]).to.deep.equal([126, length]);
      if (header === 10) expect([frame[1], Number(frame.readBigUInt64BE(2))]).to.deep.equal([127, length]);
    }
  });

  it("[E21] ws 8.23: the socket under a WebSocket is Node's own, and what is written to it is on the wire", async () => {
    const app = await startApp();
    const me = identity();
    const raw = await RawClient.join(app.url, me, { isDeaf: true });
    const [client] = (app.room(me.event_id) as unknown as Room).clients;
    const under = Reflect.get(client?.ref as object, "_socket");
    expect(under).to.be.instanceOf(Socket);
    const came = once(raw.socket, "message");
    (under as Socket).write(frameOf(Buffer.from("over the socket itself")));
    expect(String((await came)[0])).to.equal("over the socket itself");
    raw.socket.terminate();
    await app.close();
  });

  it("[M3] ws 8.23: a ping that is written so is answered, and its pong is reported with what the ping had", async () => {
    const app = await startApp();
    const me = identity();
    const raw = await RawClient.join(app.url, me, { isDeaf: true });
    const [client] = (app.room(me.event_id) as unknown as Room).clients;
    const pong = once(client?.ref as unknown as EventEmitter, "pong");
    const payload = Buffer.from([0x42, 0, 1, 2, 3, 4, 5, 6]);
    (Reflect.get(client?.ref as object, "_socket") as Socket).write(pingOf(payload));
    expect((await pong)[0]).to.deep.equal(payload);
    raw.socket.terminate();
    await app.close();
  });

  it("[W7] ws-transport 0.18.4: upgrades are listened for in one method, and its sockets are in `wss`", () => {
    const heard: unknown[] = [];
    class Silent extends WebSocketTransport {
      protected override listenForUpgrade(): void {
        heard.push("asked");
      }
    }
    const transport = new Silent({ pingInterval: 0 });
    expect(heard).to.deep.equal(["asked"]);
    expect(transport.server?.listeners("upgrade")).to.deep.equal([]);
    expect(Reflect.get(transport, "wss")).to.have.property("handleUpgrade");
    expect(Reflect.get(transport, "onConnection")).to.be.a("function");
    transport.shutdown();
  });
});
