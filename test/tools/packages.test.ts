// The two packages beside each other: what installing the client alone brings, that there is one copy of everything, and
// that each way of importing them finds code and types.
import { execFile } from "node:child_process";
import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import ts from "typescript";
import { bundleOf, uses } from "../../harness/bundle-size.ts";
import { dependenciesOnTarballs, install, shell, tarballs } from "../../harness/project/packed.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

interface Manifest {
  readonly version: string;
  readonly exports: Record<string, unknown>;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
}
const manifestOf = async (folder: string) =>
  JSON.parse(await readFile(join(root, folder, "package.json"), "utf8")) as Manifest;

/** Bytes of all files of a folder. */
async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const stats = await Promise.all(names.map((name) => lstat(join(folder, name))));
  return stats.reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}

/** Names of the packages that are installed, each as often as it is there. */
async function installedIn(folder: string): Promise<string[]> {
  const { packages } = JSON.parse(await readFile(join(folder, "package-lock.json"), "utf8")) as {
    packages: Record<string, unknown>;
  };
  return Object.keys(packages).flatMap((key) => /.*node_modules\/(.+)$/.exec(key)?.[1] ?? []);
}
const copies = (names: readonly string[], name: string) => names.filter((each) => each === name).length;

/** What the compiler says of a file in this folder, under that way of finding modules. */
function mistakesIn(
  folder: string,
  name: string,
  text: string,
  way: "Node16" | "NodeNext" | "Bundler",
  skipLibCheck = false,
): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2024.d.ts", "lib.dom.d.ts"],
    module: way === "Bundler" ? ts.ModuleKind.ESNext : ts.ModuleKind[way],
    moduleResolution: ts.ModuleResolutionKind[way],
    strict: true,
    noEmit: true,
    skipLibCheck,
    types: [],
  };
  const file = join(folder, name);
  const host = ts.createCompilerHost(options);
  const { readFile: read, fileExists, getSourceFile } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.readFile = (path) => (path === file ? text : read(path));
  host.getSourceFile = (path, version, ...rest) =>
    path === file ? ts.createSourceFile(path, text, version, true) : getSourceFile(path, version, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file: of, messageText }) => `${of?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
}

describe("the client's package, alone", function () {
  this.timeout(180_000);
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-client-"));
    const { "holdfast-client": client } = await dependenciesOnTarballs();
    await install(folder, { dependencies: { "holdfast-client": client } });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const node = (code: string, ...flags: string[]) =>
    run(process.execPath, [...flags, "-e", code], { cwd: folder, env: shell });

  it("[Z22] brings at most 300 kB of ours and 20 MB in all, and no server", async () => {
    const ours = await bytesIn(join(folder, "node_modules/holdfast-client"));
    const all = await bytesIn(join(folder, "node_modules"));
    console.log(`      ours ${Math.round(ours / 1000)} kB, installed ${(all / 1e6).toFixed(1)} MB`);
    expect(ours).to.be.within(50_000, 300_000);
    expect(all).to.be.within(5_000_000, 20_000_000);
    const names = await installedIn(folder);
    expect(names).to.include("@colyseus/sdk");
    for (const name of ["holdfast", "@colyseus/core", "express", "zod", "ioredis", "react"])
      expect(names, name).to.not.include(name);
    expect(copies(names, "@colyseus/schema")).to.equal(1);
  });

  it("[Z22] holds what is built, and bundles nothing", async () => {
    const { files } = (await tarballs())["holdfast-client"];
    const allowed =
      /^(dist\/(client|schema|react|host|protocol)\/.+\.(js|d\.ts)|package\.json|README\.md|LICENSE)$/;
    expect(files.filter((path) => !allowed.test(path))).to.deep.equal([]);
    expect(files).to.include.members([
      "dist/client/index.js",
      "dist/schema/index.d.ts",
      "README.md",
      "LICENSE",
    ]);
    const texts = await Promise.all(
      files
        .filter((path) => path.endsWith(".js"))
        .map((path) => readFile(join(folder, "node_modules/holdfast-client", path), "utf8")),
    );
    const outside = texts.flatMap((text) =>
      [...text.matchAll(/\bfrom "((?:@[^/"]+\/)?[^."/@][^/"]*)/g)].map(([, name]) => name as string),
    );
    const { dependencies } = await manifestOf("packages/client");
    expect(
      [...new Set(outside)].filter((name) => !Object.hasOwn(dependencies, name) && name !== "react"),
    ).to.deep.equal([]);
    expect(outside).to.include.members(["@colyseus/sdk", "@colyseus/schema"]);
  });

  it("[Z29] weighs in a page what the sources do, and what a page does not import is left out", async () => {
    const { gzipBytes } = await bundleOf(uses["client with everything"]);
    const packed = await bundleOf('export * from "holdfast-client";', folder);
    expect(packed.gzipBytes / gzipBytes).to.be.within(0.97, 1.03);
    const { files } = await bundleOf('export { SessionEndedError } from "holdfast-client";', folder);
    expect(files.filter((file) => /@colyseus|msgpackr/.test(file))).to.deep.equal([]);
  });

  it("[Z23] types are found under node16, nodenext and bundler, and are not any", () => {
    const text = `
      import { joinEvent, type EventSession } from "holdfast-client";
      import { defineEventState, type StateOf, t } from "holdfast-client/schema";
      const quiz = defineEventState({ event: { round: t.number().default(0) } });
      const session: EventSession = joinEvent({ url: "http://localhost", eventId: "e" });
      // @ts-expect-error there is no such status
      if (session.status === "lost") session.leave();
      export const round = (state: StateOf<typeof quiz>): number => state.round;
      // @ts-expect-error a round is a number
      export const words = (state: StateOf<typeof quiz>): string => state.round;
    `;
    for (const way of ["Node16", "NodeNext", "Bundler"] as const)
      expect(mistakesIn(folder, "page.mts", text, way), way).to.deep.equal([]);
  });

  it("[Z23] CommonJS gets it by require() where Node can, by import() everywhere, and a clear answer elsewhere", async () => {
    const says = 'const { joinEvent } = require("holdfast-client"); console.log(typeof joinEvent)';
    expect((await node(says, "--input-type=commonjs")).stdout.trim()).to.equal("function");
    const imports = 'import("holdfast-client").then(({ joinEvent }) => console.log(typeof joinEvent))';
    const old = ["--input-type=commonjs", "--no-experimental-require-module"];
    expect((await node(imports, ...old)).stdout.trim()).to.equal("function");
    const refused = await node(says, ...old).catch(({ stderr }: { stderr: string }) => stderr);
    expect(refused).to.match(
      /^Error.*require\(\) of ES Module .*holdfast-client.* not supported\.\n.*dynamic import\(\)/m,
    );
    const text = 'import sdk = require("holdfast-client"); export const join = sdk.joinEvent;';
    expect(mistakesIn(folder, "page.cts", text, "Node16").join()).to.match(/only resolves to an ES module/);
    expect(mistakesIn(folder, "page.cts", text, "NodeNext")).to.deep.equal([]);
  });
});

describe("both packages in one project", function () {
  this.timeout(180_000);
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-both-"));
    const { devDependencies } = await manifestOf(".");
    const { react, "@types/react": types } = devDependencies;
    const ours = await dependenciesOnTarballs();
    await install(folder, { dependencies: { ...ours, react, "@types/react": types } });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("[Z21] are of one version, and need the same of the framework", async () => {
    const [server, client] = [await manifestOf("."), await manifestOf("packages/client")];
    expect(client.version).to.equal(server.version);
    expect(server.dependencies["holdfast-client"]).to.equal(client.version);
    expect(client.dependencies["@colyseus/schema"]).to.equal(server.peerDependencies["@colyseus/schema"]);
    expect(client.dependencies["@colyseus/sdk"]).to.equal(server.devDependencies["@colyseus/sdk"]);
  });

  it("[Z21] have one copy of the client, of the SDK and of the schema", async () => {
    const names = await installedIn(folder);
    for (const name of ["holdfast-client", "@colyseus/sdk", "@colyseus/schema", "msgpackr", "react"])
      expect(copies(names, name), name).to.equal(1);
  });

  it("[Z20] [Z21] each name that both export is the same thing, and a state defined for a page is the room's", async () => {
    await writeFile(
      join(folder, "same.mjs"),
      `import { Encoder, Decoder, Schema } from "@colyseus/schema";
      import * as ours from "holdfast";
      const same = {};
      const entries = ["client", "schema", "react", "host"];
      for (const entry of entries) {
        const [one, other] = [await import("holdfast/" + entry), await import("holdfast-client" + (entry === "client" ? "" : "/" + entry))];
        same[entry] = Object.keys(one).length > 0 && Object.keys(one).every((name) => one[name] === other[name]) && Object.keys(one).length === Object.keys(other).length;
      }
      const { defineEventState, EventState, t } = await import("holdfast-client/schema");
      same.definition = defineEventState === ours.defineEventState && EventState === ours.EventState && t === ours.t;
      const quiz = defineEventState({ participant: { score: t.number().default(3) } });
      class Quiz extends ours.EventRoom { schema = quiz; }
      const participant = new quiz.Participant();
      same.instances = participant instanceof Schema && new Quiz().schema.Participant === quiz.Participant;
      const state = new quiz.State();
      state.participants.set("a", participant);
      const decoder = new Decoder(new quiz.State());
      decoder.decode(new Encoder(state).encodeAll());
      same.decoded = decoder.state.participants.get("a").score === 3 && decoder.state.participants.get("a") instanceof quiz.Participant;
      console.log(JSON.stringify(same));`,
    );
    const { stdout } = await run(process.execPath, ["same.mjs"], { cwd: folder, env: shell });
    expect(JSON.parse(stdout)).to.deep.equal({
      client: true,
      schema: true,
      react: true,
      host: true,
      definition: true,
      instances: true,
      decoded: true,
    });
  });

  it("[Z29] a page loads the same client by either name", async () => {
    const [one, other] = await Promise.all(
      ["holdfast-client", "holdfast/client"].map((name) => bundleOf(`export * from "${name}";`, folder)),
    );
    expect(other?.files.filter((file) => !one?.files.includes(file))).to.deep.equal([]);
    expect(other?.gzipBytes).to.equal(one?.gzipBytes);
  });

  it("[Z23] every entry of holdfast has types under node16, nodenext and bundler", async () => {
    const { exports } = await manifestOf(".");
    const entries = Object.keys(exports).filter((entry) => !entry.endsWith(".json"));
    const text = entries
      .map((entry, index) => `export * as entry${index} from "holdfast${entry.slice(1)}";`)
      .join("\n");
    for (const way of ["Node16", "NodeNext", "Bundler"] as const) {
      // Once with what the declarations import of each other, which is slow.
      const found = mistakesIn(folder, "all.mts", text, way, way !== "Node16").filter(
        (each) => !/node_modules\/(?!holdfast)/.test(each),
      );
      expect(found, way).to.deep.equal([]);
    }
  });
});
