// Tests of the examples that run on `node --test`, as their README says: in a process of their own.
import { spawnSync } from "node:child_process";
import { expect } from "chai";

describe("examples whose tests need no runner but Node", function () {
  this.timeout(60_000);

  it("the application that was there already passes its own tests, events in them", () => {
    const words = ["--import", "./harness/from-source.ts", "--test", "--test-reporter=tap"];
    const { PATH = "", HOME = "" } = process.env;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...words, "examples/existing-app/test/app.test.ts", "examples/existing-app/test/party.test.ts"],
      { encoding: "utf8", env: { PATH, HOME } },
    );
    expect(status, `${stdout}${stderr}`).to.equal(0);
    expect(stdout)
      .to.match(/^# pass [1-9]\d$/m)
      .and.to.match(/^# skipped 0$/m);
  });
});
