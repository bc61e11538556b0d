// `npm run dev` in a copy of the checkout: a change of the server's sources starts it again and costs nobody the seat; a
// change of a page's sources reaches the browser.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { WebSocket } from "ws";
import { joinEvent } from "../../src/client/index.ts";
import { until } from "../../harness/wait.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

describe("npm run dev", function () {
  this.timeout(120_000);
  const copy = mkdtempSync(join(tmpdir(), "dev-"));
  let dev: ChildProcess;
  let output = "";
  let pages = "";

  before(async () => {
    for (const name of ["src", "scripts", "package.json", "tsconfig.json", "vite.config.ts"])
      cpSync(name, join(copy, name), { recursive: true });
    symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
    const port = String(await freePort());
    dev = spawn(
      process.execPath,
      ["-r", "./src/boot.cjs", "scripts/dev/main.ts", "--pages", String(await freePort())],
      {
        cwd: copy,
        env: { PATH: process.env.PATH, HOST: "127.0.0.1", PORT: port, STORE_URL: `file:${copy}/seats.db` },
      },
    );
    for (const stream of [dev.stdout, dev.stderr]) stream?.on("data", (bytes) => (output += bytes));
    await until(
      () => `pages and server; printed: ${output}`,
      () => /Pages on http/.test(output) && /listens on/.test(output),
      60_000,
    );
    pages = /Pages on (\S+)\//.exec(output)?.[1] ?? "";
  });

  after(async () => {
    dev.kill("SIGTERM");
    await once(dev, "exit");
    rmSync(copy, { recursive: true, force: true });
  });

  it("starts the server again when a file of src changes, and everyone keeps the seat", async () => {
    const common = { url: pages, eventId: "workshop", sessionToken: "0123456789abcdef" };
    const [ann, ben] = ["ann", "ben"].map((deviceId) => joinEvent({ ...common, deviceId }));
    const left: string[] = [];
    ben?.on("participant_left", ({ device_id }) => left.push(device_id));
    let returns = 0;
    ann?.on("returned", () => (returns += 1));
    await Promise.all([ann?.joined(), ben?.joined()]);
    const joinedAt = await until("ann in ben's roster", () => ben?.roster.get("ann")?.joinedAt);

    appendFileSync(join(copy, "src/rooms/EventRoom.ts"), "\nconsole.log('the changed room is loaded');\n");
    await until("the changed server", () => output.includes("the changed room is loaded"), 30_000);
    await until("ann back", () => returns === 1 && ann?.state.status === "connected", 30_000);
    await until(
      "ben back",
      () => ben?.state.status === "connected" && ben.roster.get("ann")?.status === "connected",
      30_000,
    );

    expect(ben?.roster.get("ann")?.joinedAt).to.equal(joinedAt);
    expect(left).to.deep.equal([]);
    await Promise.all([ann?.leave(), ben?.leave()]);
  });

  it("tells the browser when a file of the pages changes, and leaves the server alone", async () => {
    const starts = () => output.split("listens on").length;
    const startsBefore = starts();
    const page = await (await fetch(`${pages}/host`, { headers: { accept: "text/html" } })).text();
    expect(page).to.include("/@vite/client");
    await (await fetch(`${pages}/core/places.ts`)).text(); // what is not loaded is not loaded again
    const socket = new WebSocket(pages.replace("http", "ws"), "vite-hmr");
    const told: string[] = [];
    socket.on("message", (bytes: Buffer) =>
      told.push((JSON.parse(bytes.toString()) as { type: string }).type),
    );
    await once(socket, "open");

    appendFileSync(join(copy, "src/pages/core/places.ts"), "\nexport const changed = true;\n");
    await until(
      () => `a word of the change: ${told.join(" ")}`,
      () => told.includes("full-reload"),
      20_000,
    );
    expect(await (await fetch(`${pages}/core/places.ts`)).text()).to.include("changed = true");
    expect(starts()).to.equal(startsBefore);
    socket.terminate();
  });
});
