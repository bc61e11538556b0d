// The published JSON Schemas against a running server: what they refuse it refuses, and what they allow it takes.
import "../../../harness/clients/use-ws.ts";
import { expect } from "chai";
import fc from "fast-check";
import { pack } from "msgpackr";
import { ask, askToJoin } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";
import { inputs } from "../../../harness/wire/inputs.ts";
import { WireSchemas } from "../../../harness/wire/wire-schemas.ts";
import { maxFrameBytes } from "../../../src/protocol/session.ts";

/** As many as may be sent at once without being a flood, each with a heartbeat behind it. */
const samples = 60;

describe("a server and the JSON Schemas of what it is sent", function () {
  this.timeout(60_000);
  const schemas = new WireSchemas();
  let app: TestApp;

  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 30_000 } });
  });
  after(() => app.close());

  const sampleOf = (name: string, count: number, fits: (value: unknown) => boolean = () => true) =>
    fc.sample((inputs[name] as fc.Arbitrary<unknown>).filter(fits), { numRuns: count, seed: 16 });
  const fitsAFrame = (value: unknown) => pack(value).length < maxFrameBytes - 100;

  /** Both happened often enough to say something. */
  function isTelling(verdicts: readonly boolean[]): void {
    for (const verdict of [true, false])
      expect(verdicts.filter((each) => each === verdict).length, String(verdict)).to.be.greaterThan(5);
  }

  it("[Z41] joins: 400 for what the schema refuses, and for nothing else", async () => {
    const verdicts: boolean[] = [];
    for (const options of sampleOf("join_options", 200)) {
      const { session_token, ...others } = options as Record<string, unknown>;
      // That there is no token is the identity provider's to refuse, and not what the options look like.
      const sent = { session_token: session_token || "a token of this test's own", ...others };
      const isAllowed = schemas.fault(sent, "join_options") === undefined;
      const { status, text } = await askToJoin(app.url, sent);
      expect(status !== 400, `${JSON.stringify(sent).slice(0, 300)}: ${text}`).to.equal(isAllowed);
      verdicts.push(isAllowed);
    }
    isTelling(verdicts);
  });

  it("[Z41] outbox_publish: an error for what the schema refuses, and for nothing else", async () => {
    const phone = await Phone.join(app.url, identity(newEvent()));
    const verdicts: boolean[] = [];
    for (const sent of sampleOf("outbox_publish", samples, fitsAFrame)) {
      phone.forget();
      phone.room.send("outbox_publish", sent);
      phone.room.send("heartbeat"); // answered behind an error, which is answered at once
      await until("the beat's answer", () => phone.heard.some(({ type }) => type === "heartbeat_ack"));
      const errors = phone.heard.filter(({ payload }) => payload?.error !== undefined);
      const isAllowed = schemas.fault(sent, "outbox_publish") === undefined;
      expect(errors.length === 0, JSON.stringify(sent).slice(0, 300)).to.equal(isAllowed);
      verdicts.push(isAllowed);
    }
    isTelling(verdicts);
    await phone.room.leave();
  });

  it("[Z41] host_action: an error for what the schema refuses, and for nothing else", async () => {
    const session = await ask(app.url, "/host/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: app.newHostCode() }),
    });
    const { host_token } = JSON.parse(session.text) as { host_token: string };
    const host = await Phone.join(app.url, {
      event_id: newEvent(),
      role: "observer",
      session_token: host_token,
    });
    // The end of the event, and a change, of which the server's settings may bear less than the schema: they are tried below.
    const isOther = (sent: unknown) =>
      ["close_event", "change"].includes(String((sent as { action?: unknown } | null)?.action));
    const verdicts: boolean[] = [];
    for (const sent of sampleOf("host_action", samples, (value) => fitsAFrame(value) && !isOther(value))) {
      const { error } = (await host.room.request("host_action", sent)) as { error?: string };
      const isAllowed = schemas.fault(sent, "host_action") === undefined;
      expect(error === undefined, `${JSON.stringify(sent).slice(0, 300)}: ${error}`).to.equal(isAllowed);
      verdicts.push(isAllowed);
    }
    isTelling(verdicts);
    const changes: [change: object, isTaken: boolean][] = [
      [{ title: "é".repeat(120), capacity: 2, grace_period_ms: 1000, is_locked: true }, true],
      [{ title: "é".repeat(121) }, false],
      [{ who_may_join: "nobody" }, false],
      [{ expected_names: ["Ann"], who_may_join: "listed" }, true],
    ];
    for (const [change, isTaken] of changes) {
      const sent = { action: "change", ...change };
      const { error } = (await host.room.request("host_action", sent)) as { error?: string };
      expect([error === undefined, schemas.fault(sent, "host_action") === undefined], error).to.deep.equal([
        isTaken,
        isTaken,
      ]);
    }
    await host.room.leave();
  });
});
