// Dockerfile and compose.yaml without Docker: what they name exists, what they set is understood, what they promise is
// there. The health check is run as it is written, against a real server.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { load, YAML11_SCHEMA } from "js-yaml";
import { loadConfig, settings } from "../../src/config.ts";
import { freePort } from "../../harness/servers/free-port.ts";
import { startServer } from "../../harness/servers/server-process.ts";
import { configurationFile } from "../../harness/servers/cluster/nginx.ts";

const read = (path: string) => readFileSync(path, "utf8");

/** A Dockerfile's instructions, in order: `["COPY", "src ./src"]`. */
const instructions = read("Dockerfile")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [name = "", ...rest] = line.split(" ");
    return [name, rest.join(" ")] as const;
  });
const all = (name: string) => instructions.filter(([one]) => one === name).map(([, rest]) => rest);
const last = (name: string) => all(name).at(-1) ?? "";
const exec = (text: string) => JSON.parse(text.slice(text.indexOf("["))) as string[];

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly command?: string[];
  readonly read_only: boolean;
  readonly cap_drop: string[];
  readonly security_opt: string[];
  readonly tmpfs: string[];
  readonly restart: string;
  readonly stop_grace_period?: string;
  readonly environment?: Record<string, string>;
  readonly ports?: string[];
  readonly volumes?: string[];
  readonly extra_hosts?: string[];
  readonly networks: string[] | Record<string, { ipv4_address?: string } | null>;
}

/** compose.yaml as Docker would read it with these variables. */
function compose(variables: Record<string, string> = {}): Record<string, Service> {
  let text = read("compose.yaml").replace(/^\s*#.*$/gm, "");
  const innermost = /\$\{(\w+)(?:(:[-+])([^${}]*))?\}/;
  for (let match = innermost.exec(text); match !== null; match = innermost.exec(text)) {
    const [whole, name = "", kind, other = ""] = match;
    const value = variables[name] ?? "";
    const [ifSet, ifNot] = kind === ":+" ? [other, ""] : [value, kind === ":-" ? other : ""];
    text = text.replace(whole, () => (value === "" ? ifNot : ifSet));
  }
  return (load(text, { schema: YAML11_SCHEMA }) as { services: Record<string, Service> }).services;
}
const processes = (services: Record<string, Service>) =>
  Object.entries(services).filter(([name]) => /^holdfast\d$/.test(name));
const addressOf = ({ networks }: Service) => (Array.isArray(networks) ? "" : networks.front?.ipv4_address);

describe("deployment: the image", function () {
  this.timeout(30_000);

  it("[K24] copies what exists and is not ignored, and starts what the build makes", () => {
    const admitted = read(".dockerignore").split("\n");
    const sources = all("COPY").filter((rest) => !rest.startsWith("--from"));
    for (const source of sources.flatMap((rest) => rest.split(" ").slice(0, -1))) {
      expect(existsSync(source), source).to.equal(true);
      expect(admitted, source).to.include(`!${source}`);
    }
    expect(admitted).to.include("*");
    const { scripts, bin } = JSON.parse(read("package.json"));
    expect(all("RUN").join("\n"))
      .to.include("npm run build")
      .and.to.include("peers-of-image.ts && npm prune --omit=dev");
    expect(scripts.build).to.include("tsc -p tsconfig.build.json");
    expect(exec(last("CMD"))).to.deep.equal(["node", bin.holdfast.replace("./", "/app/")]);
    expect(all("COPY").join("\n")).to.include("/app/dist /app/dist").and.to.include("/app/package.json");
    expect(all("COPY").join("\n")).to.include("/app/packages /app/packages"); // node_modules/holdfast-client leads there
  });

  it("[K24] runs as nobody in particular, in production, and writes to /data alone", () => {
    expect(Number(last("USER").split(":")[0])).to.be.above(0);
    expect(last("STOPSIGNAL")).to.equal("SIGTERM");
    expect(last("ENV")).to.equal("NODE_ENV=production");
    expect(last("EXPOSE")).to.equal(String(settings.PORT.fallback));
    expect([last("WORKDIR"), last("VOLUME")]).to.deep.equal(["/", "/data"]);
    expect(settings.STORE_URL.fallback).to.match(/^file:data\//); // beneath WORKDIR: in /data
    expect(last("FROM")).to.match(/^node:24-slim$/);
    expect(JSON.parse(read("package.json")).devDependencies.node).to.match(/^24\./); // what the tests run on
  });

  it("[K24] its health check says 0 for a server that answers, 1 for one that does not, or stands still", async () => {
    const [command = "", ...words] = exec(last("HEALTHCHECK"));
    expect(command).to.equal("node");
    const check = async (port: number): Promise<number> => {
      const env = { PATH: process.env.PATH ?? "", PORT: String(port) };
      const [code] = await once(spawn(process.execPath, words, { env, stdio: "inherit" }), "exit");
      return code;
    };
    const server = await startServer();
    try {
      expect(await check(server.port)).to.equal(0);
      expect(await check(await freePort())).to.equal(1);
      server.child.kill("SIGSTOP");
      expect(await check(server.port)).to.equal(1);
    } finally {
      await server.kill();
    }
  });
});

describe("deployment: what it says", function () {
  this.timeout(30_000);

  it("[K24] docs/operating.md names metrics, settings and files that there are", async () => {
    const text = read("docs/operating.md");
    const server = await startServer();
    const metrics = await fetch(`${server.url}/metrics`).then((answer) => answer.text());
    await server.kill();
    const names = new Set(text.match(/\b(?:holdfast|nodejs)_\w+/g));
    expect(names.size).to.be.above(10);
    for (const name of names) expect(metrics).to.match(new RegExp(`^# HELP ${name} `, "m"));
    const written =
      text.match(/\b(?:PING|LEASE|GRACE|PUBLIC|TRUST|AUTH|CLUSTER|STORE|REDIS|SESSION)_[A-Z_]+/g) ?? [];
    for (const name of new Set(written)) if (name !== "PUBLIC_HOST") expect(settings).to.have.property(name);
    for (const path of text.match(/\b(?:deploy|test|loadtest|docs)\/[\w./-]+\.\w+/g) ?? [])
      expect(existsSync(path), path).to.equal(true);
  });
});

describe("deployment: compose.yaml", () => {
  const secret = "a secret of thirty-two characters";

  it("[K24] sets what the server knows, to what it accepts", () => {
    const services = compose({ SESSION_SECRET: secret, PUBLIC_HOST: "quiz.example:8080" });
    expect(processes(services)).to.have.length(4);
    for (const [name, { environment = {} }] of processes(services)) {
      for (const variable of Object.keys(environment)) expect(settings, name).to.have.property(variable);
      const config = loadConfig({ NODE_ENV: "production", ...environment });
      expect(config).to.include({ authMode: "token", trustProxy: 1, storeUrl: "redis://redis:6379" });
      expect(config.publicAddress).to.equal(`quiz.example:8080/p/${name.at(-1)}`);
    }
    for (const [, { environment = {} }] of processes(compose({ AUTH_MODE: "open" })))
      expect(loadConfig({ NODE_ENV: "production", ...environment }).publicAddress).to.equal("");
    expect(() => loadConfig({ NODE_ENV: "production", ...compose().holdfast1?.environment })).to.throw(
      "SESSION_SECRET",
    );
  });

  it("[K24] agrees with deploy/nginx.conf on names, ports and addresses", () => {
    const services = compose();
    const conf = read(configurationFile);
    const named = new Set(
      [...conf.matchAll(/server (holdfast\d):(\d+)/g)].map(([, name, port]) => `${name}:${port}`),
    );
    const { nginx } = services;
    const known = new Map(nginx?.extra_hosts?.map((host) => host.split("=") as [string, string]));
    const port = settings.PORT.fallback;
    for (const [name, service] of processes(services)) {
      const address = addressOf(service);
      expect(named.delete(`${name}:${port}`), name).to.equal(true);
      expect(known.get(name)).to.equal(address);
      expect(service.environment?.CLUSTER_ADDRESS).to.equal(`${address}:${port}`);
      const n = name.at(-1);
      expect(conf).to.include(`upstream process${n} { server ${name}:${port}; }`);
    }
    expect([...named]).to.deep.equal([]);
    expect(conf).to.match(/\(\?<process>\[1-4\]\)/);
    expect(nginx?.ports?.[0]?.split(":").at(-1)).to.equal(/listen (\d+);/.exec(conf)?.[1]);
    expect(nginx?.volumes).to.deep.equal([`./${configurationFile}:/etc/nginx/nginx.conf:ro`]);
    expect(compose({ HTTP_PORT: "80" }).nginx?.ports).to.deep.equal(["80:8080"]);
  });

  it("[K24] gives nobody more than it needs, and each process the time to hand its events over", () => {
    const services = compose();
    for (const [name, service] of Object.entries(services)) {
      expect(service.read_only, name).to.equal(true);
      expect(service.cap_drop, name).to.deep.equal(["ALL"]);
      expect(service.security_opt, name).to.deep.equal(["no-new-privileges:true"]);
      expect(service.restart, name).to.equal("unless-stopped");
      if (name !== "nginx") expect(service.ports, name).to.equal(undefined);
      if (!name.startsWith("holdfast")) expect(service.user, name).to.match(/^[1-9]\d*:/);
    }
    for (const [, { stop_grace_period: period = "" }] of processes(services))
      expect(Number.parseInt(period, 10)).to.be.above(10);
    expect(services.redis?.command?.join(" "))
      .to.include("--appendonly yes")
      .and.to.include("--maxmemory-policy noeviction");
    expect(services.redis?.networks).to.deep.equal(["back"]);
  });
});
