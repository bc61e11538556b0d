// The package as a stranger meets it: packed, installed by plain npm into an empty folder, type-checked, run, joined.
// Nothing of this checkout helps: not its .npmrc, not its overrides, not the npm_* variables of the script around us.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { identity, Phone } from "../../harness/clients/phone.ts";
import { dependenciesOnTarballs, install, shell, tarballs } from "../../harness/project/packed.ts";
import { until } from "../../harness/wait.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const limitMs = 180_000;

const room = `
import { defineRoom, defineServer, Room } from "@colyseus/core";
import type { Client as Sdk } from "@colyseus/sdk";
import {
  type App,
  type Client,
  createApp,
  defineEventState,
  EventRoom,
  eventRoom,
  type ParticipantOf,
  t,
  withHoldfast,
} from "holdfast";
import { joinEvent } from "holdfast/client";
import { closeCodes, type LeaveReason } from "holdfast/protocol";

const quiz = defineEventState({ participant: { score: t.number().default(0) } });

class QuizRoom extends EventRoom<typeof quiz> {
  override schema = quiz;
  override messages = {
    point: (client: Client) => {
      const player = this.participantOf(client);
      if (player !== undefined) player.score += 1;
    },
  };
  override onSeatLeft(player: ParticipantOf<typeof quiz>, reason: LeaveReason): void {
    // @ts-expect-error a score is a number: the package's types are there, and are not any
    player.score = "none";
    // @ts-expect-error and nobody leaves for this reason
    if (reason === "boredom") return;
  }
}

// @ts-expect-error a room is a class that extends EventRoom
export const refused = () => createApp({ room: Date });
class Chat extends Room {}
const inTheirs = () => defineServer(withHoldfast({ rooms: { chat: defineRoom(Chat), quiz: eventRoom(QuizRoom) } }));
export async function typed(sdk: Sdk<ReturnType<typeof inTheirs>>): Promise<number | undefined> {
  const joined = await sdk.joinOrCreate("quiz", { event_id: "typed" });
  // @ts-expect-error the types of rooms pass through
  if (joined.state.participants.get("ann")?.points === 1) return 1;
  return joined.state.participants.get("ann")?.score;
}
if (!(new QuizRoom() instanceof Room)) throw new Error("there are two copies of the framework");
export const kicked: 4500 = closeCodes.kicked.code;
const app: App<QuizRoom> = createApp({ room: QuizRoom, config: { host: "127.0.0.1", logLevel: "error" } });
const port = await app.listen(0);
console.log(port);
const session = joinEvent({ url: "http://127.0.0.1:" + port, eventId: "own", displayName: "Ann" });
await session.joined();
// @ts-expect-error there is no such status
console.log(session.status === "lost", session.roster.size);
`;

const compilerOptions = {
  target: "ES2024",
  module: "NodeNext",
  moduleResolution: "NodeNext",
  strict: true,
  noImplicitOverride: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: ["node"],
  outDir: "out",
};

describe("the package", function () {
  this.timeout(limitMs);
  let folder = "";
  let packed: readonly string[] = [];
  const children: ChildProcess[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-package-"));
    packed = (await tarballs()).holdfast.files;
    await install(folder, { dependencies: await dependenciesOnTarballs() });
  });
  after(async () => {
    for (const child of children) {
      if (child.exitCode === null && child.kill()) await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  });

  const npm = (...args: string[]) => run("npm", args, { cwd: folder, env: shell });

  /** Starts a program of the folder's and returns what it has printed, as it grows. */
  function start(script: string, env: NodeJS.ProcessEnv = {}): { readonly text: string } {
    const child = spawn(process.execPath, [script], { cwd: folder, env: { ...shell, ...env } });
    children.push(child);
    const output = { text: "" };
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes: Buffer) => (output.text += bytes.toString()));
    return output;
  }

  it("[R5] holds what is built and the papers, and no source, test or setting of ours", () => {
    const allowed =
      /^(dist\/.+\.(js|d\.ts)|dist\/boot\.cjs|dist\/.+\/lua\/.+\.lua|dist\/pages\/.+\.(html|css|js|json|svg|png|webmanifest|woff2|txt)(\.(br|gz))?|dist\/api\/[A-Za-z]+\.md|docs\/((seat|bench|headline)\.svg|demo\.webp|(wire\.schema|http-api)\.json|screenshots\/[a-z-]+\.png|(README|[a-z-]+)\.md|decisions\/(README|\d{4}-[a-z-]+)\.md)|templates\/((common|quiz|blank)\/.+|react\.json)|package\.json|LICENSE|(README|SPEC|CHANGELOG|ARCHITECTURE|CONTRIBUTING|SECURITY)\.md)$/;
    expect(packed.filter((path) => !allowed.test(path))).to.deep.equal([]);
    expect(packed).to.include.members(["dist/holdfast.js", "dist/holdfast.d.ts", "dist/index.js", "LICENSE"]);
  });

  it("[R5] installs by plain npm: every peer is there and valid, nothing comes from a git host, one schema", async () => {
    await npm("ls", "--all"); // rejects when a dependency or a peer is missing or invalid
    const lock = JSON.parse(await readFile(join(folder, "package-lock.json"), "utf8")) as {
      packages: Record<string, { resolved?: string; peer?: boolean }>;
    };
    const entries = Object.entries(lock.packages);
    expect(
      entries.filter(([, { resolved }]) => resolved?.startsWith("git")).map(([key]) => key),
    ).to.deep.equal([]);
    expect(entries.filter(([key]) => key.endsWith("node_modules/uWebSockets.js"))).to.deep.equal([]);
    expect(entries.filter(([key]) => key.endsWith("/@colyseus/schema"))).to.have.length(1);
  });

  it("[R5] a room of the author's own type-checks strictly, runs from the tarball and takes a stock SDK's join", async () => {
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["room.ts"] }));
    await writeFile(join(folder, "room.ts"), room);
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    await run(process.execPath, [tsc], { cwd: folder, env: shell }).catch((error: { stdout?: string }) => {
      throw new Error(`the consumer does not compile:\n${error.stdout}`);
    });
    const server = start("out/room.js");
    const port = await until("a port", () => /^(\d+)\n/m.exec(server.text)?.[1], 20_000);
    const me = identity();
    const phone = await Phone.join(`http://127.0.0.1:${port}`, me);
    phone.room.send("point");
    await until("a point", () => phone.sees(me.device_id)?.score === 1);
    phone.drop({ reconnect: true });
    await phone.hears("participant_reconnected", me.device_id);
    expect(phone.sees(me.device_id)?.score).to.equal(1);
    await phone.room.leave();
    await until("our client has joined too", () => server.text.includes("false 1"));
  });

  it("[R5] its commands run: holdfast serves, holdfast-token mints", async () => {
    const bin = join(folder, "node_modules", ".bin");
    expect(await readdir(bin)).to.include.members(["holdfast", "holdfast-token"]);
    const server = start(join(bin, "holdfast"), { PORT: "0", HOST: "127.0.0.1", STORE_URL: "file:other.db" });
    const url = await until("an address", () => /listens on (http:\S+)/.exec(server.text)?.[1], 20_000);
    expect((await fetch(`${url}/healthz`)).status).to.equal(200);
    for (const page of ["/", "/host"]) {
      const html = await (await fetch(`${url}${page}`)).text();
      const [, asset] = /src="\.?(\/assets\/[^"]+\.js)"/.exec(html) ?? [];
      expect((await fetch(`${url}${asset}`)).status, `${page} ${asset}`).to.equal(200);
    }
    const secret = { ...shell, SESSION_SECRET: "a secret of at least 32 characters" };
    const words = ["--event", "friday", "--device", "phone", "--user", "ann"];
    const { stdout } = await run(join(bin, "holdfast-token"), words, { cwd: folder, env: secret });
    expect(stdout.trim()).to.match(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(existsSync(join(folder, "node_modules", "holdfast", "src"))).to.equal(false);
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    for (const name of ["holdfast", "holdfast-token"]) {
      expect((await run(join(bin, name), ["--version"], { cwd: folder, env: shell })).stdout).to.equal(
        `${version}\n`,
      );
      expect((await run(join(bin, name), ["--help"], { cwd: folder, env: shell })).stdout).to.contain(
        `  ${name} `,
      );
      const refused = run(join(bin, name), ["--nothing"], { cwd: folder, env: shell });
      expect(await refused.catch((error: { code: number }) => error.code)).to.equal(2);
    }
  });
});
