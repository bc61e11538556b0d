// A room author's errors, in a process that has to outlive them.
import { expect } from "chai";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";

describe("disconnect tracking: a room author on a bad day", () => {
  let server: ServerProcess;
  before(async () => {
    server = await startServer(
      { GRACE_PERIOD_MS: "1000", PING_INTERVAL_MS: "60000" },
      "harness/servers/programs/broken-author-server.ts",
    );
  });
  after(() => server.kill());

  it("[E9] a throw in a handler, a timer, a hook or onBeforePatch ends neither the process nor the room", async () => {
    const event = newEvent();
    const [a, b] = [identity(event), identity(event)];
    const witness = await Phone.join(server.url, a);
    for (const type of ["break", "explode", "explode_later", "start_timers"]) witness.room.send(type);
    const phone = await Phone.join(server.url, b);
    await witness.hears("participant_joined", b.device_id);
    phone.drop({ reconnect: true });
    await witness.hears("participant_reconnected", b.device_id);
    const wheres = [
      "onMessage",
      "setTimeout",
      "onBeforePatch",
      "hook",
      "uncaughtException",
      "unhandledRejection",
    ];
    for (const where of wheres)
      await until(`an error of ${where}`, () => server.output().includes(`"where":"${where}"`));
    witness.room.send("mend");
    witness.room.send("heartbeat");
    await until("served", () => witness.heard.some(({ type }) => type === "heartbeat_ack"));
    expect(server.child.exitCode).to.equal(null);
  });
});
