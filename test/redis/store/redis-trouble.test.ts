// Why Redis cannot be used, in one sentence with its cause; and that no secret of its URL is in what is printed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { createServer as createTlsServer } from "node:tls";
import { expect } from "chai";
import { RedisStore } from "../../../src/store/redis/redis-store.ts";
import { freePort } from "../../../harness/servers/free-port.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { startServer } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";

const secret = "hunter2-hunter2";

describeWithRedis("durable seats: a Redis that cannot be used", function () {
  this.timeout(30_000);
  let redis: RedisServer;
  let folder: string;
  before(async () => {
    redis = await RedisServer.start();
    await redis.command("config", "set", "requirepass", secret);
    folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  });
  after(async () => {
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  const failureOf = (url: string) =>
    new RedisStore(url).open().then(
      () => new Error("opened"),
      (error: Error) => error,
    );
  const withPassword = (more = "", password = secret) =>
    `redis://:${password}@127.0.0.1:${redis.port}${more}`;

  it("[D14] says which of them it is: password, database, host, port, TLS", async () => {
    const { port } = redis;
    for (const [url, why] of [
      [withPassword("", "wrong"), /the password .* is wrong/],
      [`redis://ann:${secret}@127.0.0.1:${port}`, /the password \(or the user's name\) .* is wrong/],
      [`redis://127.0.0.1:${port}?password=wrong`, /the password .* is wrong/],
      [`redis://127.0.0.1:${port}`, /it asks for a password, and its URL has none/],
      [withPassword("/99"), /no such database as in redis:\/\/127\.0\.0\.1:\d+\/99/],
      [withPassword("?db=99"), /no such database/],
      ["redis://127.0.0.1:1", /nothing listens at 127\.0\.0\.1:1 \(connection refused\)/],
      ["redis://no.such.host.invalid:6379", /the host name no\.such\.host\.invalid cannot be found/],
      [`rediss://:${secret}@127.0.0.1:${port}`, /TLS/],
    ] as const) {
      const failure = await failureOf(url);
      expect(failure.message, url).to.match(/^STORE_URL: Redis cannot be reached: [^\n]*\.$/);
      expect(failure.message, url).to.match(why);
      expect(inspect(failure, { depth: 9 }), url)
        .to.not.contain(secret)
        .and.not.contain("wrong'");
    }
    const opened = new RedisStore(withPassword("/3"));
    await opened.open();
    await opened.close();
  });

  it("[D14] says so when the certificate is not accepted, and when nobody speaks TLS", async () => {
    const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const made = spawnSync("openssl", [
      ..."req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout".split(" "),
      keyFile,
      "-out",
      certFile,
    ]);
    if (made.status !== 0) throw new Error(`this test needs openssl: ${made.stderr}`);
    const port = await freePort();
    const server = createTlsServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (socket) =>
      socket.destroy(),
    ).listen(port, "127.0.0.1");
    server.on("tlsClientError", () => {});
    expect((await failureOf(`rediss://127.0.0.1:${port}`)).message).to.match(
      /the TLS certificate of 127\.0\.0\.1:\d+ is not accepted \(self-signed certificate.*\)\.$/,
    );
    expect((await failureOf(`redis://127.0.0.1:${port}`)).message).to.match(/rediss:\/\/\?\)\.$/);
    server.close();
  });

  it("[D14] is still loading its data: says so, within 10 s", async () => {
    const port = await freePort();
    const server: Server = createServer((socket) => {
      socket.on("error", () => {});
      const info = "# Persistence\r\nloading:1\r\nloading_eta_seconds:1\r\n";
      socket.on("data", (bytes) => {
        for (const command of String(bytes)
          .split(/^\*\d+\r\n/m)
          .slice(1))
          socket.write(
            /^\$4\r\ninfo/i.test(command)
              ? `$${info.length}\r\n${info}\r\n`
              : "-LOADING Redis is loading\r\n",
          );
      });
    }).listen(port, "127.0.0.1");
    const startedAt = performance.now();
    expect((await failureOf(`redis://127.0.0.1:${port}`)).message).to.match(
      /it is still loading its data\.$/,
    );
    expect(performance.now() - startedAt).to.be.lessThan(10_000);
    server.close();
  });

  it("[D14] the program prints one sentence and exits with 1, with STORE_URL and with REDIS_URL", async () => {
    const url = withPassword("", "not-the-one");
    for (const env of [{ STORE_URL: url }, { REDIS_URL: url, STORE_URL: "" }]) {
      const failure = await startServer(env).catch((error: Error) => error.message);
      expect(failure).to.match(
        /^the server exited: (?:STORE|REDIS)_URL: Redis cannot be reached: the password \(.*\) in its URL is wrong\.\n$/,
      );
    }
  });

  it("[D14] what it prints at its start has no password in it", async () => {
    const server = await startServer({ STORE_URL: `redis://127.0.0.1:${redis.port}?password=${secret}` });
    await until("the line about seats", () => /seats redis:/.test(server.output()));
    expect(server.output()).to.not.contain(secret);
    await server.kill();
  });

  it("[D14] a password that is changed while it runs: the log names the cause, and not the password", async () => {
    const own = await RedisServer.start();
    const server = await startServer({ STORE_URL: `redis://127.0.0.1:${own.port}` });
    await own.command("config", "set", "requirepass", "another");
    spawnSync("redis-cli", ["-p", String(own.port), "-a", "another", "client", "kill", "type", "normal"]);
    await until("the cause in the log", () => /it asks for a password/.test(server.output()), 10_000);
    await until("where", () => server.output().includes('"where":"store"'));
    expect(server.output()).to.not.contain('"command"');
    await server.kill();
    await own.stop();
  });
});
