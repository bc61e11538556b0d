// Guesses at the monitor's password.
import { expect } from "chai";
import { guessesPerMinute } from "../../../src/ops/password-guard.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ServerFakeClock } from "../../../harness/fake-clock.ts";
import { ask } from "../../../harness/clients/http.ts";

describe("guesses at the monitor's password", () => {
  const clock = new ServerFakeClock();
  let app: TestApp;
  before(async () => {
    app = await startApp({ clock, config: { monitorPassword: "the right one", trustProxy: 1 } });
  });
  after(() => app.close());

  const statusOf = async (password: string | undefined, from: string) => {
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
    const headers = { "x-forwarded-for": from, ...(password === undefined ? {} : { authorization }) };
    return (await ask(app.url, "/monitor/api", { headers })).status;
  };
  const warnings = () => app.lines.filter(({ level, msg }) => level === 40 && /monitor/.test(String(msg)));

  it("[H5] are refused after ten from one address, the right one too, for a minute; others get in", async () => {
    const answers: number[] = [];
    for (let i = 0; i < guessesPerMinute + 5; i++) answers.push(await statusOf(`guess ${i}`, "203.0.113.1"));
    expect(answers).to.deep.equal([...Array(guessesPerMinute).fill(401), ...Array(5).fill(429)]);
    expect(await statusOf("the right one", "203.0.113.1")).to.equal(429);
    expect(await statusOf("the right one", "203.0.113.2")).to.equal(200);
    await clock.advance(60_001);
    expect(await statusOf("the right one", "203.0.113.1")).to.equal(200);
  });

  it("[H5] leave two lines in the log for an address and minute, with neither password nor address", async () => {
    expect(warnings()).to.have.length(2);
    expect(app.text()).to.not.match(/guess \d|the right one|203\.0\.113/);
  });

  it("[H5] a request without a password is no guess", async () => {
    for (let i = 0; i < guessesPerMinute + 5; i++)
      expect(await statusOf(undefined, "203.0.113.3")).to.equal(401);
    expect(await statusOf("the right one", "203.0.113.3")).to.equal(200);
  });
});
