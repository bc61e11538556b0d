// Requests that are legal and rare: offers of other protocols, no host; and compressed pages. Behind nginx.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { ask } from "../../../harness/clients/http.ts";
import { identity } from "../../../harness/clients/phone.ts";
import { FrontedCluster } from "../../../harness/servers/cluster/fronted-cluster.ts";
import { describeWithNginx } from "../../../harness/servers/cluster/nginx.ts";
import { request, sendRaw } from "../../../harness/clients/raw-http.ts";

/** As curl --http2 sends it. */
const h2c = [
  "Connection: Upgrade, HTTP2-Settings",
  "Upgrade: h2c",
  "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
];
const statuses = (answer: string) =>
  [...answer.matchAll(/HTTP\/1\.\d (\d+)/g)].map(([, code]) => Number(code));
const json = "Content-Type: application/json";
const joinPath = "/matchmake/joinOrCreate/event";

describeWithNginx("requests that are rare, behind nginx", function () {
  this.timeout(60_000);
  let fronted: FrontedCluster;
  before(async () => {
    fronted = await FrontedCluster.start({ size: 1 });
  });
  after(() => fronted.stop());

  it("[W12] an offer of another protocol, and HTTP/1.0 without a host, are answered", async () => {
    const { port } = fronted.nginx;
    const body = JSON.stringify(identity());
    for (const [text, sign] of [
      [request("GET /healthz", h2c), "alive"],
      [request(`POST ${joinPath}`, [...h2c, json], body), "sessionId"],
    ] as const) {
      const answer = await sendRaw(port, text, (so) => so.includes(sign));
      expect(statuses(answer)).to.deep.equal([200]);
    }
    const old = await sendRaw(port, "GET /healthz HTTP/1.0\r\n\r\n");
    expect(statuses(old)).to.deep.equal([200]);
    const oldJoin = `POST ${joinPath} HTTP/1.0\r\n${json}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    expect(statuses(await sendRaw(port, oldJoin))).to.deep.equal([200]);
  });

  it("[W14] pages and scripts come compressed, each request's in its own encoding", async () => {
    await promisify(execFile)(process.execPath, ["scripts/build-pages.ts"]);
    const { url } = fronted;
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec((await ask(url, "/")).text)?.[1] as string;
    for (const path of ["/", "/host", script]) {
      const sizes = [];
      for (const encoding of ["br", "gzip", "identity", "gzip;q=0"]) {
        const { status, headers } = await ask(url, path, { headers: { "accept-encoding": encoding } });
        const expected = { br: "br", gzip: "gzip" }[encoding];
        expect([status, headers["content-encoding"]], `${path} ${encoding}`).to.deep.equal([200, expected]);
        expect(headers.vary).to.match(/accept-encoding/i);
        sizes.push(Number(headers["content-length"]));
      }
      const [br = 0, gzip = 0, whole = 0, again] = sizes;
      expect(br < gzip && gzip < whole, `${path}: ${sizes.join()}`).to.equal(true);
      expect(again).to.equal(whole);
    }
  });
});
