// A server that stands still costs nobody a seat.
import { expect } from "chai";
import { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { quiet, until } from "../../../harness/wait.ts";

const away = "participant_temporarily_disconnected{connection_lost}";
const back = "participant_reconnected";
const joined = "participant_joined";

describe("disconnect tracking: stalls of the server's own event loop", function () {
  this.timeout(60_000);
  let server: ServerProcess;
  before(async () => {
    server = await startServer({
      GRACE_PERIOD_MS: "5000",
      PING_INTERVAL_MS: "300",
      HEARTBEAT_TIMEOUT_MS: "20000",
    });
  });
  after(() => server.kill());

  it("[L4] with pings unanswered whose answers wait in the kernel: nobody who is there is dropped", async () => {
    const event = newEvent();
    const witness = await Phone.join(server.url, identity(event));
    const proxy = await FaultProxy.start(server.port);
    const others = await Promise.all(
      Array.from({ length: 20 }, () => RawClient.join(proxy.url, identity(event))),
    );
    for (let k = 0; k < 4; k++) {
      await quiet(700);
      proxy.strand("down"); // pings go out and are not answered: one, then, just before the verdict, two
      await quiet(550 + 10 * k);
      const stall = server.stall(1300);
      await quiet(100);
      proxy.heal(); // the answers reach the server's kernel while it stands still
      await stall;
    }
    await quiet(700);
    witness.room.send("heartbeat");
    await until("the acknowledgement", () => witness.heard.some(({ type }) => type === "heartbeat_ack"));
    expect(witness.heard.filter(({ type }) => type === "participant_temporarily_disconnected")).to.deep.equal(
      [],
    );
    expect(others.every(({ closedWith }) => closedWith === undefined)).to.equal(true);
    await proxy.close();
  });

  it("[L4] with a held seat whose return already waits in the kernel, by reconnection and by join: it is in time", async () => {
    for (const path of ["reconnection", "join"] as const) {
      const event = newEvent();
      const witness = await Phone.join(server.url, identity(event));
      const me = identity(event);
      const raw = await RawClient.join(server.url, me);
      await witness.hears("participant_joined", me.device_id);
      raw.socket.terminate();
      await witness.hears("participant_temporarily_disconnected", me.device_id);
      const stall = server.stall(6000); // nearly 5 s left when it begins; long over when it ends
      await quiet(200);
      const returning =
        path === "reconnection"
          ? Promise.resolve(raw.reconnect(server.url))
          : matchmake(server.url, me).then(
              ({ reservation }) => new RawClient(server.url, reservation as never),
            );
      await stall;
      const next = await returning;
      await until(`back by ${path}`, () => next.count("participant_reconnected") === 1);
      await quiet(400);
      expect(witness.story(me.device_id), path).to.deep.equal([joined, away, back]);
    }
  });

  it("[L4] one who does not return is still told as left within 1 s after the stall", async () => {
    const event = newEvent();
    const witness = await Phone.join(server.url, identity(event));
    const me = identity(event);
    const raw = await RawClient.join(server.url, me);
    await witness.hears("participant_joined", me.device_id);
    raw.socket.terminate();
    await witness.hears("participant_temporarily_disconnected", me.device_id);
    await server.stall(5500);
    await witness.hears("participant_left", me.device_id, 1000);
  });
});
