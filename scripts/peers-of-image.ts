// For the image: what an author's project brings along (peerDependencies) belongs to a server that is run by itself. Makes
// those dependencies of the package.json in this folder, in the versions that are installed, so that `npm prune
// --omit=dev` leaves them. For a copy of the checkout only: it changes the file.
import { readFileSync, writeFileSync } from "node:fs";

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const needed = Object.keys(manifest.peerDependencies).filter(
  (name) => manifest.peerDependenciesMeta[name]?.optional !== true,
);
for (const name of needed) {
  const version = manifest.devDependencies[name];
  if (version === undefined)
    throw new Error(`${name} is a peer and no devDependency: it would be no part of the image`);
  manifest.dependencies[name] = version;
  Reflect.deleteProperty(manifest.devDependencies, name);
}
writeFileSync("package.json", `${JSON.stringify(manifest, undefined, 2)}\n`);
