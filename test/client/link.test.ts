// What an attempt makes of the answers that HTTP can give, the server's and those of whoever stands between.
import "../support/use-ws.ts";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { systemEnvironment } from "../../src/client/environment.ts";
import { dialer, type Dialed, type LinkEvents, type Target } from "../../src/client/link.ts";

const silent: LinkEvents = { heard: () => {}, state: () => {}, message: () => {}, closed: () => {} };
const ticket = { name: "event", roomId: "r", sessionId: "s", processId: "p", reconnectionToken: "t" };
const targets: readonly Target[] = [
  { path: "join", options: { event_id: "e" } },
  { path: "token", ticket },
];

describe("client link", () => {
  let server: Server;
  let answer: { status: number; type: string; body: string };
  let url: string;
  let seen: string[];

  before(async () => {
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      if (answer.status === 0) return;
      response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => (seen = []));
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const dial = (target: Target): Promise<Dialed> => dialer(url, systemEnvironment())(target, silent).result;

  it("[C3] takes the server's refusals at their word", async () => {
    for (const code of [400, 401, 403, 409, 410, 413, 429, 503]) {
      answer = { status: code, type: "application/json", body: JSON.stringify({ code, error: "Because" }) };
      for (const target of targets)
        expect(await dial(target)).to.deep.equal({ type: "refused", code, sentence: "Because" });
    }
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
    const dialing = dialer(url, systemEnvironment())(targets[0] as Target, silent);
    setTimeout(() => dialing.abort(), 50);
    expect(await dialing.result).to.deep.equal({ type: "unreachable" });
  });

  it("[C8] no proof is in an address: it travels in the body", async () => {
    answer = { status: 403, type: "application/json", body: '{"code":403,"error":"No"}' };
    await dial({ path: "join", options: { event_id: "e", session_token: "secret" } });
    expect(seen).to.deep.equal(["POST /matchmake/joinOrCreate/event"]);
  });

  it("[C3] the socket path of a server that is not ours, or not there, is unreachable", async () => {
    expect(await dial({ path: "socket", ticket })).to.deep.equal({ type: "unreachable" });
    const nowhere = dialer("http://127.0.0.1:1", systemEnvironment());
    expect(await nowhere({ path: "socket", ticket }, silent).result).to.deep.equal({ type: "unreachable" });
    expect(await nowhere(targets[0] as Target, silent).result).to.deep.equal({ type: "unreachable" });
  });
});
