// A server whose packages are not those that it was written for: it says so in one sentence, and does not begin.
import { spawnSync } from "node:child_process";
import { expect } from "chai";

/** Starts the server as `npm start` does, with this done to the packages before it is loaded. */
function startWith(change: string) {
  const done = `data:text/javascript,${encodeURIComponent(change)}`;
  const given = ["-r", "./src/boot.cjs", "--import", done, "src/index.ts"];
  const env = { ...process.env, PORT: "0", STORE_URL: "memory:" };
  const { status, stdout, stderr } = spawnSync(process.execPath, given, {
    env,
    encoding: "utf8",
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

const root = JSON.stringify(`file://${process.cwd()}/src/index.ts`);
const load = `import { createRequire, registerHooks } from "node:module"; const load = createRequire(${root});`;

describe("packages that do not fit", function () {
  this.timeout(60_000);

  it("[W21] are said to lack an internal, in one line, and nothing is served", () => {
    const { status, stdout, stderr } = startWith(`${load}
      const { Room } = await import("file://" + load.resolve("@colyseus/core").replace(/\\.cjs$/, ".mjs"));
      delete Room.prototype._onMessage;`);
    expect(stderr.trim().split("\n"), stderr).to.have.length(1);
    expect(stderr).to.match(
      /^Holdfast cannot run with the installed packages \(docs\/upgrading-colyseus.md\): @colyseus\/core [\d.]+: Room\._onMessage is not as it was read, and it is needed so that .+\. 1 more like it\.$/m,
    );
    expect(status).to.equal(1);
    expect(stdout).to.equal("");
  });

  it("[W21] are said to lack an export, in one line", () => {
    const { status, stdout, stderr } = startWith(`${load}
      registerHooks({ load(url, context, next) {
        const loaded = next(url, context);
        if (!url.includes("/@colyseus/core/build/index.mjs")) return loaded;
        return { ...loaded, source: String(loaded.source).replaceAll("enqueueClientRaw", "gone") };
      } });`);
    expect(stderr.trim().split("\n"), stderr).to.have.length(1);
    expect(stderr).to.match(
      /^Holdfast cannot run with the installed packages: .+ does not provide an export named '\w+'$/m,
    );
    expect(status).to.equal(1);
    expect(stdout).to.equal("");
  });
});
