// A host and what it has made, over the death of a real server.
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { temporaryStore } from "../../../harness/servers/temporary-store.ts";
import { until } from "../../../harness/wait.ts";
import { codeOfLink, HostClient } from "../../../src/host/index.ts";

describe("a host whose server dies", function () {
  this.timeout(60_000);
  const env = { STORE_URL: temporaryStore(), GRACE_PERIOD_MS: "30000" };
  let server: ServerProcess | undefined;
  afterEach(() => server?.kill());

  it("[W75] is a host of the next one, with the event as it was, in another tab, too, and by a new link", async () => {
    const first = await startServer(env);
    server = first;
    const link = await until("its link", () => /http\S+#code=\S+/.exec(first.output())?.[0]);
    const host = new HostClient({ url: first.url });
    const { host_token: token } = await host.signIn(codeOfLink(link) as string);
    const { event_id } = await host.create({ title: "Friday quiz", capacity: 5, grace_period_ms: 7000 });
    const [ann, bob] = [identity(event_id), identity(event_id)];
    await Phone.join(first.url, ann);
    await Phone.join(first.url, bob);
    await host.act(event_id, { action: "kick", device_id: bob.device_id });
    const invited = await host.invite({ event_id });
    const before = await host.change(event_id, {
      is_locked: true,
      who_may_join: "listed",
      expected_names: ["Ann"],
    });
    await first.kill();

    const next = await startServer(env);
    server = next;
    const again = new HostClient({ url: next.url, token }); // another tab has the same token
    const after = await again.event(event_id);
    expect(after).to.deep.equal({ ...before, connected: 0, held: 1, left: 0 });
    expect(after.removed.map(({ device_id }) => device_id)).to.deep.equal([bob.device_id]);
    const coHost = new HostClient({ url: next.url });
    expect((await coHost.signIn(invited.code)).event_id).to.equal(event_id);
    await Phone.join(next.url, ann);

    const made = spawnSync(process.execPath, ["src/index.ts", "host-link"], {
      env: { PATH: process.env.PATH ?? "", ...env },
      encoding: "utf8",
    });
    const third = new HostClient({ url: next.url });
    expect((await third.signIn(codeOfLink(made.stdout.trim()) as string)).event_id).to.equal("*");
    expect((await third.close(event_id)).is_closed).to.equal(true);
  });
});
