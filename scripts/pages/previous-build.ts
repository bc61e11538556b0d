// The assets of the build before: a page that is open, or that another process of a rolling deploy has served, still asks for them.
import { mkdir, writeFile } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PagesFile, PagesOfBuild, Release } from "./release.ts";

export class PreviousBuild {
  readonly #builds: readonly PagesOfBuild[];
  readonly #files: ReadonlyMap<string, Buffer>;

  private constructor(builds: readonly PagesOfBuild[], files: ReadonlyMap<string, Buffer>) {
    this.#builds = builds;
    this.#files = files;
  }

  /** @param folder what a build has made, of this release or the last; one that is not there had no build before */
  static read(folder: string): PreviousBuild {
    const path = join(folder, "pages.json");
    if (!existsSync(path)) return new PreviousBuild([], new Map());
    const { current, previous } = JSON.parse(readFileSync(path, "utf8")) as Partial<PagesFile>;
    const builds = [current, previous].filter((build) => build !== undefined);
    const files = new Map<string, Buffer>();
    for (const name of builds.flatMap((build) => build.files)) {
      const file = join(folder, name);
      if (existsSync(file)) files.set(name, readFileSync(file));
    }
    return new PreviousBuild(builds, files);
  }

  /**
   * Puts the files of the last build that was another one beside those of `release`.
   * @returns that build; undefined when there was none
   */
  async restoreTo(folder: string, release: Release): Promise<PagesOfBuild | undefined> {
    const build = this.#builds.find((each) => each.build !== release.build);
    for (const name of build?.files ?? []) {
      const [bytes, path] = [this.#files.get(name), join(folder, name)];
      if (bytes === undefined || existsSync(path)) continue;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
    return build;
  }
}
