// What an author's project has beside us: the framework's bundle and its test kit, at the versions that we are built with.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect } from "chai";

const versionOf = (name: string) =>
  (JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")) as { version: string }).version;

describe("the framework's bundle and test kit", function () {
  this.timeout(30_000);

  it("[R5] `colyseus` has the same framework as we do, and @colyseus/testing runs an author's room", async () => {
    const script = "harness/servers/colyseus-kit.ts";
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    const line = stdout.split("\n").find((each) => each.startsWith('{"isOne')) ?? stdout;
    expect(JSON.parse(line)).to.deep.equal({
      isOneFramework: true,
      isOurRoom: true,
      clients: 2,
      isSameRoom: true,
      health: { status: "alive" },
    });
  });

  it("[R5] the versions are one release of the framework: what `colyseus` asks for is what we run on", () => {
    const { dependencies } = JSON.parse(readFileSync("node_modules/colyseus/package.json", "utf8")) as {
      dependencies: Record<string, string>;
    };
    const ours = ["core", "ws-transport", "redis-driver", "redis-presence", "monitor"];
    const older = ours.filter((name) => {
      const [, minor, patch] = /^\^0\.(\d+)\.(\d+)$/.exec(dependencies[`@colyseus/${name}`] ?? "") ?? [];
      const [, isMinor, isPatch] = versionOf(`@colyseus/${name}`).split(".");
      return isMinor !== minor || Number(isPatch) < Number(patch);
    });
    expect(older).to.deep.equal([]);
  });
});
