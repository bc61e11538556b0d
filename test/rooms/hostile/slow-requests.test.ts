// Requests that arrive a byte at a time.
import { connect } from "node:net";
import { expect } from "chai";
import { Dribble, requestHead as head } from "../../../harness/clients/dribble.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";

describe("requests that do not arrive", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  it("[H11] a refused upgrade is answered, and cut although its client keeps its half open", async () => {
    const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    const refused = [
      new Dribble(app.port, head("POST", "/p/ev-abc?sessionId=x", `${upgrade}Content-Length: 4000`), true),
      new Dribble(app.port, head("GET", "/p/room?sessionId=x&reconnectionToken=none", upgrade.trim()), true),
    ];
    const late = () => refused.filter(({ cutAfterMs }) => cutAfterMs === undefined);
    await until("both are cut", () => late().length === 0, 6000);
    for (const { answer } of refused) expect(answer).to.match(/^HTTP\/1\.1 400 .*"reason":/s);
  });

  it("[H7] a body that takes its time, and arrives, is answered", async () => {
    const socket = connect(app.port, "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => (answer += data));
    socket.write(head("POST", "/matchmake/joinOrCreate/event", "Content-Length: 2"));
    socket.write("{");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    socket.write("}");
    await until("an answer", () => answer.includes("Missing event_id"));
    socket.destroy();
  });
});
