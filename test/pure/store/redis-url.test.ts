// What is shown of the URL of a store, and which URLs are refused before anything connects.
import { expect } from "chai";
import { loadConfig } from "../../../src/config.ts";
import { createLogger } from "../../../src/ops/logger.ts";
import { RedisStore } from "../../../src/store/redis/redis-store.ts";
import { shownUrl } from "../../../src/store/store-url.ts";

const secret = "hunter2-hunter2";

describe("durable seats: the URL of Redis", () => {
  it("[D14] is shown without user, password and query", () => {
    for (const [url, shown] of [
      [`redis://:${secret}@h:6379/2`, "redis://h:6379/2"],
      [`rediss://ann:${secret}@h?password=${secret}`, "rediss://h"],
      [`redis://h:1?password=${secret}#${secret}`, "redis://h:1"],
      [`redis:///run/${secret}.sock`, "(not shown)"],
      [`nonsense ${secret}`, "(not shown)"],
      ["file:data/a?b.db", "file:data/a?b.db"],
      ["memory:", "memory:"],
    ] as const)
      expect(shownUrl(url), url).to.equal(shown);
  });

  it("[D14] a setting that is refused is not shown when a secret may be in it", () => {
    for (const name of ["STORE_URL", "REDIS_URL", "SESSION_JWKS_URL"])
      for (const value of [`redi://h?password=${secret}`, `redis:/u:${secret}@h`, `ftp://h/#${secret}`])
        expect(() => loadConfig({ [name]: value }), value)
          .to.throw(`${name}=(not shown)`)
          .with.property("message")
          .that.does.not.contain(secret);
  });

  it("[D14] a database that is no number, and the path of a unix socket, are refused before anything connects", () => {
    expect(() => loadConfig({ STORE_URL: "redis://h:1/abc" })).to.throw("<number of a database>");
    expect(() => loadConfig({ STORE_URL: "redis://h:1?db=abc" })).to.throw("<number of a database>");
    for (const url of ["redis:///run/redis.sock", "unix:///run/redis.sock", "/run/redis.sock"])
      expect(() => loadConfig({ STORE_URL: url }), url).to.throw("unix socket");
    expect(() => new RedisStore("redis://h:1/abc")).to.throw("<number of a database>");
  });

  it("[D14] of an error the log keeps what happened, not what it was about", () => {
    const lines: string[] = [];
    const error = Object.assign(new Error("WRONGPASS"), {
      code: "EX",
      command: { name: "auth", args: [secret] },
    });
    createLogger("info", { write: (line) => void lines.push(line) }).error({ err: error }, "failed");
    expect(lines.join("")).to.contain("WRONGPASS").and.contain('"code":"EX"').and.not.contain(secret);
  });
});
