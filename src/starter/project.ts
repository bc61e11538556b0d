// A new project: what it may be called, and what stands in its package.json and Dockerfile. Pure.
import { UsageError } from "../command-line.ts";

/** Ours, of the same version: the second is a dependency of the first. */
const ours = ["holdfast", "holdfast-client"] as const;
/** Folder of the project in which the packages lie that are taken from files. */
export const vendorFolder = "vendor";

/** The parts of a template's package.json that are changed. */
interface Manifest {
  name: string;
  readonly dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/**
 * Whether a folder and a package can have this name.
 * @throws UsageError with the sentence that says why not
 */
export function checkName(name: string | undefined, manifest: string): string {
  if (name === undefined) throw new UsageError("new needs the name of the project, such as my-quiz.");
  const shown = JSON.stringify(name);
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name) || name.length > 214 || name === "node_modules")
    throw new UsageError(
      `A project cannot be called ${shown}: lower-case letters, digits, ".", "_" and "-" make a name, which begins with one of the first two.`,
    );
  const { dependencies, devDependencies } = JSON.parse(manifest) as Manifest;
  const taken = [...ours, ...Object.keys(dependencies), ...Object.keys(devDependencies)];
  if (taken.includes(name))
    throw new UsageError(`A project cannot be called ${shown}: a package that it depends on is.`);
  return name;
}

/** Which of these files are our two packages, as `npm pack` calls them; undefined for one that is not there. */
export function packagesAmong(files: readonly string[], version: string): (string | undefined)[] {
  return ours.map((name) => files.find((file) => file === `${name}-${version}.tgz`));
}

/** What a page in React needs beside: the packages of its building. */
export interface Additions {
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * The package.json of a project.
 * @param manifest the template's
 * @param more what its kind of page needs beside
 * @param packages files of `vendorFolder` that our packages are taken from; none: from the registry
 */
export function manifestOf(
  manifest: string,
  name: string,
  version: string,
  more: Additions,
  packages: readonly string[],
): string {
  const project = JSON.parse(manifest) as Manifest;
  const devDependencies = Object.entries({ ...project.devDependencies, ...more.devDependencies });
  project.devDependencies = Object.fromEntries(devDependencies.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  project.name = name;
  project.dependencies.holdfast = `^${version}`;
  for (const [index, file] of packages.entries())
    project.dependencies[ours[index] as string] = `file:${vendorFolder}/${file}`;
  return `${JSON.stringify(project, undefined, 2)}\n`;
}

/** The Dockerfile of a project; its packages have to be there before they are installed. */
export function dockerfileOf(template: string, name: string, packages: readonly string[]): string {
  const text = template.replaceAll("my-quiz", name);
  return packages.length === 0
    ? text
    : text.replace("RUN npm ci\n", `COPY ${vendorFolder} ./${vendorFolder}\nRUN npm ci\n`);
}
