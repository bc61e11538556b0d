// The one place that reads Lua scripts and makes them commands of a connection. Every folder that has scripts
// (store/redis, cluster, rooms/redis) keeps them in a folder `lua` of its own.
import { readFileSync } from "node:fs";
import type { ChainableCommander, Redis } from "ioredis";

/** A script that resolves with an `Answer`. */
export interface Script<Answer> {
  readonly lua: string;
  /** How many of its arguments are keys; they come first. */
  readonly numberOfKeys: number;
  /** For the type alone. */
  readonly answer?: Answer;
}

type Scripts = Readonly<Record<string, Script<unknown>>>;
type Commands<Defined extends Scripts> = {
  readonly [Name in keyof Defined]: Defined[Name] extends Script<infer Answer>
    ? (...keysAndArguments: string[]) => Promise<Answer>
    : never;
};

/** A connection that has these scripts as commands, alone and in a pipeline. */
export type Scripted<Defined extends Scripts> = {
  pipeline(): ChainableCommander & Commands<Defined>;
} & Redis &
  Commands<Defined>;

/**
 * A script of the module's own; its files are read when a connection gets it.
 * @param module the URL of the module that uses it: its folder `lua` holds the files
 * @param numberOfKeys how many of the script's arguments are keys
 * @param names its files without `.lua`, the later behind the earlier
 * @example luaScript<number>(import.meta.url, 6, "may", "commit")
 */
export function luaScript<Answer>(
  module: string,
  numberOfKeys: number,
  ...names: readonly string[]
): Script<Answer> {
  const read = (name: string) => readFileSync(new URL(`./lua/${name}.lua`, module), "utf8");
  return {
    numberOfKeys,
    get lua() {
      return names.map(read).join("");
    },
  };
}

/** Makes scripts commands of a connection, each under its name. Returns the same connection. @throws Error for a file that is not there */
export function withScripts<Defined extends Scripts>(redis: Redis, scripts: Defined): Scripted<Defined> {
  for (const [name, { lua, numberOfKeys }] of Object.entries(scripts))
    redis.defineCommand(name, { lua, numberOfKeys });
  return redis as Scripted<Defined>;
}
