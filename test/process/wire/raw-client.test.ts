// The example of a client without any package, as its own process, through a proxy that records what passes.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect } from "chai";
import { PointsRoom } from "../../../examples/raw-client/PointsRoom.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { read } from "../../../harness/wire/reader.ts";
import { RecordingProxy } from "../../../harness/wire/recording-proxy.ts";

const run = promisify(execFile);
const folder = "examples/raw-client";

describe("the raw client", function () {
  this.timeout(60_000);
  let app: TestApp;
  let proxy: RecordingProxy;

  before(async () => {
    app = await startApp({ room: PointsRoom, config: { gracePeriodMs: 30_000 } });
    proxy = await RecordingProxy.start(app.port);
  });
  after(async () => {
    await proxy.close();
    await app.close();
  });

  it("[Z43] imports nothing but Node's own modules", () => {
    const files = ["main", "raw-client", "frames"].map((name) => `${folder}/${name}.ts`);
    const sources = files.map((file) => readFileSync(file, "utf8"));
    const imported = sources.flatMap((text) => [...text.matchAll(/from "([^"]+)"/g)].map(([, name]) => name));
    expect(imported).to.include("node:http");
    for (const name of imported) expect(name).to.match(/^(?:node:|\.\/)/);
  });

  it("[Z43] joins, drops, comes back in three ways, publishes, is told, leaves; each line is what the schemas say", async () => {
    const { stdout } = await run(process.execPath, [`${folder}/main.ts`, proxy.url], { timeout: 50_000 });
    expect(stdout).to.contain("ann leaves: closed with 4000");
    const { faults, kinds } = read(proxy.recorded, { isExact: true });
    expect(faults).to.deep.equal([]);
    expect([...kinds]).to.include.members([
      "POST /matchmake/joinOrCreate 200",
      "POST /matchmake/reconnect 200",
      "POST /matchmake/joinOrCreate 401",
      "to client: 10",
      "to room: 10",
      "to room: heartbeat",
      "to client: heartbeat_ack",
      "to room: presence_resume",
      "to client: presence_resumed",
      "to client: participant_joined",
      "to client: participant_temporarily_disconnected",
      "to client: participant_reconnected",
      "to client: participant_left",
      "to room: outbox_publish",
      "to client: outbox_ack",
      "to client: announcement",
      "to client: told",
      "to room: told_ack",
      "to room: 12",
      "close to client: 4000",
    ]);
  });
});
