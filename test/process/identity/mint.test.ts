// The command that makes a token.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { newEvent, Phone } from "../../../harness/clients/phone.ts";

const secret = "a secret of the server, 32 or more";

describe("npm run token", () => {
  const mint = (args: string[], SESSION_SECRET = secret) =>
    promisify(execFile)(process.execPath, ["src/identity/mint.ts", ...args], {
      env: { PATH: process.env.PATH ?? "", SESSION_SECRET },
    });
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { authMode: "token", sessionSecret: secret } });
  });
  after(() => app.close());

  it("[A6] mints a token that joins, and one for a host that observes", async () => {
    const join = { event_id: newEvent(), device_id: "minted" };
    const args = ["--event", join.event_id, "--device", join.device_id, "--user", "ann"];
    const { stdout, stderr } = await mint(args);
    expect(stderr).to.equal("");
    expect(stdout).to.match(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const phone = await Phone.join(app.url, { ...join, session_token: stdout.trim() });
    expect(phone.sees(join.device_id)).to.include({ user_id: "ann" });
    const host = await mint(["--event", join.event_id, "--user", "eve", "--role", "host", "--minutes", "1"]);
    const { event_id } = join;
    await Phone.join(app.url, {
      event_id: event_id,
      role: "observer",
      session_token: host.stdout.trim(),
    });
  });

  it("[A6] [H2] a token has the audience and the issuer of the settings", async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["src/identity/mint.ts", "--event", "e", "--device", "d", "--user", "u"],
      {
        env: {
          PATH: process.env.PATH ?? "",
          SESSION_SECRET: secret,
          SESSION_AUDIENCE: "quiz",
          SESSION_ISSUER: "me",
        },
      },
    );
    const payload: unknown = JSON.parse(Buffer.from(stdout.split(".")[1] ?? "", "base64url").toString());
    expect(payload).to.include({ aud: "quiz", iss: "me" });
  });

  it("[A6] without a secret, an event, a user or a device it says how it is used, and mints nothing", async () => {
    const full = ["--event", "e", "--device", "d", "--user", "u"];
    const wrong: [string[], string?][] = [
      [full, ""],
      [full, "short"],
      [["--device", "d", "--user", "u"]],
      [["--event", "e", "--user", "u"]],
      [["--event", "e", "--device", "d"]],
      [[...full, "--minutes", "0"]],
      [[...full, "--minutes", "soon"]],
      [[...full, "--role", "king"]],
    ];
    for (const [args, own] of wrong) {
      const failed = (await mint(args, own).catch((error: unknown) => error)) as Record<string, unknown>;
      expect(failed, args.join(" ")).to.include({ code: 2, stdout: "" });
      expect(failed.stderr).to.match(/^[A-Z-][^\n]+\. \(holdfast-token --help\)\n$/);
    }
  });
});
