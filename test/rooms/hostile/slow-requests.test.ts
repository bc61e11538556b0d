// Requests that arrive a byte at a time.
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";

/** A request that goes on for ever, and what came of it. */
class Dribble {
  readonly socket: Socket;
  readonly startedAt = performance.now();
  answer = "";
  cutAfterMs: number | undefined;

  /** `allowHalfOpen`: what the other side ends, this one does not. */
  constructor(port: number, head: string, allowHalfOpen = false) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen });
    this.socket.on("error", () => {});
    this.socket.on("data", (data) => (this.answer += data));
    this.socket.on("close", () => (this.cutAfterMs = performance.now() - this.startedAt));
    this.socket.write(head);
    const more = setInterval(() => this.socket.write("x"), 500);
    this.socket.once("close", () => clearInterval(more));
  }
}

const head = (method: string, path: string, length = "Content-Length: 60000") =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;

describe("requests that do not arrive", () => {
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
