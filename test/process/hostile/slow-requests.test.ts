// Requests that arrive a byte at a time, for as long as they may: real seconds, because Node counts them.
import { connect } from "node:net";
import { expect } from "chai";
import { Dribble, requestHead as head } from "../../../harness/clients/dribble.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";

describe("requests that never arrive", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  it("[H7] are cut within 20 s: bodies with an answer, headers and silence without one", async function () {
    this.timeout(40_000);
    const { port } = app;
    const bodies = [
      new Dribble(port, head("POST", "/matchmake/joinOrCreate/event")),
      new Dribble(port, head("POST", "/matchmake/reconnect/nothing")),
      new Dribble(port, head("POST", "/host/session", "Content-Length: 8000")),
    ];
    const answered = [
      new Dribble(port, head("GET", "/healthz")),
      new Dribble(port, head("POST", "/nothing")),
    ];
    const headers = [
      new Dribble(port, "GET /healthz HTTP/1.1\r\nX-Slow: "),
      new Dribble(
        port,
        "GET /event/room?sessionId=x HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX: ",
      ),
    ];
    const silent = connect(port, "127.0.0.1")
      .on("error", () => {})
      .resume();
    const isCut = ({ cutAfterMs }: Dribble) => cutAfterMs !== undefined;
    const late = () => [...bodies, ...answered, ...headers].flatMap((each, i) => (isCut(each) ? [] : [i]));
    await until("every one is cut", () => late().length === 0, 20_000).catch(() => {});
    expect(late(), "not cut within 20 s").to.deep.equal([]);
    await until("the silent one, too", () => silent.closed, 2000);
    for (const { answer } of bodies) {
      expect(answer).to.match(/^HTTP\/1\.1 400 /);
      expect(answer).to.contain("did not arrive within 15000 ms");
    }
    for (const { cutAfterMs } of bodies) expect(cutAfterMs).to.be.at.least(14_900);
  });
});
