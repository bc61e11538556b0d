// What every program of ours understands on its command line: its own options, --help and --version. What it does not
// understand ends it with one sentence and exit code 2. Takes the process as an argument.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { nearest } from "./misspelt.ts";

interface Flag {
  readonly kind: "flag";
  readonly meaning: string;
}
interface Text<Fallback extends string | undefined = string | undefined> {
  readonly kind: "text";
  readonly meaning: string;
  readonly fallback: Fallback;
}
interface Amount<Fallback extends number | undefined = number | undefined> {
  readonly kind: "number";
  readonly meaning: string;
  readonly fallback: Fallback;
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}
export type Option = Flag | Text | Amount;

export const flag = (meaning: string): Flag => ({ kind: "flag", meaning });

/** An option with a text; undefined when it is not given and has no `fallback`. */
export const text = <const Fallback extends string | undefined = undefined>(
  meaning: string,
  fallback?: Fallback,
) => ({ kind: "text", meaning, fallback }) as Text<Fallback>;

/** An option with a number from `min` to `max`; undefined when it is not given and `fallback` is. */
export const number = <const Fallback extends number | undefined>(
  meaning: string,
  fallback: Fallback,
  min: number,
  max: number,
): Amount<Fallback> => ({ kind: "number", meaning, fallback, min, max, isWhole: false });

export const whole = <const Fallback extends number | undefined>(
  meaning: string,
  fallback: Fallback,
  min: number,
  max: number,
): Amount<Fallback> => ({ kind: "number", meaning, fallback, min, max, isWhole: true });

type ValueOf<O extends Option> = O extends Flag
  ? boolean
  : O extends Text<infer F>
    ? F extends string
      ? string
      : string | undefined
    : O extends Amount<infer F>
      ? F extends number
        ? number
        : number | undefined
      : never;

export type Options = Readonly<Record<string, Option>>;

export interface Command<O extends Options> {
  /** As it is typed: `holdfast`, `npm run demo --`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly options: O;
  /** The words that may stand before or between the options, as the help shows them; without it there are none. */
  readonly words?: string;
  /** The first word ends the options of this program: what follows is another's. */
  readonly isFirstWordLast?: boolean;
  /** What the help says behind the options. */
  readonly more?: string;
  /** What to do instead of an option that there is not, as a sentence. */
  readonly hint?: (option: string) => string | undefined;
}

export interface CommandLine<O extends Options> {
  readonly values: { readonly [Name in keyof O]: ValueOf<O[Name]> };
  readonly words: readonly string[];
}

/** The part of Node's `process` that a command line needs. */
export interface Terminal {
  readonly argv: readonly string[];
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  exit(code: number): never;
}

/** A command line that makes no sense; `message` is the sentence that says why. */
export class UsageError extends Error {}

/** The version in package.json. */
export function packageVersion(): string {
  const path = new URL("../package.json", import.meta.url); // the same from src and from dist
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

/**
 * Reads the command line of a program; ends the process after --help and --version (0), and with one sentence for
 * what makes no sense (2).
 */
export function readCommandLine<O extends Options>(command: Command<O>, terminal: Terminal): CommandLine<O> {
  try {
    const { isHelp, isVersion, ...line } = parse(command, terminal.argv.slice(2));
    if (!isHelp && !isVersion) return line;
    terminal.stdout.write(isHelp ? helpOf(command) : `${packageVersion()}\n`);
  } catch (error) {
    return refuse(command, terminal, error);
  }
  return terminal.exit(0);
}

/** Ends a program whose command line makes no sense in a way that only the program itself can tell; rethrows others. */
export function refuse(command: { readonly name: string }, terminal: Terminal, error: unknown): never {
  if (!(error instanceof UsageError)) throw error;
  terminal.stderr.write(`${error.message} (${command.name} --help)\n`);
  return terminal.exit(2);
}

function parse<O extends Options>(command: Command<O>, argv: readonly string[]) {
  const { options } = command;
  const known = new Map<string, Option>(Object.entries(options));
  const values: Record<string, string | number | boolean | undefined> = {};
  for (const [name, option] of known) values[name] = option.kind === "flag" ? false : option.fallback;
  const words: string[] = [];
  let [isHelp, isVersion] = [false, false];
  for (const token of tokensOf(argv, known)) {
    if (token.kind === "positional") {
      if (command.words === undefined)
        throw new UsageError(
          `${command.name} takes options only, and ${JSON.stringify(token.value)} is none.`,
        );
      words.push(token.value);
      if (!command.isFirstWordLast) continue;
      words.push(...argv.slice(token.index + 1));
      break;
    }
    if (token.kind === "option-terminator") continue;
    const option = known.get(token.name);
    if (option !== undefined) values[token.name] = valueOf(token.name, option, token.value);
    else if (token.rawName === "--help" || token.rawName === "-h") isHelp = true;
    else if (token.rawName === "--version" || token.rawName === "-v") isVersion = true;
    else throw new UsageError(unknown(command, token.rawName));
  }
  return { values: values as CommandLine<O>["values"], words, isHelp, isVersion };
}

function tokensOf(argv: readonly string[], known: ReadonlyMap<string, Option>) {
  const options = Object.fromEntries(
    [...known].map(([name, { kind }]) => [
      name,
      { type: kind === "flag" ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function unknown(command: Command<Options>, option: string): string {
  const name = option.replace(/^-+/, "");
  const near = nearest(name, [...Object.keys(command.options), "help", "version"]);
  const hint = command.hint?.(name) ?? (near === undefined ? "" : `Did you mean --${near}?`);
  return `There is no option ${option}.${hint === "" ? "" : ` ${hint}`}`;
}

function valueOf(name: string, option: Option, given: string | undefined): string | number | boolean {
  if (option.kind === "flag") {
    if (given !== undefined) throw new UsageError(`--${name} takes no value.`);
    return true;
  }
  if (given === undefined) throw new UsageError(`--${name} needs a value.`);
  if (option.kind === "text") return given;
  const { min, max, isWhole } = option;
  const value = given.trim() === "" ? Number.NaN : Number(given);
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
  const what = isWhole ? "a whole number" : "a number";
  throw new UsageError(`--${name} must be ${what} from ${min} to ${max}, and is ${JSON.stringify(given)}.`);
}

const shownValue: Readonly<Record<Option["kind"], string>> = { flag: "", text: " TEXT", number: " NUMBER" };

function helpOf(command: Command<Options>): string {
  const options = Object.entries(command.options);
  const rows = options.map(([name, option]): [string, string] => {
    const fallback = option.kind === "flag" || option.fallback === undefined ? "" : ` (${option.fallback})`;
    return [`--${name}${shownValue[option.kind]}`, option.meaning + fallback];
  });
  rows.push(["-h, --help", "Print this"], ["-v, --version", "Print the version"]);
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return [
    command.summary,
    "",
    `  ${[command.name, "[OPTIONS]", command.words].filter((word) => word !== undefined).join(" ")}`,
    "",
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`),
    ...(command.more === undefined ? [] : ["", command.more]),
    "",
  ].join("\n");
}
