// The benchmark works: every phase completes with every server, and what it writes can be read. No speed is asserted.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readReport } from "../../../loadtest/bench/report/read.ts";
import { phaseNames } from "../../../loadtest/bench/results.ts";

describe("loadtest: the benchmark itself", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("a smoke run leads every server through all phases", function () {
    this.timeout(120_000);
    const args = ["loadtest/bench/main.ts", "--smoke", "--out", folder];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      timeout: 110_000,
    });
    expect(status, stdout + stderr).to.equal(0);
    const files = readdirSync(folder);
    expect(files, "the JSON and the plot").to.have.length(2);
    const report = readReport(join(folder, files.find((name) => name.endsWith(".json")) ?? "missing"));
    const servers = ["holdfast", "holdfast-ours", "plain", "sio", "bare"];
    expect(report.runs.map(({ server }) => server)).to.deep.equal(servers);
    for (const run of report.runs) {
      expect(Object.keys(run.phases)).to.deep.equal([...phaseNames]);
      for (const [name, phase] of Object.entries(run.phases))
        expect(phase, `${run.server}: ${name}`).to.include({ ok: true, done: phase.of });
    }
    expect(report.held?.held).to.equal(50);
    const svg = readFileSync(join(folder, files.find((name) => name.endsWith(".svg")) ?? "missing"), "utf8");
    expect(svg)
      .to.match(/^<svg /)
      .and.not.to.include("NaN");
    expect(stdout).to.include("joins/s").and.to.include("no figure");
  });
});
