// The measurement of published messages works: every message is answered, whatever becomes of it. No speed is asserted.
import { spawnSync } from "node:child_process";
import { expect } from "chai";

describe("loadtest: what a published message costs", () => {
  it("measures messages that are taken, that are refused, and that change nothing", function () {
    this.timeout(60_000);
    const args = ["loadtest/bench/publish.ts", "--sizes", "3", "--rounds", "1", "--messages", "30"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      timeout: 55_000,
    });
    expect(status, stdout + stderr).to.equal(0);
    const rows = stdout.split("\n").filter((line) => /^ *3 /.test(line));
    const done = rows.map((row) => row.trim().split(/ +/).slice(1, 3));
    expect(done).to.deep.equal([
      ["nothing", "30"],
      ["taken", "30"],
      ["refused", "30"],
    ]);
  });
});
