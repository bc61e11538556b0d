// The licences of what the pages' bundle holds of other people's code: one text, made from the bundle itself, that is built
// into `licences/packages.txt` beside the pages. The fonts' licences stand there as files (src/pages/public).
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const inPackage = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;

/**
 * One package's notice: its name, version, licence and the licence's text.
 * @throws Error when the package brings no text: then somebody has to find out under which terms it may be shipped.
 */
export function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
  const [file] = globSync("{LICENSE,LICENCE,License,license,COPYING}{,.md,.txt}", { cwd: folder });
  if (file === undefined || license === undefined)
    throw new Error(
      `${name} ${version} is in the pages' bundle and has no licence that could be shipped with it`,
    );
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

/** The folders of the packages that these modules are of. A `node_modules` in another is a package of its own. */
export function packagesOf(moduleIds: readonly string[]): string[] {
  const folders = moduleIds.flatMap((id) => inPackage.exec(id.replaceAll("\\", "/"))?.[1] ?? []);
  return [...new Set(folders)].filter((folder) => existsSync(join(folder, "package.json"))).toSorted();
}

/** Writes the notices of everything of which the bundle has at least one byte. */
export function licenceNotices(): Plugin {
  return {
    name: "licence-notices",
    apply: "build",
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) =>
        file.type === "chunk"
          ? Object.entries(file.modules).flatMap(([id, { renderedLength }]) =>
              renderedLength > 0 ? [id] : [],
            )
          : [],
      );
      const source = packagesOf(modules)
        .map(noticeOf)
        .join(`\n${"-".repeat(80)}\n\n`);
      this.emitFile({ type: "asset", fileName: "licences/packages.txt", source });
    },
  };
}
