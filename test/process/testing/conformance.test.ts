// The suite of rules that any room class must keep, against a server in a process of its own, which is ended and killed: its
// verdicts are those that the test kit's server gets.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { expect } from "chai";
import { CarelessRoom, howToCheck, SoundRoom } from "../../../harness/servers/rooms-under-test.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { quiet } from "../../../harness/wait.ts";
import { checkConformance, type Verdict } from "../../../src/testing/index.ts";

const retentionMs = 3000;

describe("conformance of a room on a real server", () => {
  let server: ServerProcess;
  let folder: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-"));
    env = {
      STORE_URL: `file:${join(folder, "events.db")}`,
      GRACE_PERIOD_MS: "4000",
      EVENT_RETENTION_MS: String(retentionMs),
    };
  });

  afterEach(async () => {
    await server.kill();
    await rm(folder, { recursive: true });
  });

  async function restart(how: "restart" | "crash", downMs: number): Promise<void> {
    if (how === "restart") {
      server.child.kill("SIGTERM");
      await once(server.child, "exit");
    } else await server.kill();
    await quiet(downMs);
    server = await startServer(
      { ...env, PORT: String(server.port) },
      "harness/servers/programs/server-under-test.ts",
    );
  }

  for (const room of [SoundRoom, CarelessRoom])
    it(`[V83] the verdicts on ${room.name} are those of the test kit`, async function () {
      this.timeout(180_000);
      env.ROOM = room.name;
      server = await startServer(env, "harness/servers/programs/server-under-test.ts");
      const real = await checkConformance(room, {
        ...howToCheck,
        server: { url: server.url, restart, retentionMs },
      });
      const kit = await checkConformance(room, howToCheck);
      const inShort = (verdicts: readonly Verdict[]) =>
        verdicts.map(({ id, outcome, because }) =>
          outcome === "broken" ? `${id}: ${because}` : `${id} ${outcome}`,
        );
      expect(inShort(real)).to.deep.equal(inShort(kit));
    });
});
