import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { ask } from "../../../harness/clients/http.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { hiddenInMonitor } from "../../../src/ops/read-only-monitor.ts";

describe("the monitor's page", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { monitorPassword: "secret" } });
  });
  after(() => app.close());

  const get = (path: string) =>
    ask(app.url, path, {
      headers: { authorization: `Basic ${Buffer.from("admin:secret").toString("base64")}` },
    });

  it("[B99] comes with a sheet that hides every button that would delete, send, disconnect or edit", async () => {
    const page = await get("/monitor/");
    expect(page.status).to.equal(200);
    expect(page.text).to.include('<link rel="stylesheet" href="./read-only.css">');
    expect(page.text).to.include("./assets/");
    const sheet = await get("/monitor/read-only.css");
    expect(sheet.headers["content-type"]).to.match(/^text\/css/);
    for (const hidden of hiddenInMonitor) expect(sheet.text).to.include(hidden);
    expect((await ask(app.url, "/monitor/read-only.css")).status, "without the password").to.equal(401);
    expect((await get("/monitor")).status, "the monitor's own answer").to.be.oneOf([200, 301, 302, 307, 308]);
  });

  it("[B99] has the buttons by the names that are hidden", () => {
    const folder = new URL("static/assets/", import.meta.resolve("@colyseus/monitor"));
    const script = readdirSync(folder).find((name) => name.endsWith(".js")) ?? "";
    const text = readFileSync(new URL(script, folder), "utf8");
    for (const name of [
      "Dispose",
      "DeleteForever",
      "DoDisturbOn",
      "jer-edit-buttons",
      "data-testid",
      "data-field",
    ])
      expect(text, name).to.include(name);
    expect(text).to.match(/"Send"/);
  });
});
