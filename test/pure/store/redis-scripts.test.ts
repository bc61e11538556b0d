import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Redis } from "ioredis";
import { luaScript, withScripts } from "../../../src/store/redis/redis-scripts.ts";

const module = new URL("../../../src/store/redis/redis-store.ts", import.meta.url).href;
const textOf = (name: string) => readFileSync(new URL(`./lua/${name}.lua`, module), "utf8");

/** A connection that only notes its commands. */
class NotedRedis {
  readonly defined = new Map<string, { lua: string; numberOfKeys?: number }>();
  defineCommand(name: string, definition: { lua: string; numberOfKeys?: number }): void {
    this.defined.set(name, { lua: definition.lua, numberOfKeys: definition.numberOfKeys ?? -1 });
  }
}

describe("redis scripts", () => {
  it("[D1] a script is its module's files, one behind the other, with its number of keys", () => {
    const redis = new NotedRedis();
    const given = redis as unknown as Redis;
    const scripts = { commit: luaScript<number>(module, 6, "may", "commit") };
    expect(withScripts(given, scripts)).to.equal(given);
    expect(redis.defined.get("commit")).to.deep.equal({
      lua: textOf("may") + textOf("commit"),
      numberOfKeys: 6,
    });
  });

  it("[D1] a file that is missing is noticed when the connection is made, not before", () => {
    const scripts = { none: luaScript<number>(module, 1, "there-is-no-such-script") };
    expect(() => withScripts(new NotedRedis() as unknown as Redis, scripts)).to.throw("ENOENT");
  });
});
