// `holdfast new NAME`: writes a project from the files in `templates`, which are the package's, and says what to do next.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  flag,
  packageVersion,
  readCommandLine,
  refuse,
  type Terminal,
  text,
  UsageError,
} from "../command-line.ts";
import {
  type Additions,
  checkName,
  dockerfileOf,
  manifestOf,
  packagesAmong,
  vendorFolder,
} from "./project.ts";

/** The part of Node's `process` that a new project needs. */
export interface Shell extends Terminal {
  /** The folder in which the project's is made. */
  cwd(): string;
}

const templates = fileURLToPath(new URL("../../templates", import.meta.url)); // the same from src and from dist
const shared = join(templates, "common");
/** What the package.json of a project with a page in React has beside. */
const forReact = join(templates, "react.json");
/** npm leaves files of these names out of a package, so they stand in it without their dot. */
const dotted = ["npmrc", "gitignore", "dockerignore"];

/** A template has its page twice; these are the files of the one in React, with the names that they have in a project. */
const inReact = { "src/page.tsx": "src/page.tsx", "public/react.html": "public/index.html" };
/** The files that the other one has instead. */
const withoutReact = ["src/page.ts", "public/index.html"];
/** Files that name the page's source. */
const namingPage = ["build.ts", "README.md", "src/state.ts"];

const names = () =>
  readdirSync(templates, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "common")
    .map(({ name }) => name)
    .toSorted();

const command = {
  name: "holdfast new",
  summary:
    "Writes a project: a room, its page, a test that drops a phone and brings it back, and what serves them.",
  words: "NAME",
  options: {
    template: text("What it begins as", "quiz"),
    react: flag("Its page is in React"),
    from: text("A folder with the packages' .tgz files (npm pack), to be used instead of the registry's"),
  },
  more: "NAME is the folder that is made, and what the project is called.",
};

/** Writes the project that the words behind `new` ask for, and ends the process. */
export function makeProject(shell: Shell, words: readonly string[]): never {
  const terminal: Terminal = {
    argv: ["node", "holdfast", ...words],
    stdout: shell.stdout,
    stderr: shell.stderr,
    exit: (code) => shell.exit(code),
  };
  const { values, words: given } = readCommandLine(command, terminal);
  try {
    const name = write(shell.cwd(), given, values);
    shell.stdout.write(`${name} is there. Next:

  cd ${name} && npm install
  npm start          then open http://localhost:2567 in two windows
  npm test           drops a phone, and brings it back to its seat
`);
  } catch (error) {
    if (error instanceof UsageError) return refuse(command, terminal, error);
    shell.stderr.write(`The project cannot be written: ${(error as Error).message}\n`);
    return shell.exit(1);
  }
  return shell.exit(0);
}

/** @throws UsageError for what cannot be asked for; an Error of Node's for what cannot be written */
function write(
  cwd: string,
  [word, ...more]: readonly string[],
  given: { readonly template: string; readonly react: boolean; readonly from: string | undefined },
): string {
  const { template, from } = given;
  if (more.length > 0) throw new UsageError("new takes one name.");
  if (!names().includes(template))
    throw new UsageError(`There is no template ${JSON.stringify(template)}: there is ${names().join(", ")}.`);
  const manifest = readFileSync(join(shared, "package.json"), "utf8");
  const name = checkName(word, manifest);
  const folder = join(cwd, name);
  if (existsSync(folder) && !isEmptyFolder(folder))
    throw new UsageError(`${JSON.stringify(name)} is there already, and is no empty folder.`);
  const packages = from === undefined ? [] : foundIn(resolve(cwd, from));

  mkdirSync(folder, { recursive: true });
  for (const part of [shared, join(templates, template)]) cpSync(part, folder, { recursive: true });
  choosePage(folder, given.react);
  for (const file of dotted) renameSync(join(folder, file), join(folder, `.${file}`));
  if (from !== undefined) {
    mkdirSync(join(folder, vendorFolder));
    for (const file of packages) cpSync(join(resolve(cwd, from), file), join(folder, vendorFolder, file));
  }
  const additions = (
    given.react ? JSON.parse(readFileSync(forReact, "utf8")) : { devDependencies: {} }
  ) as Additions;
  writeFileSync(
    join(folder, "package.json"),
    manifestOf(manifest, name, packageVersion(), additions, packages),
  );
  const dockerfile = readFileSync(join(shared, "Dockerfile"), "utf8");
  writeFileSync(join(folder, "Dockerfile"), dockerfileOf(dockerfile, name, packages));
  const readme = join(folder, "README.md");
  writeFileSync(readme, readFileSync(readme, "utf8").replaceAll("my-quiz", name));
  return name;
}

/** Of the two pages of a template one stays. */
function choosePage(folder: string, isReact: boolean): void {
  for (const file of isReact ? withoutReact : Object.keys(inReact)) rmSync(join(folder, file));
  if (!isReact) return;
  for (const [file, becomes] of Object.entries(inReact))
    renameSync(join(folder, file), join(folder, becomes));
  for (const file of namingPage) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("page.ts", "page.tsx"));
  }
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false; // a file
  }
}

/** @throws UsageError when one of the packages is not there */
function foundIn(folder: string): string[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const found = packagesAmong(files, packageVersion());
  const packages = found.filter((file) => file !== undefined);
  if (packages.length < found.length)
    throw new UsageError(
      `${JSON.stringify(folder)} lacks holdfast-${packageVersion()}.tgz or holdfast-client-${packageVersion()}.tgz.`,
    );
  return packages;
}
