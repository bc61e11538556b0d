// Requests that are legal and rare: offers of other protocols, no host, other content types. Each gets its answer.
import { expect } from "chai";
import { ask, askToJoin } from "../../../harness/clients/http.ts";
import { identity } from "../../../harness/clients/phone.ts";
import { request, sendRaw } from "../../../harness/clients/raw-http.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";

/** As curl --http2 sends it. */
const h2c = [
  "Connection: Upgrade, HTTP2-Settings",
  "Upgrade: h2c",
  "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
];
const statuses = (answer: string) =>
  [...answer.matchAll(/HTTP\/1\.\d (\d+)/g)].map(([, code]) => Number(code));
const has = (count: number) => (answer: string) => statuses(answer).length === count && answer.endsWith("}");
const json = "Content-Type: application/json";
const joinPath = "/matchmake/joinOrCreate/event";

describe("requests that are rare", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  it("[W12] an offer of another protocol than WebSocket is ignored, and its request answered", async () => {
    for (const offer of [
      h2c,
      ["Connection: upgrade", "Upgrade: TLS/1.0, HTTP/2.0"],
      ["Connection: Upgrade", "Upgrade: h2c"],
    ]) {
      const answer = await sendRaw(app.port, request("GET /healthz", offer), has(1));
      expect(answer)
        .to.match(/^HTTP\/1\.1 200 OK\r\n/)
        .and.to.match(/\{"status":"alive"\}$/);
    }
    const nowhere = await sendRaw(app.port, request("GET /nowhere", h2c), has(1));
    expect(statuses(nowhere)).to.deep.equal([404]);
  });

  it("[W12] also a join, with its body, and what follows on the same connection", async () => {
    const join = request(`POST ${joinPath}`, [...h2c, json], JSON.stringify(identity()));
    const next = request("GET /readyz", ["Connection: close, HTTP2-Settings"]);
    const answer = await sendRaw(app.port, join + next);
    expect(statuses(answer)).to.deep.equal([200, 200]);
    expect(answer).to.contain('"sessionId"').and.to.contain("ready");
    const all = (join + request("GET /healthz", h2c)).repeat(5) + next;
    expect(statuses(await sendRaw(app.port, all))).to.deep.equal([...Array(10).fill(200), 200]);
    const bad = await sendRaw(app.port, request(`POST ${joinPath}`, [...h2c, json], "{"), has(1));
    expect(statuses(bad)).to.deep.equal([400]);
  });

  it("[W12] HTTP/1.0 without a host is answered", async () => {
    expect(statuses(await sendRaw(app.port, "GET /healthz HTTP/1.0\r\n\r\n"))).to.deep.equal([200]);
    expect(statuses(await sendRaw(app.port, "GET / HTTP/1.0\r\n\r\n"))).to.deep.equal([200]);
    const body = JSON.stringify(identity());
    const head = `POST ${joinPath} HTTP/1.0\r\n${json}\r\nContent-Length: ${body.length}\r\n\r\n`;
    expect(statuses(await sendRaw(app.port, head + body))).to.deep.equal([200]);
  });

  it("[W13] a matchmaking body of another content type is refused with 400 and that reason", async () => {
    const types = ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json"];
    for (const type of types)
      for (const body of [JSON.stringify(identity()), "{"]) {
        const headers = type === "" ? {} : { "content-type": type };
        const answer = await ask(app.url, joinPath, { method: "POST", headers, body });
        expect(JSON.parse(answer.text), type).to.deep.equal({
          code: 400,
          error: "The request body must have the content type application/json",
          reason: "wrong_content_type",
        });
        expect(answer.status).to.equal(400);
      }
    const unreadable = await askToJoin(app.url, "{");
    expect(JSON.parse(unreadable.text).reason).to.equal("unreadable");
    const none = await ask(app.url, joinPath, { method: "POST" });
    expect(JSON.parse(none.text).reason).to.equal("missing_field"); // without a body there is no type to be wrong
  });
});
