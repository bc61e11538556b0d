// Who counts as being on this machine: only then may one observe without a token in open mode.
import { expect } from "chai";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { askToJoin } from "../../../harness/clients/http.ts";
import { newEvent } from "../../../harness/clients/phone.ts";

describe("observers from localhost", () => {
  let app: TestApp | undefined;
  afterEach(() => app?.close());

  const begin = async (config: object) => {
    app = await startApp({ config });
    const { url, port } = app;
    const observer = { event_id: newEvent(), role: "observer" };
    const status = async (headers: Record<string, string>) =>
      (await askToJoin(url, observer, headers)).status;
    return { port, status };
  };

  it("[H4] a page from elsewhere is not local, whatever name it reaches this machine by", async () => {
    const { port, status } = await begin({ allowedOrigins: "*" });
    const own = { host: `localhost:${port}` };
    const pages = [
      "https://evil.example",
      `http://evil.example:${port}`,
      "http://localhost.evil.example",
      "null",
    ];
    for (const origin of pages) expect(await status({ ...own, origin }), origin).to.equal(403);
    for (const origin of [`http://localhost:${port}`, "http://127.0.0.1:5173", "http://[::1]:8080"])
      expect(await status({ ...own, origin }), origin).to.equal(200);
  });

  it("[H4] a forged or rebound Host is not local, with an origin that agrees or without", async () => {
    const { port, status } = await begin({ allowedOrigins: [] }); // as in production: this server's own origin
    for (const host of [
      `evil.example:${port}`,
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "0x7f.1",
    ]) {
      expect(await status({ host }), host).to.equal(403);
      expect(await status({ host, origin: `http://${host}` }), host).to.equal(403);
    }
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, "app.localhost"])
      expect(await status({ host, origin: `http://${host}` }), host).to.equal(200);
  });

  it("[H4] a header that only a proxy would add makes a request remote, under any name", async () => {
    const { port, status } = await begin({});
    const added: Record<string, string>[] = [
      { "cf-connecting-ip": "203.0.113.7" },
      { "true-client-ip": "203.0.113.7" },
      { "x-client-ip": "203.0.113.7" },
      { "x-envoy-external-address": "203.0.113.7" },
      { "x-forwarded-host": "quiz.example" },
      { "fly-client-ip": "203.0.113.7" },
      { "cdn-loop": "cdn" },
      { "wl-proxy-client-ip": "203.0.113.7" },
    ];
    for (const header of added)
      expect(await status({ host: `localhost:${port}`, ...header }), JSON.stringify(header)).to.equal(403);
    const ordinary = {
      "user-agent": "x",
      "accept-language": "en",
      "sec-fetch-site": "same-origin",
      cookie: "a=b",
    };
    expect(await status({ host: `localhost:${port}`, ...ordinary })).to.equal(200);
  });
});
