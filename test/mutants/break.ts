// What a deliberate break is. The tables beside are lists of them; main.ts makes each in a copy of the tree.

import { globSync } from "node:fs";

export interface Break {
  /** Rules of SPEC.md that do not hold any more. */
  readonly rules: string;
  /** What goes wrong with it. */
  readonly what: string;
  /** From the root. */
  readonly file: string;
  /** Stands in that file exactly once: short, so that it survives what changes around it. */
  readonly find: string;
  readonly put: string;
  /** Of these test files at least one has to turn red, from the root. */
  readonly tests: readonly string[];
  /** Names of tests of which there is no file. */
  readonly missing: readonly string[];
  /** Only tests whose titles contain this are run, where the files are slow. */
  readonly grep?: string;
}

/** A row of a table: rules, what goes wrong, text, what is put in its place. */
export type Row = readonly [rules: string, what: string, find: string, put: string];

const files = globSync("test/*/**/*.test.ts");

/** A test by the end of its path: `room/storm` is found in whichever tier it is, in each of them if there are several. */
const filesOf = (name: string) => files.filter((file) => file.endsWith(`/${name}.test.ts`)).toSorted();

/** Breaks of one file that the same tests hold. */
export function breaksOf(
  file: string,
  tests: string | readonly string[],
  rows: readonly Row[],
  grep?: string,
): Break[] {
  const names = [tests].flat();
  const missing = names.filter((name) => filesOf(name).length === 0);
  return rows.map(([rules, what, find, put]) => ({
    rules,
    what,
    file: `src/${file}`,
    find,
    put,
    tests: names.flatMap(filesOf),
    missing,
    ...(grep === undefined ? {} : { grep }),
  }));
}
