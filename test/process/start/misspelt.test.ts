// A server whose settings are misspelt.
import { expect } from "chai";
import { startServer } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";

describe("a server with misspelt settings", () => {
  it("[W19] the server starts, and warns", async () => {
    const server = await startServer({ GRACE_PERIOD: "30", MAX_PARTICIPANT: "9" });
    try {
      const warnings = await until("two warnings", () => {
        const lines = server.output().split("\n").slice(0, -1);
        const found = lines.filter((line) => line.includes('"level":40'));
        return found.length >= 2 && found.map((line) => (JSON.parse(line) as { msg: string }).msg);
      });
      expect(warnings).to.deep.equal([
        "GRACE_PERIOD is not a setting; did you mean GRACE_PERIOD_MS?",
        "MAX_PARTICIPANT is not a setting; did you mean MAX_PARTICIPANTS?",
      ]);
    } finally {
      await server.kill();
    }
  });
});
