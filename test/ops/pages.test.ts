// The pages over HTTP: what is served, what caches may keep, and the policy that lets nothing in from elsewhere.
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import express from "express";
import { pages } from "../../src/ops/pages.ts";
import { ask } from "../support/http.ts";

describe("pages: serving", () => {
  let folder = "";
  let server: Server;
  let url = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-pages-"));
    const app = express().use(pages(folder));
    app.use((_request, response) => void response.status(404).json({ code: 404 }));
    server = createServer(app).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("says how to build pages that are not built, and finds them as soon as they are", async () => {
    for (const path of ["/", "/host"]) {
      const { status, text, headers } = await ask(url, path);
      expect([status, headers["cache-control"]], path).to.deep.equal([200, "no-store"]);
      expect(text)
        .to.match(/^<!doctype html>/)
        .and.contain("npm run build:pages");
    }
    await mkdir(join(folder, "assets"));
    await writeFile(join(folder, "index.html"), "<!doctype html>the page");
    await writeFile(join(folder, "host.html"), "<!doctype html>the dashboard");
    await writeFile(join(folder, "assets", "app-1234.js"), "export {};");
    await writeFile(join(folder, ".secret"), "no");
    expect((await ask(url, "/?event=x")).text).to.equal("<!doctype html>the page");
    expect((await ask(url, "/host?event=x")).text).to.equal("<!doctype html>the dashboard");
  });

  it("lets nothing in from elsewhere: policy, no sniffing, no referrer, on every page and asset", async () => {
    for (const path of ["/", "/host", "/assets/app-1234.js"]) {
      const { status, headers } = await ask(url, path);
      expect(status, path).to.equal(200);
      expect(headers["content-security-policy"]).to.match(/^default-src 'self'; .*frame-ancestors 'none'/);
      expect(headers["content-security-policy"]).to.not.contain("unsafe");
      expect(headers).to.include({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
    }
  });

  it("assets may be kept for ever, pages are asked for again; the rest is passed on", async () => {
    expect((await ask(url, "/assets/app-1234.js")).headers["cache-control"]).to.equal(
      "public, max-age=31536000, immutable",
    );
    for (const path of ["/", "/host"])
      expect((await ask(url, path)).headers["cache-control"]).to.equal("no-cache");
    for (const path of [
      "/assets/",
      "/assets/none.js",
      "/.secret",
      "/..%2fpackage.json",
      "/%",
      "/host/events",
    ])
      expect((await ask(url, path)).status, path).to.equal(404);
    const slash = await ask(url, "/host/");
    expect([slash.status, slash.headers.location]).to.deep.equal([308, "../host"]);
    expect((await ask(url, "/", { method: "POST" })).status).to.equal(404);
  });
});
