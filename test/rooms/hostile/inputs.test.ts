// [J11] in small: the fuzz of `npm run test:fuzz`, a few thousand frames and joins, against a server of its own.
import { expect } from "chai";
import { connect } from "node:net";
import { frameClasses } from "../../../loadtest/fuzz/frames.ts";
import { Random } from "../../../loadtest/fuzz/random.ts";
import { requestClasses } from "../../../loadtest/fuzz/requests.ts";
import { faultOf, runFuzz, tableOf } from "../../../loadtest/fuzz.ts";
import { startApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";

describe("hostile input", () => {
  it("[J11] thousands of hostile frames and joins hurt nobody: every beat of a bystander is answered", async function () {
    this.timeout(120_000);
    const seed = Date.now() % 1_000_000;
    const report = await runFuzz({ count: 3000, seed, hugeBodies: 1 });
    expect(report.faults, tableOf(report)).to.deep.equal([]);
    expect(report.sent).to.equal(3001);
    expect(report.reached * 2, tableOf(report)).to.be.at.least(report.sent);
    expect(report.beats).to.be.greaterThan(1); // one in 250 ms: a fast machine is through in a second
    const classes = [...Object.keys(frameClasses), ...Object.keys(requestClasses), "bodies of 30 MB"];
    expect([...report.classes.keys()], `seed ${seed}`).to.include.members(classes);
  });

  it("the fuzz: the same seed makes the same input", () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      const frames = Object.values(frameClasses).map(({ make }) => make(random).bytes.toString("hex"));
      return [...frames, ...Object.values(requestClasses).map(({ make }) => String(make(random, "e").body))];
    };
    expect(draw(7)).to.deep.equal(draw(7));
    expect(draw(7)).to.not.deep.equal(draw(8));
  });

  it("the fuzz judges answers: codes, sentences, stacks and empty bodies", () => {
    const good = {
      status: 401,
      text: '{"code":401,"error":"There is no such seat any more","reason":"seat_gone"}',
    };
    expect(faultOf(good)).to.equal(undefined);
    expect(faultOf({ status: 200, text: '{"sessionId":"x"}' })).to.equal(undefined);
    const bad: [number, string][] = [
      [200, "{}"],
      [404, good.text],
      [500, ""],
      [521, '{"code":521,"error":"No seat"}'],
      [400, ""],
      [400, '{"code":401,"error":"There is no such seat"}'],
      [401, '{"code":401,"error":"There is no such seat any more"}'],
      [401, '{"code":401,"error":"There is no such seat any more","reason":"whim"}'],
      [400, '{"code":400,"error":"no","reason":"refused"}'],
      [400, '{"code":400,"error":"TypeError: x is undefined"}'],
      [400, '{"code":400,"error":"It broke at Room.join (room.ts:5)"}'],
    ];
    for (const [status, text] of bad) expect(faultOf({ status, text }), text).to.be.a("string");
  });

  it("[J11] an upgrade whose address is none ends that socket, and nothing else", async () => {
    const app = await startApp();
    const rejections: unknown[] = [];
    const others = process.listeners("unhandledRejection");
    process
      .removeAllListeners("unhandledRejection")
      .on("unhandledRejection", (error) => rejections.push(error));
    const socket = connect(app.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(
      "GET *% HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    socket.resume();
    await until("it is closed", () => socket.closed);
    process.removeAllListeners("unhandledRejection");
    for (const other of others) process.on("unhandledRejection", other);
    await app.close();
    expect(rejections).to.deep.equal([]);
  });
});
