// What a browser's localStorage is to a page, for a page in a process of its own: a folder of files that outlives it.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyValueStorage } from "../../../src/client/index.ts";

/**
 * A storage in `folder`, which is made if need be. Like localStorage it is atomic for each key: who reads it after a
 * kill -9 finds what was there before a write or what it wrote, never an empty or a cut value.
 */
export function fileStorage(folder: string): KeyValueStorage {
  mkdirSync(folder, { recursive: true });
  const pathOf = (key: string) => join(folder, Buffer.from(key).toString("base64url"));
  const unfinished = join(folder, ".unfinished"); // no key's name: base64url has no dot
  return {
    getItem(key) {
      try {
        return readFileSync(pathOf(key), "utf8");
      } catch {
        return null;
      }
    },
    setItem(key, value) {
      writeFileSync(unfinished, value);
      renameSync(unfinished, pathOf(key));
    },
    removeItem: (key) => rmSync(pathOf(key), { force: true }),
  };
}
