// What is published takes effect once and in order, whatever happens to the network, the page and the server.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { fileStorage } from "../../../harness/clients/fakes/file-storage.ts";
import type { PageReport } from "../../../harness/servers/programs/page-process.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { freePort } from "../../../harness/servers/free-port.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { quiet, until } from "../../../harness/wait.ts";

const total = 1000;
const faults = [...Array(20).fill("cut"), ...Array(3).fill("reload"), ...Array(3).fill("kill")] as const;

/** A small generator of its own, so that a run can be repeated (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("the outbox over everything", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "holdfast-outbox-"));
  const me = identity(newEvent());
  const seed = Number(process.env.SEED ?? Date.now() % 100_000);
  const random = seeded(seed);
  let port: number;
  let server: ServerProcess;
  let proxy: FaultProxy;
  let page: ChildProcess;
  let seen: PageReport;
  /** What ended which process when, for whoever has to explain a failure. */
  const story: string[] = [];

  const start = () =>
    startServer(
      {
        PORT: String(port),
        STORE_URL: `file:${join(folder, "events.db")}`,
        LOG_LEVEL: "warn",
        SLOW_COMMIT_MS: "200",
      },
      "harness/servers/programs/board-server.ts",
    );

  /** Opens the page; `published` is how far the last one got. */
  function open(published: number): void {
    const { event_id: eventId, device_id: deviceId, session_token: sessionToken } = me;
    const options = {
      url: proxy.url,
      eventId,
      deviceId,
      sessionToken,
      folder: join(folder, "page"),
      published,
    };
    page = fork("harness/servers/programs/page-process.ts", [JSON.stringify(options)]);
    page.on("message", (report) => (seen = report as PageReport));
  }

  async function killPage(): Promise<void> {
    page.kill("SIGKILL");
    await once(page, "exit");
  }

  async function publishTo(number: number): Promise<void> {
    page.send({ publishTo: number });
    await until(`number ${number} is published`, () => seen.published >= number, 20_000);
  }

  before(async () => {
    port = await freePort();
    server = await start();
    proxy = await FaultProxy.start(port);
    seen = { published: 0, pending: 0, status: "connecting", failures: [] };
    open(0);
  });
  after(async () => {
    await killPage();
    await proxy.close();
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function suffer(fault: (typeof faults)[number]): Promise<void> {
    if (fault !== "cut") story.push(`${fault} after ${seen.published} (${seen.pending} pending)`);
    if (fault === "reload") {
      await killPage();
      open(seen.published);
    } else if (fault === "kill") {
      await server.kill();
      await quiet(random() * 500);
      server = await start();
    } else if (random() < 0.5) {
      proxy.reset();
    } else {
      proxy.strand();
      await quiet(random() * 1000);
      if (random() < 0.5) proxy.reset();
      proxy.heal();
    }
  }

  it("keeps each key whole in the page's storage when its process is killed in the middle of a write", async function () {
    this.timeout(60_000);
    const storageFolder = join(folder, "whole");
    for (let kill = 0; kill < 8; kill++) {
      const writer = fork("harness/clients/fakes/file-storage-writer.ts", [storageFolder]);
      await once(writer, "message");
      await quiet(random() * 20);
      writer.kill("SIGKILL");
      await once(writer, "exit");
      expect(fileStorage(storageFolder).getItem("key")).to.match(/^(?:a{256}|b{256})$/);
    }
  });

  it(`[P4] [P5] ${total} messages over 20 cuts, 3 reloads and 3 kills: each once, in order (seed ${seed})`, async () => {
    const ahead = faults
      .map((fault) => ({ fault, at: random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ fault }) => fault);
    const between = Math.floor(total / (faults.length + 1));
    for (let number = between; ahead.length > 0; number += between) {
      for (let from = number - between; from < number; from += 5) {
        await publishTo(Math.min(number, from + 5));
        await quiet(random() * 20);
      }
      await suffer(ahead.pop() as (typeof faults)[number]);
      if (random() < 0.3)
        await until("some of it has arrived", () => seen.pending < 20, 30_000).catch((error: Error) => {
          throw new Error(`${error.message} (${JSON.stringify(seen)})`);
        });
    }
    await publishTo(total);
    await until("all of it has arrived", () => seen.pending === 0, 60_000);
    expect(seen.failures, JSON.stringify(seen)).to.deep.equal([]);
    const observer = await Phone.join(server.url, { event_id: me.event_id, role: "observer" });
    const numbers = String(observer.room.state.numbers).trim().split(" ").map(Number);
    const missing = Array.from({ length: total }, (_, index) => index + 1).filter(
      (n) => !numbers.includes(n),
    );
    expect(missing, `missing; ${story.join(", ")}`).to.deep.equal([]);
    expect(numbers).to.deep.equal(Array.from({ length: total }, (_, index) => index + 1));
    expect(observer.participants()?.size).to.equal(1);
  });
});
