// Runs our client in a place of its own, a context that has only what is given: bundled into one script, as a page loads it.
import { createContext, runInContext } from "node:vm";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { until } from "../wait.ts";
import type { Surroundings } from "./surroundings.ts";

const entry = fileURLToPath(new URL("../../src/client/index.ts", import.meta.url));

/** A script after which `holdfast.joinEvent` is there; it needs no module. */
async function clientScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "iife",
    globalName: "holdfast",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

let script: Promise<string> | undefined;

export class Place {
  /** What its code has said, each time with `say(...)`. */
  readonly said: unknown[][] = [];
  readonly #context: object;

  private constructor(context: object) {
    this.#context = context;
  }

  /**
   * Runs a scene in such a place.
   * @param scene code that knows `holdfast`, `serverUrl` and `say`, and may `await`
   */
  static async run(
    { has, lacks = [], setUp = "" }: Surroundings,
    scene: string,
    serverUrl = "",
  ): Promise<Place> {
    script ??= clientScript();
    const client = await script;
    const context = createContext({ ...has, serverUrl });
    const place = new Place(context);
    Object.assign(context, { say: (...words: unknown[]) => void place.said.push(words) });
    for (const name of lacks) runInContext(`delete ${name};`, context);
    runInContext(`{${setUp}}`, context);
    runInContext(client, context);
    runInContext(
      `(async () => {${scene}})().catch((error) => say("failed", String(error?.stack ?? error)))`,
      context,
    );
    return place;
  }

  /** The words behind `word`, when it has been said. @throws Error with what went wrong there, or everything that was said */
  async says(word: string): Promise<unknown[]> {
    const [first, ...rest] = await until(
      () => `"${word}"; there was ${JSON.stringify(this.said)}`,
      () => this.said.find(([each]) => each === word || each === "failed"),
      15_000,
    );
    if (first !== word) throw new Error(`the scene failed: ${rest.join(" ")}`);
    return rest;
  }

  /** Runs an expression there, and what it promises. */
  async evaluate(expression: string): Promise<unknown> {
    return (await runInContext(expression, this.#context)) as unknown;
  }
}
