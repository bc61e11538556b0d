// Everything of Colyseus and ws that we use without their promise, in one table: where it was read, what for, and whether
// it is still there. Probes look, and change nothing that lasts. What it must do is pinned by the tests that are named.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { coreProbes } from "./probes/core.ts";
export type { Internal } from "./probes/internal.ts";
import type { Internal } from "./probes/internal.ts";
import { schemaProbes } from "./probes/schema.ts";
import { transportProbes } from "./probes/transport.ts";

/** Every internal of Colyseus's server and of ws that the server uses; those of the SDK are the client's. */
export const internals: readonly Internal[] = [...coreProbes, ...schemaProbes, ...transportProbes];

/**
 * What the installed packages do not have any more, a sentence each; empty when everything fits. Takes some milliseconds,
 * leaves no timer behind, and may be called before anything is started.
 */
export function brokenInternals(table: readonly Internal[] = internals): string[] {
  return table.flatMap((internal) => (isThere(internal) ? [] : [sentenceOf(internal)]));
}

/** The installed packages do not have what Holdfast needs of them; `message` is one sentence. */
export class UnfitPackages extends Error {
  override readonly name = "UnfitPackages";
}

/** @throws UnfitPackages when the installed packages do not have all of the table */
export function checkInternals(table: readonly Internal[] = internals): void {
  const [first, ...others] = brokenInternals(table);
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` ${others.length} more like it.`;
  throw new UnfitPackages(
    `Holdfast cannot run with the installed packages (docs/upgrading-colyseus.md): ${first}${more}`,
  );
}

function isThere(internal: Internal): boolean {
  try {
    return internal.isThere();
  } catch {
    return false;
  }
}

function sentenceOf({ package: name, readIn, name: part, purpose }: Internal): string {
  const installed = installedVersion(name);
  const found = installed === readIn ? "is not as it was read" : `was read in ${readIn}`;
  return `${name} ${installed}: ${part} ${found}, and it is needed so that ${purpose}.`;
}

/** "(unknown version)" for a package that cannot be found. */
function installedVersion(name: string): string {
  try {
    const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
    for (const path of paths) {
      const version = versionIn(`${path}/${name}/package.json`);
      if (version !== undefined) return version;
    }
  } catch {}
  return "(unknown version)";
}

function versionIn(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  } catch {
    return undefined;
  }
}
