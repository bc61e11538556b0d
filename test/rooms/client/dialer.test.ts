// What an attempt makes of the answers that HTTP can give, the server's and those of whoever stands between.
import "../../../harness/clients/use-ws.ts";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { systemEnvironment } from "../../../src/client/platform/environment.ts";
import type { ConnectionListener, Dialed, Target } from "../../../src/client/connection/connection.ts";
import { SdkDialer } from "../../../src/client/connection/sdk/dialer.ts";

const environment = systemEnvironment();
const silent: ConnectionListener = {
  bytesReceived() {},
  stateReceived() {},
  messageReceived() {},
  closed() {},
};
const credentials = { name: "event", roomId: "r", sessionId: "s", processId: "p", reconnectionToken: "t" };
const targets: readonly Target[] = [
  { path: "join", options: { event_id: "e" } },
  { path: "token", credentials },
];

describe("client dialer", () => {
  let server: Server;
  let answer: { status: number; type: string; body: string; location?: string };
  let url: string;
  let seen: string[];

  before(async () => {
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      if (answer.status === 0) return;
      const { location } = answer;
      const headers = { "content-type": answer.type, ...(location === undefined ? {} : { location }) };
      response.writeHead(answer.status, headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => (seen = []));
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const dial = (target: Target): Promise<Dialed> =>
    new SdkDialer(url, environment).dial(target, silent).result;

  it("[C3] takes the server's refusals as they are", async () => {
    const body = { error: "Because", reason: "kicked", retry_after_ms: 70 };
    const refused = { type: "refused", sentence: "Because", reason: "kicked", retryAfterMs: 70 };
    for (const code of [400, 401, 403, 404, 409, 410, 413, 429, 503]) {
      answer = { status: code, type: "application/json", body: JSON.stringify({ code, ...body }) };
      for (const target of targets) expect(await dial(target)).to.deep.equal({ ...refused, code });
    }
  });

  it("[C25] knows a refusal of version 0.1, which has no reason, and believes no hint that is not a number", async () => {
    answer = { status: 503, type: "application/json", body: '{"code":503,"error":"Later"}' };
    const old = { type: "refused", code: 503, sentence: "Later", reason: undefined, retryAfterMs: undefined };
    expect(await dial(targets[0] as Target)).to.deep.equal(old);
    for (const hint of ['"9"', "-1", "null", "{}"]) {
      const body = `{"code":503,"error":"Later","retry_after_ms":${hint}}`;
      answer = { status: 503, type: "application/json", body };
      expect(await dial(targets[0] as Target), hint).to.deep.equal(old);
    }
  });

  it("[C25] takes nobody else's JSON for the server's answer, whatever its status", async () => {
    const bodies = (code: number) => [
      '{"message":"Forbidden"}',
      "{}",
      "[]",
      "null",
      `"${code}"`,
      String(code),
      "",
      "<h1>Sign in</h1>",
      `{"code":${code}}`,
      `{"code":"${code}","error":"No","reason":"kicked"}`,
      `{"code":${code === 403 ? 401 : 403},"error":"No","reason":"kicked"}`,
      `{"code":${code},"error":"No","reason":"blocked_by_policy"}`,
      `{"code":${code},"error":{"message":"No"},"reason":"kicked"}`,
      `{"error":{"code":${code},"message":"No"}}`,
    ];
    for (const status of [302, 400, 401, 403, 404, 407, 410, 413, 429, 500, 503, 511])
      for (const body of bodies(status)) {
        answer = { status, type: "application/json", body };
        for (const target of targets)
          expect(await dial(target), `${status} ${body}`).to.deep.equal({ type: "unreachable" });
      }
    for (const body of [
      '{"code":200,"error":"No","reason":"kicked"}',
      '{"sessionId":"s","roomId":"r"}',
      '{"sessionId":"","roomId":"r","processId":"p"}',
      '{"sessionId":1,"roomId":"r","processId":"p"}',
      '{"ok":true}',
    ]) {
      answer = { status: 200, type: "application/json", body };
      expect(await dial(targets[0] as Target), body).to.deep.equal({ type: "unreachable" });
      expect(seen.at(-1), "no socket was tried").to.match(/^POST /);
    }
  });

  it("[C25] follows a redirect to somebody else's page no further than that page", async () => {
    const portal = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome</h1>");
    });
    await new Promise<void>((resolve) => portal.listen(0, "127.0.0.1", resolve));
    const location = `http://127.0.0.1:${(portal.address() as AddressInfo).port}/login`;
    for (const status of [301, 302, 303, 307, 308]) {
      answer = { status, type: "text/html", body: "", location };
      expect(await dial(targets[0] as Target), String(status)).to.deep.equal({ type: "unreachable" });
    }
    portal.closeAllConnections();
    portal.close();
  });

  it("[C3] asks under the server's own path and query, and goes to the socket that the answer names", async () => {
    const upgrades: string[] = [];
    server.on("upgrade", (request, socket) => {
      upgrades.push(request.url ?? "");
      socket.destroy();
    });
    const body = JSON.stringify({ roomId: "ev-r", sessionId: "s 1", processId: "p" });
    answer = { status: 200, type: "application/json", body };
    for (const path of ["/game/", "/game?key=a%20b"])
      await new SdkDialer(url + path, environment).dial(targets[1] as Target, silent).result;
    answer = {
      ...answer,
      body: JSON.stringify({ ...JSON.parse(body), publicAddress: `${new URL(url).host}/p/2` }),
    };
    await new SdkDialer(url.replace("http", "ws"), environment).dial(targets[0] as Target, silent).result;
    server.removeAllListeners("upgrade");
    expect(seen).to.deep.equal([
      "POST /game/matchmake/reconnect/r",
      "POST /game/matchmake/reconnect/r?key=a%20b",
      "POST /matchmake/joinOrCreate/event",
    ]);
    expect(upgrades).to.deep.equal([
      "/game/p/ev-r?sessionId=s+1&reconnectionToken=t",
      "/game/p/ev-r?key=a%20b&sessionId=s+1&reconnectionToken=t",
      "/p/2/p/ev-r?sessionId=s+1",
    ]);
    for (const bad of ["ftp://a.server", "a.server"])
      expect(() => new SdkDialer(bad, environment), bad).to.throw(TypeError);
  });

  it("[C3] does not take a captive portal or a proxy for the server, whatever it answers", async () => {
    for (const status of [200, 302, 401, 403, 404, 410, 502, 511]) {
      for (const type of ["text/html", "text/plain", "image/png"]) {
        answer = { status, type, body: "<h1>Welcome to our hotel</h1>" };
        expect(await dial(targets[0] as Target), `${status} ${type}`).to.deep.equal({ type: "unreachable" });
      }
    }
    for (const body of ["", "{", "null", "7", "{}", '{"name":1}']) {
      answer = { status: 200, type: "application/json", body };
      expect(await dial(targets[0] as Target), body).to.deep.equal({ type: "unreachable" });
    }
  });

  it("[C3] an abort ends the request, and no answer is no error", async () => {
    answer = { status: 0, type: "", body: "" };
    const dialing = new SdkDialer(url, environment).dial(targets[0] as Target, silent);
    setTimeout(() => dialing.abort(), 50);
    expect(await dialing.result).to.deep.equal({ type: "unreachable" });
  });

  it("[C8] no proof is in an address: it travels in the body", async () => {
    answer = { status: 403, type: "application/json", body: '{"code":403,"error":"No"}' };
    await dial({ path: "join", options: { event_id: "e", session_token: "secret" } });
    expect(seen).to.deep.equal(["POST /matchmake/joinOrCreate/event"]);
  });

  it("[C3] the socket path of a server that is not ours, or not there, is unreachable", async () => {
    expect(await dial({ path: "socket", credentials })).to.deep.equal({ type: "unreachable" });
    const nowhere = new SdkDialer("http://127.0.0.1:1", environment);
    expect(await nowhere.dial({ path: "socket", credentials }, silent).result).to.deep.equal({
      type: "unreachable",
    });
    expect(await nowhere.dial(targets[0] as Target, silent).result).to.deep.equal({ type: "unreachable" });
  });
});
