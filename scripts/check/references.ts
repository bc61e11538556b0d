// Fails when a file names what is not there: a path of this repository, a rule of SPEC.md, another version of a package
// than the installed one, or a document that is not in the repository; and when a file of src reaches into a package's
// internals and docs/upgrading-colyseus.md does not say so; and when ARCHITECTURE.md follows a name that is not there. A path may be written as in the code, relative to the root, or to src,
// loadtest, test or the naming file, with or without its extension.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const texts = [
  "*.md",
  "{docs,examples,loadtest,templates,test}/**/*.md",
  "deploy/*",
  "compose.yaml",
  "Dockerfile",
];
const sources = ["src", "test", "harness", "loadtest", "examples", "templates"].map(
  (folder) => `${folder}/**/*.{ts,tsx,lua}`,
);
/** What happened is told in the names of its time. */
const history = new Set(["CHANGELOG.md"]);

/** The last three: a page that speaks of a new project names files as they are called there. */
const roots = [
  "",
  "src",
  "loadtest",
  "test",
  "harness",
  "templates/quiz",
  "templates/common",
  "templates/blank",
];
const extensions = ["", ".ts", ".tsx", ".lua", ".md"];
const folders = [
  "src|test|loadtest|docs|deploy|examples",
  "client|cluster|identity|ops|pages|protocol|rooms|seats|store",
  "demo|traces|fuzz|soak|bench|mutants",
];
/** Not a part of an address, of a package's name or of a longer path. */
const path = new RegExp(`(?<![\\w@./:-])(?:\\.\\.?/)*(?:${folders.join("|")})/[\\w./-]*\\w`, "g");
/** What a file exports may be named behind it. */
const member = /\.[a-z]\w*$/i;
const documents = /\b(?:CONTRACT|DESIGN|COLYSEUS|AUTHORS|PAGES|PERF|FIELD|SUPPLY|MODELS)\b(?!\.md)/g;
const rule = /\[([A-Z]\d+)\]/g;
const release =
  /\b(core|schema|sdk|ws-transport|redis-driver|redis-presence|monitor|ws|msgpackr) (\d+\.\d+(?:\.\d+)?)/g;
/** A private name, or a property that a declaration does not show. */
const reachIn =
  /Reflect\.(?:get|set|deleteProperty)\([^,()]+, (?:"|\$|Symbol\b)|\._[a-z]\w+|^ {2}(?:get )?_[a-z]\w+/m;

const declaration = /(?:class|interface) ([A-Z]\w+)(?:<[^>]*>)?(?:\s+extends (\w+))?/g;
/** Classes of Colyseus's that ARCHITECTURE.md names. */
const frameworks = new Set(["Server"]);

/** A source's comments; all of any other file. */
function proseOf(file: string, text: string): string {
  if (!/\.(?:tsx?|lua)$/.test(file)) return text;
  const comment = file.endsWith(".lua") ? /--.*$/gm : /\/\*[\s\S]*?\*\/|(?<![:"'`\w])\/\/.*$/gm;
  return (text.match(comment) ?? []).join("\n");
}

const isThere = (file: string, named: string): boolean =>
  [...roots, dirname(file)].some((root) =>
    extensions.some((extension) => existsSync(join(root, named + extension))),
  );

const rules = new Set([...readFileSync("SPEC.md", "utf8").matchAll(rule)].map(([, id]) => id));
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Record<
  "dependencies" | "devDependencies",
  Record<string, string>
>;
const installed = { ...manifest.devDependencies, ...manifest.dependencies };
const isInstalled = (name: string, version: string): boolean =>
  `${installed[name] ?? installed[`@colyseus/${name}`]}.`.startsWith(`${version}.`);
const reachIns = readFileSync("docs/upgrading-colyseus.md", "utf8");

function problemsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const prose = proseOf(file, text);
  const named = (prose.match(path) ?? []).filter(
    (each) => !isThere(file, each) && !isThere(file, each.replace(member, "")),
  );
  const cited = prose.match(documents) ?? [];
  const unknown = [...prose.matchAll(rule)].flatMap(([, id]) => (rules.has(id) ? [] : [id as string]));
  const old = [...prose.matchAll(release)].flatMap(([words, name = "", version = ""]) =>
    isInstalled(name, version) ? [] : [words],
  );
  const isUnlisted = file.startsWith("src/") && reachIn.test(text) && !reachIns.includes(`\`${file}\``);
  return [
    ...named.map((each) => `there is no ${each}`),
    ...cited.map((each) => `cites ${each}, which is not in this repository`),
    ...unknown.map((each) => `SPEC.md has no rule ${each}`),
    ...old.map((each) => `${each} is not the version in package.json`),
    ...(isUnlisted
      ? ["reaches into a package's internals; docs/upgrading-colyseus.md does not list it"]
      : []),
  ].map((problem) => `${file}: ${problem}`);
}

/** Our classes and interfaces: what their files say, and what they extend. */
const declared = new Map<string, { text: string; parent: string | undefined }>();
for (const file of globSync("{src,scripts}/**/*.{ts,tsx}")) {
  const text = readFileSync(file, "utf8");
  for (const [, name = "", parent] of text.matchAll(declaration))
    declared.set(name, { text: text + (declared.get(name)?.text ?? ""), parent });
}

function hasMember(name: string, member: string): boolean {
  const found = declared.get(name);
  if (found === undefined) return false;
  const isThere = new RegExp(`(?<![\\w.])${member}\\b\\s*[(<=:;!?]`).test(found.text);
  return isThere || (found.parent !== undefined && hasMember(found.parent, member));
}

/** The flows of ARCHITECTURE.md are followed by name: `Class.member` is there, or is the framework's. */
function lostNames(file: string): string[] {
  const found = [...readFileSync(file, "utf8").matchAll(/\b([A-Z][a-z]\w*)\.(#?[a-z]\w*)/g)];
  const lost = found.filter(
    ([, name = "", member = ""]) => !frameworks.has(name) && !hasMember(name, member),
  );
  return lost.map(([words]) => `${file}: there is no ${words}`);
}

const files = globSync([...texts, ...sources]).filter((file) => !history.has(file));
const problems = [...new Set([...files.flatMap(problemsOf), ...lostNames("ARCHITECTURE.md")])];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
